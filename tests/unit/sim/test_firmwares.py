"""What differs between ArduCopter, ArduPlane and PX4 as a station sees it: heartbeat, modes, parameters, arming, commands."""

from math import nan

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware import FIRMWARES
from sim.modes import Mode, PlaneMode, Px4Mode
from sim.vector import Vector
from tests.support.simulated_flight import Flight

ACCEPTED, REJECTED, DENIED, UNSUPPORTED, FAILED = 0, 1, 2, 3, 4
AVAILABLE_MODES = 435
MAX_NAME = 16


@pytest.mark.parametrize(
    ("autopilot", "vehicle_type", "family", "kind"),
    [
        ("ardupilot", "copter", 3, 2),
        ("ardupilot", "plane", 3, 1),
        ("ardupilot", "vtol", 3, 1),
        ("px4", "copter", 12, 2),
        ("px4", "plane", 12, 1),
        ("px4", "vtol", 12, 22),
    ],
)
def test_the_heartbeat_says_who_flies(autopilot: str, vehicle_type: str, family: int, kind: int) -> None:
    flight = Flight(autopilot=autopilot, vehicle_type=vehicle_type)
    beat = flight.of("HEARTBEAT")[-1]
    assert (beat.autopilot, beat.type, beat.system_status) == (family, kind, mavlink.MAV_STATE_STANDBY)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    flight.run(1.1)
    assert flight.of("HEARTBEAT")[-1].base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED


@pytest.mark.parametrize(("autopilot", "vehicle_type"), FIRMWARES)
def test_parameter_tables_have_names_that_fit_and_the_numbers_of_real_ones(autopilot: str, vehicle_type: str) -> None:
    table = FIRMWARES[autopilot, vehicle_type].parameters(7)
    names = [found.name for found in table.all()]
    assert len(names) > 300
    assert all(len(name) <= MAX_NAME for name in names)
    assert table["MAV_SYSID" if autopilot == "ardupilot" else "MAV_SYS_ID"] == 7


@pytest.mark.parametrize(
    ("earlier", "value", "name", "today"),
    [
        ("WPNAV_SPEED", 700.0, "WP_SPD", 7.0),
        ("RTL_ALT", 3000.0, "RTL_ALT_M", 30.0),
        ("SYSID_MYGCS", 254.0, "MAV_GCS_SYSID", 254.0),
        ("SR0_POSITION", 4.0, "MAV1_POSITION", 4.0),
        ("ARMING_CHECK", 0.0, "ARMING_SKIPCHK", -1.0),
        ("ARMING_CHECK", 1.0, "ARMING_SKIPCHK", 0.0),
    ],
)
def test_earlier_names_write_todays_parameter(earlier: str, value: float, name: str, today: float) -> None:
    table = FIRMWARES["ardupilot", "copter"].parameters(1)
    written = table.set(earlier, value)
    assert written is not None
    assert (written.name, written.value) == (earlier, value)
    assert table[name] == pytest.approx(today)


def test_without_stream_rates_a_vehicle_says_little_until_it_is_asked() -> None:
    overrides = dict.fromkeys(("MAV1_EXT_STAT", "MAV1_EXTRA1", "MAV1_EXTRA2", "MAV1_EXTRA3", "MAV1_POSITION", "MAV1_RAW_SENS"), 0.0)
    firmware = FIRMWARES["ardupilot", "copter"]
    assert list(firmware.stream_rates_hz(firmware.parameters(1, overrides))) == [mavlink.MAVLINK_MSG_ID_HEARTBEAT]


def test_px4_tells_its_standard_modes() -> None:
    flight = Flight(autopilot="px4")
    answers = flight.tell(mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, AVAILABLE_MODES, 0, 0, 0, 0, 0, 0))
    modes = {message.custom_mode: message for message in answers[1:]}
    assert set(modes) == set(FIRMWARES["px4", "copter"].modes)
    assert modes[Px4Mode.RTL].standard_mode == 5


def test_px4_takes_off_to_a_height_above_the_sea_and_then_holds() -> None:
    flight = Flight(autopilot="px4")
    amsl_m = flight.copter.places.ground_amsl_m + 15.0
    assert flight.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan, nan, nan, amsl_m) == ACCEPTED
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    flight.until(lambda: flight.copter.autopilot.mode == Px4Mode.LOITER, 30)
    assert flight.position.up == pytest.approx(15.0, abs=1.0)
    target = Vector(30, 0, 0)
    lat, lon = (value / 1e7 for value in flight.copter.places.lat_lon_e7(target))
    assert flight.command(mavlink.MAV_CMD_DO_REPOSITION, -1, 1, 0, nan, lat, lon, amsl_m + 5.0) == ACCEPTED
    flight.until(lambda: flight.position.minus(Vector(30, 0, 20)).length() < 2.5, 30)
    assert flight.command(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH) == ACCEPTED
    flight.until(lambda: not flight.copter.autopilot.armed, 120)
    assert "Disarmed by landing" in flight.texts() or flight.copter.autopilot.mode == Px4Mode.LOITER


def test_px4_rejects_for_now_and_says_why() -> None:
    flight = Flight(autopilot="px4", ready=False)
    flight.run(0.5)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == REJECTED
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == DENIED
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, 4, 4) == REJECTED
    flight.run(0.1)
    assert {"Preflight Fail: GPS fix too low", "Arming denied: Resolve system health failures"} <= set(flight.texts())


def test_px4_offboard_needs_set_points_and_is_left_without_them() -> None:
    flight = Flight(autopilot="px4")
    pilot = flight.copter.autopilot
    pilot.set_mode(Px4Mode.TAKEOFF)
    pilot.arm()
    flight.until(lambda: pilot.mode == Px4Mode.LOITER, 30)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, 6) == REJECTED
    point = mavlink.MAVLink_set_position_target_local_ned_message(0, 1, 1, 1, 0b111111111000, 20.0, 0.0, -10.0, 0, 0, 0, 0, 0, 0, 0, 0)
    flight.tell(point)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, 6) == ACCEPTED
    for _ in range(20):
        flight.tell(point)
        flight.run(0.5)
    assert flight.position.minus(Vector(0, 20, 10)).length() < 2.0
    flight.run(1.5)
    assert pilot.mode == Px4Mode.POSCTL


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"BATT_ARM_VOLT": 30.0}, "Battery 1 below minimum arming voltage"),
        ({"BATT_ARM_MAH": 20000.0}, "Battery 1 below minimum arming capacity"),
        ({"ARMING_MIS_ITEMS": 1.0}, "Missing mission item: land"),
        ({"SIM_RC_FAIL": 1.0}, "Radio failsafe on"),
        ({"SIM_MAG1_FAIL": 1.0}, "Compass not healthy"),
    ],
)
def test_every_arming_refusal_has_its_reason_and_its_bit(changed: dict[str, float], reason: str) -> None:
    flight = Flight()
    for name, value in changed.items():
        flight.copter.parameters.force(name, value)
    flight.run(1.0)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == FAILED
    assert flight.command(mavlink.MAV_CMD_RUN_PREARM_CHECKS) == ACCEPTED
    flight.run(0.1)
    assert {f"Arm: {reason}", f"PreArm: {reason}"} <= set(flight.texts())
    flight.copter.parameters.force("ARMING_SKIPCHK", -1)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED


def test_a_fence_needs_a_position_to_arm() -> None:
    flight = Flight(ready=False)
    flight.copter.parameters.force("FENCE_ENABLE", 1)
    flight.run(0.5)
    assert "Fence requires position" in flight.copter.autopilot.arming_obstacles()


def test_a_plane_refuses_a_landing_sequence_its_return_would_not_use() -> None:
    flight = Flight(vehicle_type="plane")
    flight.copter.parameters.force("RTL_AUTOLAND", 0)
    flight.upload(
        [
            flight.item(0, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0, 0, 0)),
            flight.item(1, mavlink.MAV_CMD_NAV_TAKEOFF, None, height_m=40),
            flight.item(2, mavlink.MAV_CMD_DO_LAND_START),
            flight.item(3, mavlink.MAV_CMD_NAV_LAND, Vector(0, 0, 0)),
        ]
    )
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == FAILED
    flight.run(0.1)
    assert "Arm: DO_LAND_START set and RTL_AUTOLAND disabled" in flight.texts()


def test_a_plane_takes_off_circles_and_returns() -> None:
    flight = Flight(vehicle_type="plane")
    pilot = flight.copter.autopilot
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, PlaneMode.TAKEOFF) == ACCEPTED
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    flight.until(lambda: flight.position.up > 45, 60)
    assert flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(300, 0, 80), -1, 1) == ACCEPTED
    flight.run(60)
    assert flight.position.minus(Vector(300, 0, 80)).level_length() < 100
    assert pilot.mode == PlaneMode.GUIDED
    assert flight.command(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH) == ACCEPTED
    flight.run(60)
    assert flight.position.level_length() < 100
    assert flight.position.up == pytest.approx(100, abs=15)


def test_a_plane_without_radio_goes_on_in_auto_and_returns_from_cruise() -> None:
    flight = Flight(vehicle_type="plane")
    pilot = flight.copter.autopilot
    pilot.set_mode(PlaneMode.TAKEOFF)
    pilot.arm()
    flight.until(lambda: flight.position.up > 45, 60)
    pilot.set_mode(PlaneMode.CRUISE)
    flight.copter.parameters.force("SIM_RC_FAIL", 1)
    flight.until(lambda: pilot.mode == PlaneMode.CIRCLE, 2.5)
    flight.until(lambda: pilot.mode == PlaneMode.RTL, 5)
    assert "Long failsafe on: Radio" in flight.texts() or flight.run(0.1) is None


def test_a_quadplane_hovers_flies_and_lands_upright() -> None:
    flight = Flight(vehicle_type="vtol")
    pilot = flight.copter.autopilot
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, PlaneMode.GUIDED)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    assert flight.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 40) == ACCEPTED
    flight.until(lambda: flight.position.up > 38, 60)
    assert flight.position.level_length() < 5
    flight.until(lambda: flight.copter.truth.wing_share == 1.0, 30)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, PlaneMode.QLAND) == ACCEPTED
    flight.until(lambda: not pilot.armed, 120)
    assert flight.copter.truth.on_ground


def test_modes_change_on_the_wire_by_number() -> None:
    flight = Flight()
    flight.take_off(10)
    for mode in (Mode.ALT_HOLD, Mode.LOITER, Mode.CIRCLE, Mode.POSHOLD, Mode.SMART_RTL):
        assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, mode) == ACCEPTED
        flight.run(1.1)
        assert flight.of("HEARTBEAT")[-1].custom_mode == mode
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO_RTL) == FAILED
