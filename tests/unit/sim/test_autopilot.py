"""Modes, arming, flying: the answers and effects a station relies on."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim import MeanWind
from sim.modes import Mode
from sim.vector import Vector
from tests.support.simulated_flight import Flight

ACCEPTED, DENIED, UNSUPPORTED, FAILED = 0, 2, 3, 4


def test_arming_before_the_position_is_known_fails_and_says_why() -> None:
    flight = Flight(ready=False)
    flight.run(0.5)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == FAILED
    flight.run(0.1)
    assert "Arm: GPS 1: Bad fix" in flight.texts()


def test_auto_is_not_armable() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO) == ACCEPTED
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == FAILED
    flight.run(0.1)
    assert "Arm: AUTO mode not armable" in flight.texts()


def test_take_off_goto_and_return_end_at_home() -> None:
    flight = Flight()
    flight.take_off(20)
    target = Vector(80, 40, 25)
    assert flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, target, -1, 1) == ACCEPTED
    flight.until(lambda: flight.position.minus(target).length() < 1.5, 60)
    assert flight.command(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH) == ACCEPTED
    flight.until(lambda: not flight.copter.autopilot.armed, 120)
    assert flight.position.level_length() < 1.0
    assert flight.position.up == 0.0
    assert "Disarming motors" in flight.texts()


def test_heartbeat_tells_mode_and_arming() -> None:
    flight = Flight()
    flight.take_off(10)
    flight.run(1.1)
    beat = flight.of("HEARTBEAT")[-1]
    assert beat.custom_mode == Mode.GUIDED
    assert beat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    assert beat.system_status == mavlink.MAV_STATE_ACTIVE


def test_disarming_in_flight_fails_unless_forced() -> None:
    flight = Flight()
    flight.take_off(10)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0) == FAILED
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, 21196) == ACCEPTED
    flight.until(lambda: flight.copter.truth.on_ground, 10)


def test_reposition_needs_command_int_and_the_mode_flag() -> None:
    flight = Flight()
    flight.take_off(10)
    assert flight.command(mavlink.MAV_CMD_DO_REPOSITION, -1, 1) == UNSUPPORTED
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.LOITER) == ACCEPTED
    assert flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(10, 0, 10), -1, 0) == DENIED
    assert flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(10, 0, 10), -1, 1) == ACCEPTED


def test_reposition_on_the_ground_is_accepted_and_moves_nothing() -> None:
    flight = Flight()
    assert flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(50, 0, 10), -1, 1) == ACCEPTED
    flight.run(3)
    assert flight.position == Vector(0, 0, 0)


def test_an_unknown_mode_fails_with_its_number() -> None:
    flight = Flight()
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, 99) == FAILED
    flight.run(0.1)
    assert "No such mode 99" in flight.texts()


def test_take_off_is_refused_outside_guided_and_disarmed() -> None:
    flight = Flight()
    assert flight.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 10) == FAILED
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    assert flight.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 10) == FAILED


def test_motors_left_idling_stop_by_themselves() -> None:
    flight = Flight()
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
    flight.run(9)
    assert flight.copter.autopilot.armed
    flight.run(2)
    assert not flight.copter.autopilot.armed


@pytest.mark.parametrize("mode", [Mode.LOITER, Mode.BRAKE, Mode.STABILIZE])
def test_holding_modes_stop_and_stay(mode: Mode) -> None:
    flight = Flight(wind=MeanWind(5, 300))
    flight.take_off(20)
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(200, 0, 20), -1, 1)
    flight.run(10)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, mode) == ACCEPTED
    flight.run(12)
    held = flight.position
    flight.run(10)
    assert flight.position.minus(held).length() < 1.0


def test_a_mission_is_flown_to_the_end() -> None:
    flight = Flight()
    assert flight.upload(flight.square_mission()) == 0
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == ACCEPTED
    flight.until(lambda: not flight.copter.autopilot.armed, 240)
    flight.run(1.1)
    assert [message.seq for message in flight.of("MISSION_ITEM_REACHED")] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert 6 <= len(flight.of("CAMERA_FEEDBACK")) <= 8
    assert flight.fastest_mps < 6.5
    for corner in (Vector(60, 0, 30), Vector(60, 60, 30), Vector(0, 60, 30)):
        assert min(corner.minus(place).length() for place in flight.track) < 3.0
    last = flight.of("MISSION_CURRENT")[-1]
    assert (last.seq, last.total, last.mission_state) == (0, 8, 5)
    assert flight.copter.autopilot.mode is Mode.AUTO


def test_an_interrupted_mission_goes_on_with_its_item() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    flight.take_off(30)
    flight.command(mavlink.MAV_CMD_MISSION_START)
    flight.until(lambda: flight.copter.autopilot.run.current == 5, 60)
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.LOITER)
    flight.run(5)
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO)
    flight.run(0.1)
    assert flight.copter.autopilot.run.current == 5
    flight.until(lambda: not flight.copter.autopilot.armed, 240)


def test_auto_without_a_mission_is_refused() -> None:
    flight = Flight()
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == FAILED
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO) == FAILED


def test_setting_a_current_item_that_does_not_exist_is_denied() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    assert flight.command(mavlink.MAV_CMD_DO_SET_MISSION_CURRENT, 77) == DENIED


def test_a_low_battery_brings_the_vehicle_home() -> None:
    flight = Flight()
    flight.take_off(20)
    flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"BATT_LOW_MAH", 11999.0, mavlink.MAV_PARAM_TYPE_REAL32))
    flight.run(0.2)
    assert flight.copter.autopilot.mode is Mode.RTL
    assert any(text.startswith("Battery 1 is low") for text in flight.texts())


def test_parameters_are_listed_read_and_set() -> None:
    flight = Flight()
    assert flight.tell(mavlink.MAVLink_param_request_list_message(1, 1)) == []
    flight.run(2.0)
    listed = flight.of("PARAM_VALUE")
    assert [value.param_index for value in listed] == list(range(listed[0].param_count))
    assert flight.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"NO_SUCH_NAME", -1)) == []
    [answer] = flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"RTL_ALT", 3000.0, mavlink.MAV_PARAM_TYPE_REAL32))
    assert answer.param_value == 3000.0
    flight.take_off(10)
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(60, 0, 10), -1, 1)
    flight.until(lambda: flight.position.east > 58, 30)
    flight.command(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH)
    flight.until(lambda: flight.position.up > 29, 30)


def test_messages_for_another_system_are_ignored() -> None:
    flight = Flight()
    assert flight.tell(mavlink.MAVLink_command_long_message(7, 1, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, 1, 0, 0, 0, 0, 0, 0)) == []


def test_message_rates_follow_the_station() -> None:
    flight = Flight()
    flight.sent.clear()
    assert flight.command(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_ATTITUDE, 50_000) == ACCEPTED
    flight.run(2)
    assert len(flight.of("ATTITUDE")) == pytest.approx(40, abs=1)
    assert len(flight.of("GLOBAL_POSITION_INT")) == pytest.approx(20, abs=1)


def test_system_time_ties_boot_time_to_the_clock() -> None:
    flight = Flight()
    for message in flight.of("SYSTEM_TIME"):
        assert message.time_unix_usec // 1000 - message.time_boot_ms == flight.clock.started_unix_ms
