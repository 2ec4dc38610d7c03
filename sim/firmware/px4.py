"""PX4 1.15: multicopter, plane and standard VTOL."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware.firmware import CommandTable, Heartbeat, Identity, Monitor, Words
from sim.firmware.px4_commands import Px4Commands
from sim.firmware.px4_failsafes import px4_monitors
from sim.firmware.px4_tuning import Px4Tuning
from sim.firmware.px4_wings import Px4WingTuning, px4_wing_limits
from sim.firmware.tables import tables
from sim.flight_modes import Behaviour, FlightMode, StandardMode, mode_table
from sim.maneuvers import FlightSpeeds
from sim.mission_run import MissionManner
from sim.modes import Px4Mode
from sim.parameters import ParameterTable
from sim.piloting import Piloting, RotorPiloting
from sim.wing_piloting import VtolPiloting, WingPiloting

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

MODES = mode_table(
    FlightMode(Px4Mode.MANUAL, Behaviour.HOLD, "Manual", armable=True, needs_position=False),
    FlightMode(Px4Mode.ALTCTL, Behaviour.HOLD, "Altitude", StandardMode.ALTITUDE_HOLD, armable=True, needs_position=False),
    FlightMode(Px4Mode.POSCTL, Behaviour.HOLD, "Position", StandardMode.POSITION_HOLD, armable=True),
    FlightMode(Px4Mode.TAKEOFF, Behaviour.TAKEOFF, "Takeoff", StandardMode.TAKEOFF, armable=True, automatic=True),
    FlightMode(Px4Mode.LOITER, Behaviour.HOLD, "Hold", armable=True, automatic=True),
    FlightMode(Px4Mode.MISSION, Behaviour.MISSION, "Mission", StandardMode.MISSION, armable=True, automatic=True),
    FlightMode(Px4Mode.RTL, Behaviour.RETURN, "Return", StandardMode.SAFE_RECOVERY, automatic=True),
    FlightMode(Px4Mode.LAND, Behaviour.LAND, "Land", StandardMode.LAND, automatic=True),
    FlightMode(Px4Mode.ACRO, Behaviour.HOLD, "Acro", armable=True, needs_position=False),
    FlightMode(Px4Mode.OFFBOARD, Behaviour.GUIDED, "Offboard", armable=True, automatic=True),
    FlightMode(Px4Mode.STABILIZED, Behaviour.HOLD, "Stabilized", armable=True, needs_position=False),
    FlightMode(Px4Mode.DESCEND, Behaviour.DESCEND, "Descend", needs_position=False, automatic=True, selectable=False),
    FlightMode(Px4Mode.ORBIT, Behaviour.CIRCLE, "Orbit", StandardMode.ORBIT, automatic=True, selectable=False),
)
BY_HAND = frozenset({Px4Mode.MANUAL, Px4Mode.ALTCTL, Px4Mode.POSCTL, Px4Mode.ACRO, Px4Mode.STABILIZED})
FLIGHT_VERSION = (1 << 24) | (15 << 16) | (4 << 8) | 255
TYPES = {
    "copter": mavlink.MAV_TYPE_QUADROTOR,
    "plane": mavlink.MAV_TYPE_FIXED_WING,
    "vtol": 22,  # MAV_TYPE_VTOL_FIXEDROTOR; the generated dialect still calls it RESERVED2
}
_TABLES = {"copter": ("px4", "px4_rotors"), "plane": ("px4", "px4_wing"), "vtol": ("px4", "px4_rotors", "px4_wing", "px4_vtol")}
# What PX4 sends in MAV_0_MODE normal without being asked.
RATES_HZ: Mapping[int, float] = {
    mavlink.MAVLINK_MSG_ID_HEARTBEAT: 1.0,
    mavlink.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
    mavlink.MAVLINK_MSG_ID_SYSTEM_TIME: 1.0,
    mavlink.MAVLINK_MSG_ID_GPS_RAW_INT: 1.0,
    mavlink.MAVLINK_MSG_ID_ATTITUDE: 15.0,
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 5.0,
    mavlink.MAVLINK_MSG_ID_VFR_HUD: 4.0,
    mavlink.MAVLINK_MSG_ID_BATTERY_STATUS: 0.5,
    mavlink.MAVLINK_MSG_ID_MISSION_CURRENT: 1.0,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 1.0,
    mavlink.MAVLINK_MSG_ID_HOME_POSITION: 0.5,
}
SENSORS = (
    mavlink.MAV_SYS_STATUS_SENSOR_3D_GYRO
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_ACCEL
    | mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
    | mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
    | mavlink.MAV_SYS_STATUS_SENSOR_GPS
    | mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
    | mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
    | mavlink.MAV_SYS_STATUS_AHRS
    | mavlink.MAV_SYS_STATUS_PREARM_CHECK
)
LEAST_CHARGE_TO_ARM = "BAT_CRIT_THR"
FAILSAFES = frozenset({"radio", "station", "battery_critical", "battery_emergency", "position", "fence"})


class Px4:
    """`vehicle_type` is the word of `--type`."""

    words = Words(
        arm_refused="Preflight Fail: ",
        prearm="Preflight Fail: ",
        armed="Armed by external command",
        disarmed="Disarmed by {why}",
        position_known="Home position set",
        arm_denied="Arming denied: Resolve system health failures",
    )
    modes = MODES
    start_mode = MODES[Px4Mode.LOITER]
    manner = MissionManner(
        announces_items=False,
        reports_with_item_before=False,
        rewinds_after_landing=False,
        changed_text="",
        waypoint_heading_within_deg=12.0,  # MIS_YAW_ERR
    )
    position_kept_s = 5.0  # EKF2_NOAID_TOUT
    clears_flown_mission = True
    mission_starts_by_mode = True

    def __init__(self, vehicle_type: str) -> None:
        self._type = vehicle_type
        self.identity = Identity(
            name="PX4",
            autopilot=mavlink.MAV_AUTOPILOT_PX4,
            vehicle_type=TYPES[vehicle_type],
            flight_version=FLIGHT_VERSION,
            greeting=f"Sunqar simulated {vehicle_type}, PX4 v1.15.4 profile",
        )

    def parameters(self, system_id: int, overrides: Mapping[str, float] | None = None) -> ParameterTable:
        own = {"MAV_SYS_ID": system_id, "MAV_TYPE": TYPES[self._type], "BAT1_CAPACITY": 12000, "BAT1_N_CELLS": 6}
        return ParameterTable(
            tables(*_TABLES[self._type]), read_only=frozenset({"MAV_SYS_ID", "MAV_TYPE"}), overrides={**own, **(overrides or {})}
        )

    def tuning(self, parameters: ParameterTable) -> Px4Tuning:
        return Px4Tuning(parameters) if self._type == "copter" else Px4WingTuning(parameters)

    def piloting(self, parameters: ParameterTable) -> Piloting:
        speeds = FlightSpeeds(self.tuning(parameters))
        if self._type == "copter":
            return RotorPiloting(speeds)
        if self._type == "plane":
            return WingPiloting(speeds, px4_wing_limits(parameters))
        return VtolPiloting(RotorPiloting(FlightSpeeds(Px4Tuning(parameters))), WingPiloting(speeds, px4_wing_limits(parameters)))

    def monitors(self, pilot: "Autopilot") -> list[Monitor]:
        return px4_monitors(pilot)

    def arming_obstacles(self, pilot: "Autopilot") -> list[str]:
        readings, mode = pilot.readings, pilot.flight_mode
        found = []
        if "terminated" in pilot.alarms:
            found.append("Flight termination active")
        if not mode.armable:
            found.append(f"Mode not suitable for takeoff ({mode.label})")
        if not readings.compass_healthy:
            found.append("Compass Sensor 0 missing")
        if not readings.barometer_healthy:
            found.append("barometer 0 missing")
        if not readings.attitude_healthy:
            found.append("Accelerometer 0 inconsistent")
        wants_gps = mode.needs_position or pilot.parameters["COM_ARM_WO_GPS"] == 0
        if wants_gps and readings.gps.kind < 3:
            found.append("GPS fix too low")
        if wants_gps and not readings.ready:
            found.append("Global position required")
        if readings.compass_variance >= 1.0:
            found.append("Strong magnetic interference")
        if pilot.battery.charge < pilot.parameters[LEAST_CHARGE_TO_ARM]:
            found.append("Low battery")
        if mode.behaviour is Behaviour.MISSION and pilot.run.state == pilot.run.state.NO_MISSION:
            found.append("No valid mission available")
        if pilot.parameters["COM_ARM_MIS_REQ"] and pilot.run.state == pilot.run.state.NO_MISSION:
            found.append("No valid mission available")
        return found

    def mode_refusal(self, pilot: "Autopilot", mode: FlightMode) -> str | None:
        impossible = f"Switching to mode '{mode.label}' is currently not possible"
        if mode.needs_position and not pilot.readings.ready:
            return impossible
        match mode.behaviour:
            case Behaviour.MISSION if pilot.run.state == pilot.run.state.NO_MISSION:
                return f"{impossible}: No valid mission available"[:50]
            case Behaviour.GUIDED:
                fresh = pilot.setpoint_s is not None and pilot.now_s - pilot.setpoint_s <= pilot.parameters["COM_OF_LOSS_T"]
                return None if fresh else impossible
            case Behaviour.CIRCLE if self._type == "plane":
                return impossible
        return None

    def took_off(self, pilot: "Autopilot") -> None:
        """Take-off ends in Hold."""
        if pilot.behaviour is Behaviour.TAKEOFF:
            pilot.set_mode(Px4Mode.LOITER)
        pilot.helm.hold()

    def disarmed(self, pilot: "Autopilot") -> None:
        """Modes that ended the flight do not stay."""
        if pilot.behaviour in (Behaviour.LAND, Behaviour.RETURN, Behaviour.DESCEND, Behaviour.TAKEOFF):
            pilot.flight_mode = self.start_mode

    def heartbeat(self, pilot: "Autopilot") -> Heartbeat:
        base = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
        if pilot.armed:
            base |= mavlink.MAV_MODE_FLAG_SAFETY_ARMED
        if pilot.mode in BY_HAND:
            base |= mavlink.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
        if pilot.mode not in (Px4Mode.MANUAL, Px4Mode.ACRO):
            base |= mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED
        if pilot.flight_mode.automatic:
            base |= mavlink.MAV_MODE_FLAG_AUTO_ENABLED | mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
        if "terminated" in pilot.alarms:
            status = mavlink.MAV_STATE_FLIGHT_TERMINATION
        elif not pilot.armed:
            status = mavlink.MAV_STATE_STANDBY
        else:
            status = mavlink.MAV_STATE_CRITICAL if pilot.alarms & FAILSAFES else mavlink.MAV_STATE_ACTIVE
        return Heartbeat(int(base), int(pilot.mode), int(status))

    def sensors(self, pilot: "Autopilot") -> tuple[int, int, int]:
        readings, sick = pilot.readings, 0
        fence = mavlink.MAV_SYS_STATUS_GEOFENCE if pilot.fence_state.enabled else 0
        if readings.gps.kind < 3 or readings.position_variance >= 1.0:
            sick |= mavlink.MAV_SYS_STATUS_SENSOR_GPS
        if not readings.compass_healthy:
            sick |= mavlink.MAV_SYS_STATUS_SENSOR_3D_MAG
        if not readings.barometer_healthy:
            sick |= mavlink.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE
        if not readings.attitude_healthy:
            sick |= mavlink.MAV_SYS_STATUS_AHRS
        if not pilot.radio_connected:
            sick |= mavlink.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
        if pilot.alarms & {"battery_critical", "battery_emergency"}:
            sick |= mavlink.MAV_SYS_STATUS_SENSOR_BATTERY
        if pilot.fence_state.breaches:
            sick |= fence
        if not pilot.armed and pilot.arming_obstacles():
            sick |= mavlink.MAV_SYS_STATUS_PREARM_CHECK
        present = int(SENSORS | fence)
        return present, present, int(present & ~sick)

    def stream_rates_hz(self, parameters: ParameterTable) -> Mapping[int, float]:
        return RATES_HZ

    def keep_stream_request(self, parameters: ParameterTable, number: int, hz: float) -> Mapping[int, float]:
        """PX4 knows SET_MESSAGE_INTERVAL alone."""
        return {}

    def commands(self, pilot: "Autopilot") -> CommandTable:
        return Px4Commands(pilot).table()
