"""ArduPilot's pre-arm and arm checks, in its words, with the bits of ARMING_SKIPCHK that skip them."""

from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.battery import CAPACITY_AH
from sim.firmware.ardupilot_fence import breached_now
from sim.flight_modes import Behaviour
from sim.local_place import TERRAIN_FRAMES
from sim.mission_commands import LANDINGS, TAKEOFFS

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

BAROMETER, COMPASS, GPS, INERTIAL, PARAMETERS, RC = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6
VOLTAGE, BATTERY, LOGGING, MISSION = 1 << 7, 1 << 8, 1 << 10, 1 << 14
COMPASS_GONE = 0.8  # test ratio above which the compass does not agree with the filter
EKF_LIMIT = 1.0


def obstacles(pilot: "Autopilot") -> list[str]:
    """All that stands against arming: the mode first, then the checks that are not skipped."""
    found = [] if pilot.flight_mode.armable else [f"{pilot.flight_mode.name} mode not armable"]
    skipped = int(pilot.parameters["ARMING_SKIPCHK"])
    for bit, check in _CHECKS:
        if not skipped & bit:
            found += check(pilot)
    return found


def _barometer(pilot: "Autopilot") -> list[str]:
    if not pilot.readings.barometer_healthy:
        return ["Baro 1: not healthy"]
    return ["EKF height variance"] if pilot.readings.height_variance >= EKF_LIMIT else []


def _compass(pilot: "Autopilot") -> list[str]:
    if pilot.parameters["COMPASS_ENABLE"] == 0:
        return []
    if not pilot.readings.compass_healthy:
        return ["Compass not healthy"]
    return ["EKF compass variance"] if pilot.readings.compass_variance >= COMPASS_GONE else []


def _inertial(pilot: "Autopilot") -> list[str]:
    return [] if pilot.readings.attitude_healthy else ["Accels inconsistent"]


def _position(pilot: "Autopilot") -> list[str]:
    """Only asked of vehicles that need a position: by mode, by fence or by ARMING_NEED_LOC."""
    fenced = fence_needs_position(pilot)
    wanted = pilot.flight_mode.needs_position or fenced or pilot.parameters["ARMING_NEED_LOC"] != 0
    if not wanted:
        return []
    gps, readings = pilot.readings.gps, pilot.readings
    found = []
    if gps.kind < 3:
        found.append("GPS 1: Bad fix" if gps.kind > 0 else "GPS 1: not healthy")
    elif gps.hdop * 100.0 > pilot.parameters.get("GPS_HDOP_GOOD", 140.0):
        found.append(f"High GPS HDOP ({gps.hdop:.1f})")
    if not readings.ready:
        found.append("Need Position Estimate")
        if fenced:
            found.append("Fence requires position")
    elif readings.position_variance >= EKF_LIMIT:
        found.append("EKF position variance")
    elif readings.velocity_variance >= EKF_LIMIT:
        found.append("EKF velocity variance")
    return found


def _height(pilot: "Autopilot") -> list[str]:
    drifts = pilot.behaviour is Behaviour.DRIFT and not pilot.readings.barometer_healthy
    return ["Need Alt Estimate"] if drifts else []


def _radio(pilot: "Autopilot") -> list[str]:
    watched = pilot.parameters.get("FS_THR_ENABLE", pilot.parameters.get("THR_FAILSAFE", 0.0)) != 0
    return ["Radio failsafe on"] if watched and not pilot.radio_connected else []


def _battery(pilot: "Autopilot") -> list[str]:
    parameters, battery = pilot.parameters, pilot.battery
    left_mah = battery.charge * CAPACITY_AH * 1000.0
    found = []
    if battery.voltage_v < parameters["BATT_ARM_VOLT"]:
        found.append("Battery 1 below minimum arming voltage")
    if left_mah < parameters["BATT_ARM_MAH"]:
        found.append("Battery 1 below minimum arming capacity")
    if "battery_critical" in pilot.alarms:
        found.append("Battery 1 critical voltage failsafe")
    elif "battery_low" in pilot.alarms:
        found.append("Battery 1 low voltage failsafe")
    return found


def _fence(pilot: "Autopilot") -> list[str]:
    if pilot.parameters["FENCE_ENABLE"] == 0 or not pilot.readings.ready:
        return []
    breaches = breached_now(pilot)
    return [f"Vehicle breaching {' and '.join(breaches)} fence"] if breaches else []


def _mission(pilot: "Autopilot") -> list[str]:
    wanted = int(pilot.parameters["ARMING_MIS_ITEMS"])
    if wanted == 0:
        return []
    commands = {pilot.store[index].command for index in pilot.run.items()}
    named = (
        (1 << 0, frozenset({mavlink.MAV_CMD_NAV_LAND}), "land"),
        (1 << 1, frozenset({mavlink.MAV_CMD_NAV_VTOL_LAND}), "vtol land"),
        (1 << 2, frozenset({mavlink.MAV_CMD_DO_LAND_START}), "do_land_start"),
        (1 << 3, TAKEOFFS - {mavlink.MAV_CMD_NAV_VTOL_TAKEOFF}, "takeoff"),
        (1 << 4, TAKEOFFS - {mavlink.MAV_CMD_NAV_TAKEOFF}, "vtol takeoff"),
        (1 << 6, frozenset({mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH}), "RTL"),
    )
    return [f"Missing mission item: {name}" for bit, any_of, name in named if wanted & bit and not commands & any_of]


def _terrain(pilot: "Autopilot") -> list[str]:
    """Only asked of a mission that has altitudes above terrain."""
    if not any(pilot.store[index].frame in TERRAIN_FRAMES for index in pilot.run.items()):
        return []
    if pilot.parameters["TERRAIN_ENABLE"] == 0:
        return ["terrain disabled"]
    return ["waiting for terrain data"] if pilot.terrain_pending else []


def _landing_sequence(pilot: "Autopilot") -> list[str]:
    """ArduPlane refuses a mission with a landing sequence that its RTL would not use."""
    if pilot.parameters.get("RTL_AUTOLAND", 1.0) != 0 or pilot.run.landing_start() is None:
        return []
    landings = any(pilot.store[index].command in LANDINGS for index in pilot.run.items())
    return ["DO_LAND_START set and RTL_AUTOLAND disabled"] if landings else []


def fence_needs_position(pilot: "Autopilot") -> bool:
    return pilot.parameters["FENCE_ENABLE"] != 0 and bool(int(pilot.parameters["FENCE_TYPE"]) & 0b110)


_CHECKS = (
    (BAROMETER, _barometer),
    (COMPASS, _compass),
    (INERTIAL, _inertial),
    (GPS, _position),
    (BAROMETER, _height),
    (RC, _radio),
    (BATTERY, _battery),
    (0, _fence),
    (MISSION, _mission),
    (MISSION, _landing_sequence),
    (PARAMETERS, _terrain),
)
