"""Long commands, modes, control, corrections, traffic and slow links: what else a vehicle answers."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import AvailableModes, CommandCancel, ComponentInformationBasic, ControlStatus, TimeSync
from sim.services.operator_control import REQUEST_OPERATOR_CONTROL
from sim.wire import WireReader, WireSender
from tests.support.simulated_flight import Flight

ACCEPTED, TEMPORARILY_REJECTED, DENIED, FAILED, IN_PROGRESS, CANCELLED = 0, 1, 2, 4, 5, 6
CALIBRATE = mavlink.MAV_CMD_PREFLIGHT_CALIBRATION


def say(flight: Flight, message: Any) -> list[Any]:
    """A message the generated dialect cannot read, over the wire as the vehicle reads it."""
    return [reply for heard in WireReader().read(WireSender(254).pack(message)) for reply in flight.copter.on_message(heard)]


def ask(flight: Flight, number: int, *parameters: float, component: int = 1, station: tuple[int, int] = (254, 190)) -> list[Any]:
    padded = (*parameters, *[0.0] * (7 - len(parameters)))
    return flight.tell(mavlink.MAVLink_command_long_message(1, component, number, 0, *padded), station)


def test_a_calibration_tells_its_progress_and_ends_accepted() -> None:
    flight = Flight()
    assert ask(flight, CALIBRATE, 1)[0].result == IN_PROGRESS
    assert ask(flight, CALIBRATE, 1)[0].result == TEMPORARILY_REJECTED
    flight.run(5)
    acks = flight.of("COMMAND_ACK")
    assert [ack.result for ack in acks[:-1]] == [IN_PROGRESS] * (len(acks) - 1)
    assert [ack.progress for ack in acks[:-1]] == sorted(ack.progress for ack in acks[:-1])
    assert acks[-1].result == ACCEPTED


def test_a_running_command_is_cancelled_and_an_idle_cancel_ignored() -> None:
    flight = Flight()
    cancel = CommandCancel(1, 1, CALIBRATE)
    assert say(flight, cancel) == []
    ask(flight, CALIBRATE, 1)
    assert [(ack.command, ack.result) for ack in say(flight, cancel)] == [(CALIBRATE, CANCELLED)]
    flight.run(6)
    assert flight.of("COMMAND_ACK") == []


def test_calibration_is_refused_while_armed() -> None:
    flight = Flight()
    flight.take_off(5)
    assert ask(flight, CALIBRATE, 1)[0].result == FAILED


def test_modes_are_listed_one_by_one_or_all_at_once() -> None:
    flight = Flight()
    ack, *modes = ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, AvailableModes.id, 0)
    assert ack.result == ACCEPTED
    assert [mode.mode_index for mode in modes] == list(range(1, modes[0].number_modes + 1))
    [_, third] = ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, AvailableModes.id, 3)
    assert third.mode_name == modes[2].mode_name
    assert ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, AvailableModes.id, 99)[0].result == FAILED


@pytest.mark.parametrize("component", [100, 154], ids=["camera", "gimbal"])
def test_other_components_say_who_they_are(component: int) -> None:
    [ack, basic] = ask(Flight(), mavlink.MAV_CMD_REQUEST_MESSAGE, ComponentInformationBasic.id, component=component)
    assert ack.result == ACCEPTED
    assert basic.vendor_name == b"Sunqar"


def test_only_the_station_in_control_may_command() -> None:
    flight, other = Flight(), (250, 190)
    assert ask(flight, REQUEST_OPERATOR_CONTROL, 0, 1, 0)[0].result == ACCEPTED
    assert ask(flight, mavlink.MAV_CMD_DO_SET_MODE, 1, 4, station=other)[0].result == DENIED
    assert ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, 148, station=other)[0].result == ACCEPTED
    refused, told = ask(flight, REQUEST_OPERATOR_CONTROL, 0, 1, 0, station=other)
    assert (refused.result, told.target_system, told.param1) == (FAILED, 254, 250)
    assert ask(flight, REQUEST_OPERATOR_CONTROL, 0, 1, 1)[0].result == ACCEPTED
    assert ask(flight, REQUEST_OPERATOR_CONTROL, 0, 1, 0, station=other)[0].result == ACCEPTED
    assert ask(flight, mavlink.MAV_CMD_DO_SET_MODE, 1, 4)[0].result == DENIED
    flight.run(1.1)
    assert [found.sysid_in_control for found in flight.sent if isinstance(found, ControlStatus)][-1] == 250


def test_corrections_make_the_fix_better_while_they_come() -> None:
    flight = Flight()
    for _ in range(12):
        flight.tell(mavlink.MAVLink_gps_rtcm_data_message(0, 10, [0] * 180))
        flight.run(1)
    kinds = [fix.fix_type for fix in flight.of("GPS_RAW_INT")]
    assert {5, 6} <= set(kinds)
    flight.run(6)
    assert flight.of("GPS_RAW_INT")[-1].fix_type == 3


def test_aircraft_around_are_heard_when_asked_for() -> None:
    flight = Flight()
    flight.run(2)
    assert flight.of("ADSB_VEHICLE") == []
    flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"SIM_ADSB_COUNT", 3.0, mavlink.MAV_PARAM_TYPE_INT16))
    flight.run(2.1)
    assert len({aircraft.ICAO_address for aircraft in flight.of("ADSB_VEHICLE")}) == 3


def test_on_a_high_latency_link_only_the_short_message_is_said() -> None:
    flight = Flight()
    assert ask(flight, mavlink.MAV_CMD_CONTROL_HIGH_LATENCY, 1)[0].result == ACCEPTED
    flight.sent.clear()
    flight.run(11)
    assert {message.get_type() for message in flight.sent} == {"HIGH_LATENCY2"}
    assert len(flight.sent) == 3
    assert flight.tell(mavlink.MAVLink_param_request_list_message(1, 1)) == []
    assert ask(flight, mavlink.MAV_CMD_CONTROL_HIGH_LATENCY, 0)[0].result == ACCEPTED
    flight.run(1.1)
    assert flight.of("HEARTBEAT")


@pytest.mark.parametrize(("autopilot", "told"), [("ardupilot", 0), ("px4", 254)])
def test_time_is_told_to_who_asked_or_to_everybody(autopilot: str, told: int) -> None:
    flight = Flight(autopilot=autopilot)
    [reply] = say(flight, TimeSync(0, 12345, 1, 1))
    assert (reply.ts1, reply.tc1, reply.target_system) == (12345, flight.clock.boot_ms * 1_000_000, told)
    assert say(flight, TimeSync(0, 12345, 7, 1)) == []


def test_a_long_text_leaves_in_chunks_of_one_number() -> None:
    flight = Flight()
    flight.sent.clear()
    flight.copter.host.say("x" * 60 + "end", 4)
    flight.run(0.1)
    first, second = flight.of("STATUSTEXT")
    assert first.id == second.id > 0
    assert [first.chunk_seq, second.chunk_seq] == [0, 1]


@pytest.mark.parametrize(
    "number", [mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAV_CMD_IMAGE_START_CAPTURE]
)
def test_numbers_that_are_none_are_denied(number: int) -> None:
    nan = float("nan")
    assert ask(Flight(), number, nan, nan, nan, component=100)[0].result in (DENIED, FAILED)
