"""ArduCopter 4.7 on a quadcopter."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware import ardupilot
from sim.firmware.ardupilot_commands import ArduPilotCommands
from sim.firmware.ardupilot_failsafes import copter_monitors
from sim.firmware.ardupilot_fence import FenceMonitor
from sim.firmware.ardupilot_tuning import ArduCopterTuning
from sim.firmware.ardupilot_vehicle import ArduPilotVehicle
from sim.firmware.firmware import CommandTable, Heartbeat, Identity, Monitor
from sim.firmware.tables import tables
from sim.flight_modes import Behaviour, FlightMode, StandardMode, mode_table
from sim.maneuvers import FlightSpeeds
from sim.mission_run import MissionManner
from sim.modes import Mode
from sim.parameters import INT8, INT16, INT32, Alias, ParameterTable, scaled
from sim.piloting import Piloting, RotorPiloting

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

MODES = mode_table(
    FlightMode(Mode.STABILIZE, Behaviour.HOLD, "Stabilize", armable=True, needs_position=False),
    FlightMode(Mode.ACRO, Behaviour.HOLD, "Acro", armable=True, needs_position=False),
    FlightMode(Mode.ALT_HOLD, Behaviour.HOLD, "Altitude Hold", StandardMode.ALTITUDE_HOLD, armable=True, needs_position=False),
    FlightMode(Mode.AUTO, Behaviour.MISSION, "Auto", StandardMode.MISSION, automatic=True),
    FlightMode(Mode.GUIDED, Behaviour.GUIDED, "Guided", armable=True, automatic=True),
    FlightMode(Mode.LOITER, Behaviour.HOLD, "Loiter", StandardMode.POSITION_HOLD, armable=True),
    FlightMode(Mode.RTL, Behaviour.RETURN, "RTL", StandardMode.SAFE_RECOVERY, automatic=True),
    FlightMode(Mode.CIRCLE, Behaviour.CIRCLE, "Circle", StandardMode.ORBIT, automatic=True),
    FlightMode(Mode.LAND, Behaviour.LAND, "Land", StandardMode.LAND, needs_position=False, automatic=True),
    FlightMode(Mode.DRIFT, Behaviour.HOLD, "Drift", armable=True, needs_position=True),
    FlightMode(Mode.SPORT, Behaviour.HOLD, "Sport", armable=True, needs_position=False),
    FlightMode(Mode.POSHOLD, Behaviour.HOLD, "Position Hold", armable=True),
    FlightMode(Mode.BRAKE, Behaviour.HOLD, "Brake", automatic=True),
    FlightMode(Mode.GUIDED_NOGPS, Behaviour.DRIFT, "Guided No GPS", armable=True, needs_position=False, automatic=True),
    FlightMode(Mode.SMART_RTL, Behaviour.RETRACE, "Smart RTL", automatic=True),
    FlightMode(Mode.AUTO_RTL, Behaviour.LANDING_SEQUENCE, "Auto RTL", automatic=True),
)
GUIDED_MODES = frozenset(
    {Mode.AUTO, Mode.RTL, Mode.LOITER, Mode.GUIDED, Mode.CIRCLE, Mode.POSHOLD, Mode.BRAKE, Mode.SMART_RTL, Mode.AUTO_RTL}
)
ALIASES: tuple[Alias, ...] = (
    *ardupilot.ALIASES,
    scaled("ANGLE_MAX", "ATC_ANGLE_MAX", 0.01, INT16),
    scaled("ATC_SLEW_YAW", "ATC_RATE_WPY_MAX", 0.01),
    scaled("ATC_ACCEL_P_MAX", "ATC_ACC_P_MAX", 0.01),
    scaled("ATC_ACCEL_R_MAX", "ATC_ACC_R_MAX", 0.01),
    scaled("ATC_ACCEL_Y_MAX", "ATC_ACC_Y_MAX", 0.01),
    scaled("CIRCLE_RADIUS", "CIRCLE_RADIUS_M", 0.01),
    scaled("LAND_ALT_LOW", "LAND_ALT_LOW_M", 0.01, INT16),
    scaled("LAND_SPEED", "LAND_SPD_MS", 0.01, INT16),
    scaled("LAND_SPEED_HIGH", "LAND_SPD_HIGH_MS", 0.01, INT16),
    scaled("LOIT_ACC_MAX", "LOIT_ACC_MAX_M", 0.01),
    scaled("LOIT_BRK_ACCEL", "LOIT_BRK_ACC_M", 0.01),
    scaled("LOIT_BRK_JERK", "LOIT_BRK_JRK_M", 0.01),
    scaled("LOIT_SPEED", "LOIT_SPEED_MS", 0.01),
    scaled("PHLD_BRAKE_ANGLE", "PHLD_BRK_ANGLE", 0.01, INT16),
    scaled("PHLD_BRAKE_RATE", "PHLD_BRK_RATE", 1.0, INT16),
    scaled("PILOT_ACCEL_Z", "PILOT_ACC_Z", 0.01, INT16),
    scaled("PILOT_SPEED_DN", "PILOT_SPD_DN", 0.01, INT16),
    scaled("PILOT_SPEED_UP", "PILOT_SPD_UP", 0.01, INT16),
    scaled("PILOT_TKOFF_ALT", "PILOT_TKO_ALT_M", 0.01),
    scaled("PSC_POSXY_P", "PSC_NE_POS_P"),
    scaled("PSC_POSZ_P", "PSC_D_POS_P"),
    scaled("RTL_ALT", "RTL_ALT_M", 0.01, INT32),
    scaled("RTL_ALT_FINAL", "RTL_ALT_FINAL_M", 0.01, INT16),
    scaled("RTL_CLIMB_MIN", "RTL_CLIMB_MIN_M", 0.01, INT16),
    scaled("RTL_SPEED", "RTL_SPEED_MS", 0.01, INT16),
    scaled("WPNAV_ACCEL", "WP_ACC", 0.01),
    scaled("WPNAV_ACCEL_C", "WP_ACC_CNR", 0.01),
    scaled("WPNAV_ACCEL_Z", "WP_ACC_Z", 0.01),
    scaled("WPNAV_JERK", "WP_JERK"),
    scaled("WPNAV_RADIUS", "WP_RADIUS_M", 0.01),
    scaled("WPNAV_RFND_USE", "WP_RFND_USE", 1.0, INT8),
    scaled("WPNAV_SPEED", "WP_SPD", 0.01),
    scaled("WPNAV_SPEED_DN", "WP_SPD_DN", 0.01),
    scaled("WPNAV_SPEED_UP", "WP_SPD_UP", 0.01),
)
# What a careful owner of this airframe has set: a 6-cell pack of 12 Ah, return when low and land when critical, no arming without
# a position, and telemetry on the first link without being asked. Zero MAV1_* makes it as silent as one fresh from the box.
SETUP: Mapping[str, float] = {
    "ARMING_NEED_LOC": 1,
    "BATT_ARM_MAH": 2400,
    "BATT_CAPACITY": 12000,
    "BATT_CRT_MAH": 1200,
    "BATT_CRT_VOLT": 19.2,
    "BATT_FS_CRT_ACT": 1,
    "BATT_FS_LOW_ACT": 2,
    "BATT_LOW_MAH": 2400,
    "BATT_LOW_VOLT": 20.4,
    **ardupilot.STREAM_SETUP,
}
FENCE_ACTIONS = {
    1: ("RTL", "LAND"),
    2: ("LAND",),
    3: ("SMART_RTL", "RTL", "LAND"),
    4: ("BRAKE", "LAND"),
    5: ("SMART_RTL", "LAND"),
}


class ArduCopter(ArduPilotVehicle):
    identity = Identity(
        name="ArduCopter",
        autopilot=mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA,
        vehicle_type=mavlink.MAV_TYPE_QUADROTOR,
        flight_version=ardupilot.FLIGHT_VERSION,
        greeting="Sunqar simulated copter, ArduCopter V4.7.0 profile",
    )
    words = ardupilot.words("Arming motors", "Disarming motors")
    modes = MODES
    start_mode = MODES[Mode.STABILIZE]
    manner = MissionManner(waypoint_text="Reached command #{index}")
    position_kept_s = 7.0  # EKF3 without any measured speed
    clears_flown_mission = False
    mission_starts_by_mode = False

    def parameters(self, system_id: int, overrides: Mapping[str, float] | None = None) -> ParameterTable:
        return ParameterTable(
            tables("ardupilot", "ardupilot_copter"),
            aliases=ALIASES,
            read_only=ardupilot.READ_ONLY,
            overrides={**SETUP, "MAV_SYSID": system_id, **(overrides or {})},
        )

    def tuning(self, parameters: ParameterTable) -> ArduCopterTuning:
        return ArduCopterTuning(parameters)

    def piloting(self, parameters: ParameterTable) -> Piloting:
        return RotorPiloting(FlightSpeeds(ArduCopterTuning(parameters)))

    def monitors(self, pilot: "Autopilot") -> list[Monitor]:
        return [*copter_monitors(pilot), FenceMonitor(pilot, FENCE_ACTIONS, ("LAND",))]

    def mode_refusal(self, pilot: "Autopilot", mode: FlightMode) -> str | None:
        failed = f"Mode change to {mode.name} failed: "
        if mode.needs_position and not pilot.readings.ready:
            return f"{failed}requires position"
        match mode.behaviour:
            case Behaviour.MISSION if pilot.run.state == pilot.run.state.NO_MISSION:
                return f"{failed}no mission"
            case Behaviour.MISSION if pilot.armed and pilot.view.on_ground and not pilot.run.starts_with_takeoff:
                return "Auto: Missing Takeoff Cmd"
            case Behaviour.LANDING_SEQUENCE if pilot.run.landing_start() is None:
                return f"{failed}no landing sequence"
            case Behaviour.RETRACE if not pilot.trail:
                return f"{failed}SmartRTL deactivated"
        return None

    def disarmed(self, pilot: "Autopilot") -> None:
        """The mode stays."""

    def heartbeat(self, pilot: "Autopilot") -> Heartbeat:
        base = mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED | mavlink.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
        if pilot.mode in GUIDED_MODES:
            base |= mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
        return ardupilot.heartbeat(pilot, int(base))

    def commands(self, pilot: "Autopilot") -> CommandTable:
        return ArduPilotCommands(pilot, hold_mode="LOITER", land_mode="LAND").table()
