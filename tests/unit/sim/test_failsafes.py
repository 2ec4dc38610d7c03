"""One row a failsafe and profile: what happens, when, and what is said about it."""

from dataclasses import dataclass, field

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.faults import FaultSpec
from sim.fence import Fence, Polygon
from sim.modes import Mode, Px4Mode
from sim.vector import Vector
from tests.support.simulated_flight import Flight

STATION = 255


@dataclass(frozen=True)
class Row:
    """`within_s` is the earliest and latest second after the cause at which `mode` is entered; None: the mode stays."""

    name: str
    autopilot: str
    cause: str
    mode: int | None
    within_s: tuple[float, float] = (0.0, 0.3)
    text: str = ""
    set_before: dict[str, float] = field(default_factory=dict)
    start_mode: str = ""
    critical: bool = True


ROWS = [
    Row("radio", "ardupilot", "rc_loss", Mode.RTL, (0.9, 1.2), "Radio Failsafe"),
    Row("radio lands", "ardupilot", "rc_loss", Mode.LAND, (0.9, 1.2), "Radio Failsafe", {"FS_THR_ENABLE": 3}),
    Row("radio ignored", "ardupilot", "rc_loss", None, set_before={"FS_THR_ENABLE": 0}, critical=False),
    Row("radio guided goes on", "ardupilot", "rc_loss", None, text="Radio Failsafe - Continuing Guided Mode", set_before={"FS_OPTIONS": 4}),
    Row("radio retraces", "ardupilot", "rc_loss", Mode.SMART_RTL, (0.9, 1.2), "Radio Failsafe", {"FS_THR_ENABLE": 4}),
    Row("station off by default", "ardupilot", "station", None, critical=False),
    Row("station", "ardupilot", "station", Mode.RTL, (4.8, 5.2), "GCS Failsafe", {"FS_GCS_ENABLE": 1}),
    Row("station timeout", "ardupilot", "station", Mode.LAND, (2.8, 3.2), "GCS Failsafe", {"FS_GCS_ENABLE": 5, "FS_GCS_TIMEOUT": 3}),
    Row("battery charge", "ardupilot", "charge", Mode.RTL, (0.0, 0.3), "Battery 1 is low"),
    Row("battery voltage", "ardupilot", "voltage", Mode.RTL, (9.8, 10.5), "Battery 1 is low", {"BATT_LOW_MAH": 0}),
    Row("battery critical", "ardupilot", "critical", Mode.LAND, (0.0, 0.3), "Battery 1 is critical"),
    Row("battery warns only", "ardupilot", "charge", None, text="Battery 1 is low", set_before={"BATT_FS_LOW_ACT": 0}),
    Row("fence radius", "ardupilot", "fly out", Mode.RTL, (0.0, 12.0), "Circle fence breached", {"FENCE_ENABLE": 1, "FENCE_RADIUS": 60}),
    Row(
        "fence brakes",
        "ardupilot",
        "fly out",
        Mode.BRAKE,
        (0.0, 12.0),
        "fence breached",
        {"FENCE_ENABLE": 1, "FENCE_RADIUS": 60, "FENCE_ACTION": 4},
    ),
    Row(
        "fence reports",
        "ardupilot",
        "fly out",
        None,
        (0.0, 12.0),
        "Circle fence breached",
        {"FENCE_ENABLE": 1, "FENCE_RADIUS": 60, "FENCE_ACTION": 0},
        critical=False,
    ),
    Row("fence polygon", "ardupilot", "polygon", Mode.RTL, (0.0, 12.0), "Polygon fence breached", {"FENCE_ENABLE": 1}),
    Row("far outside", "ardupilot", "far outside", Mode.LAND, (0.0, 0.5), "Circle fence breached", {"FENCE_RADIUS": 30}, critical=False),
    Row("position lost", "ardupilot", "gps_off", Mode.LAND, (0.9, 45.0), "EKF variance"),
    Row("dead reckoning", "ardupilot", "gps_off", Mode.RTL, (0.0, 8.0), "Dead Reckoning started", {"EK3_DRAG_BCOEF_X": 20}),
    Row("terrain", "ardupilot", "terrain", Mode.RTL, (4.9, 5.5), "Failsafe: Terrain data missing"),
    Row("radio", "px4", "rc_loss", Px4Mode.RTL, (5.3, 6.0), "Manual control lost"),
    Row("radio lands", "px4", "rc_loss", Px4Mode.LAND, (5.3, 6.0), "Manual control lost", {"NAV_RCL_ACT": 3}),
    Row("radio excepted", "px4", "rc_loss", None, set_before={"COM_RCL_EXCEPT": 2}, critical=False),
    Row("radio at once", "px4", "rc_loss", Px4Mode.RTL, (0.4, 0.8), "Manual control lost", {"COM_FAIL_ACT_T": 0}),
    Row("station only told", "px4", "station", None, text="Connection to ground control station lost"),
    Row("station", "px4", "station", Px4Mode.RTL, (14.5, 15.5), "Connection to ground control station lost", {"NAV_DLL_ACT": 2}),
    Row("battery warns only", "px4", "critical", None, text="Critical battery level"),
    Row("battery", "px4", "critical", Px4Mode.RTL, (4.8, 5.6), "Critical battery level", {"COM_LOW_BAT_ACT": 3}),
    Row(
        "fence", "px4", "fly out", Px4Mode.RTL, (0.0, 25.0), "Maximum distance from home exceeded", {"GF_ACTION": 3, "GF_MAX_HOR_DIST": 60}
    ),
    Row("fence warns", "px4", "polygon", None, text="Geofence violated", set_before={"GF_ACTION": 1}),
    Row("position lost", "px4", "gps_off", Px4Mode.DESCEND, (0.9, 45.0), "Position estimate lost"),
]


def airborne(row: Row) -> Flight:
    flight = Flight(autopilot=row.autopilot)
    for name, value in row.set_before.items():
        flight.copter.parameters.force(name, value)
    pilot = flight.copter.autopilot
    flight.tell(mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, 8, 0, 0, 4, 3), (STATION, 190))
    if row.autopilot == "ardupilot":
        pilot.set_mode(Mode.GUIDED)
    assert pilot.arm()
    pilot.set_mode(pilot.mode_named("GUIDED" if row.autopilot == "ardupilot" else "TAKEOFF").number)
    assert pilot.helm.take_off(20.0)
    for _ in range(60):
        if flight.position.up > 19.5:
            break
        hear(flight)
        flight.run(0.5)
    pilot.helm.fly_to(Vector(40.0, 0.0, 20.0))
    for _ in range(16):
        hear(flight)
        flight.run(0.5)
    hear(flight)
    flight.sent.clear()
    return flight


def hear(flight: Flight) -> None:
    flight.tell(mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, 8, 0, 0, 4, 3), (STATION, 190))


def bring_about(flight: Flight, row: Row) -> None:
    vehicle, pilot = flight.copter, flight.copter.autopilot
    parameters, now_s = vehicle.parameters, flight.clock.boot_s
    match row.cause:
        case "rc_loss" | "gps_off":
            vehicle.faults.add(FaultSpec(row.cause, {}, now_s))
        case "charge":
            parameters.force("BATT_LOW_MAH", 11999)
        case "voltage":
            parameters.force("BATT_LOW_VOLT", 26.0)
        case "critical" if row.autopilot == "px4":
            parameters.force("BAT_CRIT_THR", 0.9999)
            parameters.force("BAT_LOW_THR", 0.9999)
        case "critical":
            parameters.force("BATT_CRT_MAH", 11999)
        case "polygon":
            square = tuple(Vector(east, north, 0.0) for east, north in ((-50, -50), (60, -50), (60, 50), (-50, 50)))
            pilot.fence = Fence((Polygon(square, True),))
            pilot.helm.fly_to(Vector(120.0, 0.0, 20.0))
        case "fly out":
            pilot.helm.fly_to(Vector(150.0, 0.0, 20.0))
        case "far outside":
            pilot.set_home(Vector(-200.0, 0.0, 0.0))
            parameters.force("FENCE_ENABLE", 1)
        case "terrain":
            flight.upload(
                [
                    flight.item(0, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0, 0, 0)),
                    flight.item(1, mavlink.MAV_CMD_NAV_TAKEOFF, None, height_m=20),
                    flight.item(2, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(500, 0, 20), frame=10),
                ]
            )
            pilot.helm.start_mission()
            flight.until(lambda: pilot.run.current == 2, 10)
            pilot.terrain_known = False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.autopilot}: {row.name}")
def test_a_failure_is_answered_as_its_firmware_does(row: Row) -> None:
    flight = airborne(row)
    pilot = flight.copter.autopilot
    bring_about(flight, row)
    before, since_s = pilot.mode, flight.clock.boot_s
    heard_s = since_s
    limit_s = row.within_s[1] if row.mode is not None else 12.0
    while pilot.mode != row.mode and flight.clock.boot_s - since_s <= limit_s:
        if row.cause != "station" and flight.clock.boot_s - heard_s >= 1.0:
            heard_s = flight.clock.boot_s
            hear(flight)
        flight.step()
    if row.mode is None:
        assert pilot.mode == before
    else:
        assert pilot.mode == row.mode, flight.texts()
        assert flight.clock.boot_s - since_s >= row.within_s[0]
    flight.run(1.1)
    assert any(text.startswith(row.text) or row.text in text for text in flight.texts()) or not row.text, flight.texts()
    if row.mode is not None and row.critical and "fence" not in row.name:
        assert flight.of("HEARTBEAT")[-1].system_status == mavlink.MAV_STATE_CRITICAL


def test_only_the_configured_station_counts_and_only_once_it_was_heard() -> None:
    flight = Flight()
    flight.copter.parameters.set("FS_GCS_ENABLE", 1)
    flight.copter.parameters.set("MAV_GCS_SYSID", 77)
    flight.take_off(10)
    hear(flight)
    flight.run(8)
    assert flight.copter.autopilot.mode is Mode.GUIDED


def test_a_failsafe_on_the_ground_stops_the_motors() -> None:
    flight = Flight()
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
    flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"SIM_RC_FAIL", 1.0, mavlink.MAV_PARAM_TYPE_INT8))
    flight.run(1.5)
    assert not flight.copter.autopilot.armed


def test_a_breach_is_over_when_the_vehicle_is_back() -> None:
    row = Row("", "ardupilot", "fly out", None, set_before={"FENCE_ENABLE": 1, "FENCE_RADIUS": 60})
    flight = airborne(row)
    bring_about(flight, row)
    flight.until(lambda: flight.copter.autopilot.mode is Mode.RTL, 20)
    flight.run(1.1)
    assert not flight.of("SYS_STATUS")[-1].onboard_control_sensors_health & mavlink.MAV_SYS_STATUS_GEOFENCE
    flight.until(lambda: "Fence breach cleared" in flight.texts(), 30)
    flight.run(1.1)
    assert flight.of("SYS_STATUS")[-1].onboard_control_sensors_health & mavlink.MAV_SYS_STATUS_GEOFENCE


def test_a_copter_that_lost_an_engine_lies_upright_and_armed() -> None:
    flight = Flight()
    flight.take_off(15)
    flight.copter.faults.add(FaultSpec("engine_fail", {}, flight.clock.boot_s))
    flight.run(6.0)
    assert flight.copter.truth.on_ground
    assert flight.copter.autopilot.armed
    assert "Potential Thrust Loss (1)" in flight.texts()


def test_one_that_leans_on_the_ground_has_crashed() -> None:
    flight = Flight()
    flight.take_off(15)
    flight.copter.faults.add(FaultSpec("engine_fail", {}, flight.clock.boot_s))
    flight.run(0.5)
    flight.copter.faults.add(FaultSpec("attitude_freeze", {}, flight.clock.boot_s))  # what is believed, lying on its side
    flight.until(lambda: not flight.copter.autopilot.armed, 10)
    flight.run(0.1)
    assert any("Crash: Disarming" in text for text in flight.texts())


def test_a_landing_by_failsafe_waits_four_seconds() -> None:
    flight = airborne(Row("", "ardupilot", "critical", Mode.LAND))
    bring_about(flight, Row("", "ardupilot", "critical", Mode.LAND))
    flight.until(lambda: flight.copter.autopilot.mode is Mode.LAND, 2)
    height_m = flight.position.up
    flight.run(3.9)
    assert abs(flight.position.up - height_m) < 0.5
    flight.run(4.0)
    assert flight.position.up < height_m - 2.0


def test_voltage_set_by_parameter_fails_safe_without_emptying_the_battery() -> None:
    row = Row("", "ardupilot", "voltage", Mode.RTL, set_before={"BATT_LOW_VOLT": 11, "BATT_CRT_VOLT": 0, "BATT_LOW_MAH": 0})
    flight = airborne(row)
    flight.copter.parameters.set("SIM_BATT_VOLTAGE", 10.7)
    since_s = flight.clock.boot_s
    flight.until(lambda: flight.copter.autopilot.mode is Mode.RTL, 15)
    assert 9.9 <= flight.clock.boot_s - since_s <= 10.6
    assert flight.copter.battery.charge > 0.9
    flight.until(lambda: not flight.copter.autopilot.armed, 90)
    assert flight.position.level_length() < 3.0


def test_the_fence_switches_itself_on_with_the_motors() -> None:
    flight = airborne(Row("", "ardupilot", "", None, set_before={"FENCE_AUTOENABLE": 3, "FENCE_RADIUS": 100}))
    assert flight.copter.autopilot.fence_state.enabled
    flight.copter.autopilot.helm.fly_to(Vector(150.0, 0.0, 20.0))
    flight.until(lambda: flight.copter.autopilot.mode is Mode.RTL, 30)
    flight.until(lambda: not flight.copter.autopilot.armed, 90)
    flight.run(0.2)
    assert not flight.copter.autopilot.fence_state.enabled
    assert any(text.endswith("auto-disabled") for text in flight.texts())


def test_a_glitch_alone_changes_no_mode_within_ten_seconds() -> None:
    flight = airborne(Row("", "ardupilot", "", None))
    flight.copter.parameters.set("SIM_GPS1_GLTCH_X", 0.001)
    flight.run(9.5)
    assert flight.copter.autopilot.mode is Mode.GUIDED
    assert "GPS Glitch or Compass error" in flight.texts()


def test_a_cold_receiver_needs_its_time() -> None:
    flight = Flight(gps_lock_s=20.0)
    flight.run(10.0)
    assert not flight.copter.body.readings.ready
    flight.run(15.0)
    assert flight.copter.body.readings.ready
