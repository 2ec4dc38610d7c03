"""What a vehicle says by itself, and what it says once it is asked."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from tests.support.simulated_flight import Flight

AUTOPILOT = 0


def heard(flight: Flight) -> set[str]:
    return {message.get_type() for message in flight.sent if message.get_srcComponent() == AUTOPILOT}


def test_an_ardupilot_from_the_box_says_only_that_it_lives() -> None:
    flight = Flight(from_the_box=True)
    assert heard(flight) <= {"HEARTBEAT", "STATUSTEXT", "HOME_POSITION"}
    assert len(flight.of("HEARTBEAT")) >= 5


def test_a_stream_asked_for_brings_all_its_messages_and_stops_again() -> None:
    flight = Flight(from_the_box=True)
    flight.tell(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_EXTENDED_STATUS, 4, 1))
    flight.sent.clear()
    flight.run(2)
    assert {"SYS_STATUS", "GPS_RAW_INT", "MISSION_CURRENT"} <= heard(flight)
    assert "ATTITUDE" not in heard(flight)
    assert len(flight.of("SYS_STATUS")) in (7, 8, 9)
    flight.tell(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_ALL, 4, 1))
    flight.run(1)
    assert {"ATTITUDE", "GLOBAL_POSITION_INT", "VFR_HUD", "BATTERY_STATUS", "TERRAIN_REPORT"} <= heard(flight)
    flight.tell(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_ALL, 4, 0))
    flight.sent.clear()
    flight.run(3)
    assert heard(flight) <= {"HEARTBEAT", "STATUSTEXT", "HOME_POSITION"}


def test_one_message_asked_for_comes_alone() -> None:
    flight = Flight(from_the_box=True)
    assert flight.command(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_ATTITUDE, 100_000) == 0
    flight.sent.clear()
    flight.run(2)
    assert len(flight.of("ATTITUDE")) in (19, 20, 21)
    assert "VFR_HUD" not in heard(flight)


def test_px4_knows_no_groups_of_streams() -> None:
    flight = Flight(autopilot="px4")
    flight.tell(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_ALL, 4, 0))
    flight.sent.clear()
    flight.run(2)
    assert "ATTITUDE" in heard(flight)


def test_a_request_is_kept_in_the_parameters_and_they_are_obeyed_in_flight() -> None:
    flight = Flight()
    flight.tell(mavlink.MAVLink_request_data_stream_message(1, 1, mavlink.MAV_DATA_STREAM_EXTRA1, 7, 1))
    assert flight.copter.parameters["MAV1_EXTRA1"] == 7
    flight.copter.parameters.set("SR0_EXTRA1", 2)
    flight.sent.clear()
    flight.run(3)
    assert len(flight.of("ATTITUDE")) in (5, 6, 7)
