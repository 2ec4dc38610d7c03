"""What ArduCopter and ArduPlane have in common: heartbeat, sensors' bits, streams, aliases of earlier parameter names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware.firmware import Heartbeat, Words
from sim.flight_modes import Behaviour
from sim.parameters import INT8, INT16, INT32, Alias, ParameterTable, scaled

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

FLIGHT_VERSION = (4 << 24) | (7 << 16) | (0 << 8) | 255
STREAMS = ("RAW_SENS", "EXT_STAT", "RC_CHAN", "RAW_CTRL", "POSITION", "EXTRA1", "EXTRA2", "EXTRA3", "PARAMS", "ADSB")
# What MAV1_* fills, as GCS_MAVLINK of both vehicles; messages the vehicle cannot build are left out by whoever sends.
STREAM_MESSAGES: dict[str, tuple[int, ...]] = {
    "RAW_SENS": (27, 116, 129, 29, 137, 143),
    "EXT_STAT": (1, 125, 152, 42, 24, 124, 62, 162, 245, 436),
    "RC_CHAN": (36, 65),
    "POSITION": (33, 32),
    "EXTRA1": (30, 178, 163),
    "EXTRA2": (74,),
    "EXTRA3": (2, 147, 133, 136, 168, 173, 241, 193, 265, 281),
    "ADSB": (246,),
}
# REQUEST_DATA_STREAM's numbers; the request is kept in the parameter.
STREAM_NUMBERS: dict[int, str] = {
    mavlink.MAV_DATA_STREAM_RAW_SENSORS: "RAW_SENS",
    mavlink.MAV_DATA_STREAM_EXTENDED_STATUS: "EXT_STAT",
    mavlink.MAV_DATA_STREAM_RC_CHANNELS: "RC_CHAN",
    mavlink.MAV_DATA_STREAM_RAW_CONTROLLER: "RAW_CTRL",
    mavlink.MAV_DATA_STREAM_POSITION: "POSITION",
    mavlink.MAV_DATA_STREAM_EXTRA1: "EXTRA1",
    mavlink.MAV_DATA_STREAM_EXTRA2: "EXTRA2",
    mavlink.MAV_DATA_STREAM_EXTRA3: "EXTRA3",
}
STREAM_SETUP: Mapping[str, float] = {
    "MAV1_EXT_STAT": 2,
    "MAV1_EXTRA1": 10,
    "MAV1_EXTRA2": 4,
    "MAV1_EXTRA3": 1,
    "MAV1_POSITION": 10,
    "MAV1_RAW_SENS": 2,
}
READ_ONLY = frozenset({"BATT_CAPACITY", "FENCE_TOTAL", "MAV_SYSID", "MIS_TOTAL", "RALLY_TOTAL"})
FLOWN_BY_ITSELF = frozenset(
    {
        Behaviour.MISSION,
        Behaviour.RETURN,
        Behaviour.RETRACE,
        Behaviour.LANDING_SEQUENCE,
        Behaviour.HOLD,
        Behaviour.GUIDED,
        Behaviour.CIRCLE,
        Behaviour.TAKEOFF,
    }
)
SENSORS = (
    mavlink.MAV_SYS_STATUS_SENSOR_3D_GYRO
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_ACCEL
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
    | mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    | mavlink.MAV_SYS_STATUS_SENSOR_GPS
    | mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
    | mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
    | mavlink.MAV_SYS_STATUS_AHRS
    | mavlink.MAV_SYS_STATUS_LOGGING
    | mavlink.MAV_SYS_STATUS_PREARM_CHECK
)
FENCE = mavlink.MAV_SYS_STATUS_GEOFENCE
TERRAIN = mavlink.MAV_SYS_STATUS_TERRAIN
CRITICAL_ALARMS = frozenset({"radio", "station", "battery_low", "battery_critical", "filter", "terrain", "dead_reckoning"})


def skip_of_check(check: float) -> float:
    """ARMING_CHECK named the checks to make (1 all, 0 none); ARMING_SKIPCHK names those to leave out."""
    bits = int(check)
    if bits == 0:
        return -1.0
    return 0.0 if bits & 1 else float(~bits & ((1 << 21) - 2))


def check_of_skip(skip: float) -> float:
    bits = int(skip)
    if bits == 0:
        return 1.0
    return 0.0 if bits == -1 else float(~bits & ((1 << 21) - 2))


ALIASES: tuple[Alias, ...] = (
    Alias("ARMING_CHECK", "ARMING_SKIPCHK", INT32, check_of_skip, skip_of_check),
    scaled("SYSID_THISMAV", "MAV_SYSID", 1.0, INT16),
    scaled("SYSID_MYGCS", "MAV_GCS_SYSID", 1.0, INT16),
    Alias("SIM_GPS_DISABLE", "SIM_GPS1_ENABLE", INT8, lambda enabled: float(enabled == 0.0), lambda disabled: float(disabled == 0.0)),
    scaled("SIM_GPS_JAM", "SIM_GPS1_JAM", 1.0, INT8),
    *(scaled(f"SIM_GPS_GLITCH_{axis}", f"SIM_GPS1_GLTCH_{axis}") for axis in "XYZ"),
    scaled("TELEM_DELAY", "MAV_TELEM_DELAY", 1.0, INT8),
    *(scaled(f"SR{port}_{stream}", f"MAV{port + 1}_{stream}", 1.0, INT16) for port in range(3) for stream in STREAMS),
)


def words(armed: str, disarmed: str) -> Words:
    return Words(arm_refused="Arm: ", prearm="PreArm: ", armed=armed, disarmed=disarmed, position_known="EKF3 IMU0 is using GPS")


def heartbeat(pilot: "Autopilot", base_mode: int) -> Heartbeat:
    """`base_mode` is the mode's own; arming and the state of the system are added."""
    base = base_mode | mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
    if pilot.armed:
        base |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    if pilot.alarms & CRITICAL_ALARMS and pilot.armed:
        status = mavlink.MAV_STATE_CRITICAL
    else:
        status = mavlink.MAV_STATE_ACTIVE if pilot.flying else mavlink.MAV_STATE_STANDBY
    return Heartbeat(int(base), int(pilot.mode), int(status))


def sensors(pilot: "Autopilot") -> tuple[int, int, int]:
    """SYS_STATUS's present, enabled and healthy bits."""
    readings, parameters = pilot.readings, pilot.parameters
    present = SENSORS | (FENCE if pilot.fence or parameters["FENCE_ENABLE"] != 0 or pilot.fence_state.enabled else 0) | TERRAIN
    fenced = parameters["FENCE_ENABLE"] != 0 or pilot.fence_state.enabled
    enabled = present if fenced else present & ~FENCE
    sick = 0
    if readings.gps.kind < 3 or readings.position_variance >= 1.0:
        sick |= mavlink.MAV_SYS_STATUS_SENSOR_GPS
    if not readings.compass_healthy:
        sick |= mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
    if not readings.barometer_healthy:
        sick |= mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    if not readings.attitude_healthy or "filter" in pilot.alarms:
        sick |= mavlink.MAV_SYS_STATUS_AHRS
    if not pilot.radio_connected:
        sick |= mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
    if pilot.alarms & {"battery_low", "battery_critical"}:
        sick |= mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
    if pilot.fence_state.breaches:
        sick |= FENCE
    if not pilot.terrain_known or "terrain" in pilot.alarms:
        sick |= TERRAIN
    if not pilot.armed and pilot.arming_obstacles():
        sick |= mavlink.MAV_SYS_STATUS_PREARM_CHECK
    return int(present), int(enabled), int(present & ~sick)


def stream_rates_hz(parameters: ParameterTable) -> Mapping[int, float]:
    """HEARTBEAT, and what MAV1_* asks for. A parameter of 0 leaves its messages unsent until somebody asks."""
    rates = {int(mavlink.MAVLINK_MSG_ID_HEARTBEAT): 1.0}
    for stream, messages in STREAM_MESSAGES.items():
        hz = parameters[f"MAV1_{stream}"]
        if hz > 0.0:
            rates.update(dict.fromkeys(messages, hz))
    if rates.get(int(mavlink.MAVLINK_MSG_ID_SYS_STATUS)):
        rates[int(mavlink.MAVLINK_MSG_ID_HOME_POSITION)] = 0.2  # said again for stations that joined late
    return rates


def keep_stream_request(parameters: ParameterTable, number: int, hz: float) -> Mapping[int, float]:
    """Write a REQUEST_DATA_STREAM into its MAV1_* parameters; the messages and rates it means. ALL (0) leaves out only PARAMS."""
    every = number == mavlink.MAV_DATA_STREAM_ALL
    names = [name for name in STREAMS if name != "PARAMS"] if every else [STREAM_NUMBERS[number]] if number in STREAM_NUMBERS else []
    for name in names:
        parameters.force(f"MAV1_{name}", hz)
    return {message: hz for name in names for message in STREAM_MESSAGES.get(name, ())}
