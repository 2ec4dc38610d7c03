"""Telemetry of one vehicle as MAVLink messages. Values are converted to wire units here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from math import radians
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.airframes import BodyState
from sim.autopilot import Autopilot
from sim.battery import CELLS, Battery
from sim.clock import SimClock
from sim.flight_modes import Behaviour
from sim.local_place import LocalPlaces
from sim.mission_store import MissionStore
from sim.sensors import Readings
from sim.vector import ZERO, Vector


@dataclass(slots=True)
class Instruments:
    """Everything telemetry is made from; the vehicle keeps it up to date."""

    system_id: int
    clock: SimClock
    places: LocalPlaces
    autopilot: Autopilot
    store: MissionStore
    readings: Readings
    battery: Battery

    @property
    def believed(self) -> BodyState:
        return self.readings.believed


def message(instruments: Instruments, message_id: int) -> Any | None:
    """The message of this id with present values; None when the vehicle has no such message."""
    build = BUILDERS.get(message_id)
    return None if build is None else build(instruments)


def _heartbeat(of: Instruments) -> Any:
    firmware = of.autopilot.firmware
    beat = firmware.heartbeat(of.autopilot)
    return mavlink.MAVLink_heartbeat_message(
        firmware.identity.vehicle_type, firmware.identity.autopilot, beat.base_mode, beat.custom_mode, beat.system_status, 3
    )


def _sys_status(of: Instruments) -> Any:
    present, enabled, healthy = of.autopilot.firmware.sensors(of.autopilot)
    return mavlink.MAVLink_sys_status_message(
        present,
        enabled,
        healthy,
        180,
        round(of.battery.voltage_v * 1000),
        round(of.battery.current_a * 100),
        round(of.battery.charge * 100),
        0,
        0,
        0,
        0,
        0,
        0,
    )


def _system_time(of: Instruments) -> Any:
    return mavlink.MAVLink_system_time_message(of.clock.unix_us, of.clock.boot_ms)


def _gps_raw_int(of: Instruments) -> Any:
    fix = of.readings.gps
    locked = fix.kind >= 3
    lat, lon = of.places.lat_lon_e7(fix.position) if locked else (0, 0)
    speed = fix.velocity
    return mavlink.MAVLink_gps_raw_int_message(
        of.clock.unix_us,
        fix.kind,
        lat,
        lon,
        _millimetres(of.places.ground_amsl_m + fix.position.up) if locked else 0,
        round(fix.hdop * 100),
        round(fix.hdop * 150),
        round(speed.level_length() * 100),
        round(speed.bearing_deg() * 100) % 36000,
        fix.satellites,
    )


def _attitude(of: Instruments) -> Any:
    state = of.believed
    yaw = radians((state.heading_deg + 180.0) % 360.0 - 180.0)
    return mavlink.MAVLink_attitude_message(
        of.clock.boot_ms, radians(state.roll_deg), radians(state.pitch_deg), yaw, 0.0, 0.0, radians(state.yaw_rate_dps)
    )


def _global_position_int(of: Instruments) -> Any:
    position, velocity = of.believed.position, of.believed.velocity
    if not of.autopilot.has_navigated:
        # Before the estimate is ready ArduPilot reports zero coordinates, which a station must not draw; one that is lost is carried on.
        return mavlink.MAVLink_global_position_int_message(of.clock.boot_ms, 0, 0, 0, 0, 0, 0, 0, 65535)
    lat, lon = of.places.lat_lon_e7(position)
    home_up = (of.autopilot.home or ZERO).up
    return mavlink.MAVLink_global_position_int_message(
        of.clock.boot_ms,
        lat,
        lon,
        _millimetres(of.places.ground_amsl_m + position.up),
        _millimetres(position.up - home_up),
        round(velocity.north * 100),
        round(velocity.east * 100),
        round(-velocity.up * 100),
        round(of.believed.heading_deg * 100) % 36000,
    )


def _vfr_hud(of: Instruments) -> Any:
    velocity = of.believed.velocity
    throttle = round(100.0 * of.believed.throttle) if of.autopilot.armed else 0
    return mavlink.MAVLink_vfr_hud_message(
        of.believed.airspeed_mps,
        velocity.level_length(),
        round(of.believed.heading_deg) % 360,
        throttle,
        of.places.ground_amsl_m + of.believed.position.up,
        velocity.up,
    )


def _battery_status(of: Instruments) -> Any:
    cell = round(of.battery.voltage_v / CELLS * 1000)
    return mavlink.MAVLink_battery_status_message(
        0,
        mavlink.MAV_BATTERY_FUNCTION_ALL,
        mavlink.MAV_BATTERY_TYPE_LIPO,
        32767,
        [cell] * CELLS + [65535] * (10 - CELLS),
        round(of.battery.current_a * 100),
        round(of.battery.used_mah),
        -1,
        round(of.battery.charge * 100),
    )


def _mission_current(of: Instruments) -> Any:
    run = of.autopilot.run
    mission_mode = 1 if of.autopilot.behaviour is Behaviour.MISSION else 2
    return mavlink.MAVLink_mission_current_message(run.current, of.store.total, int(run.state), mission_mode)


def _extended_sys_state(of: Instruments) -> Any:
    pilot = of.autopilot
    if pilot.helm.landing:
        landed = mavlink.MAV_LANDED_STATE_LANDING
    elif pilot.helm.taking_off and pilot.flying:
        landed = mavlink.MAV_LANDED_STATE_TAKEOFF
    else:
        landed = mavlink.MAV_LANDED_STATE_IN_AIR if pilot.flying else mavlink.MAV_LANDED_STATE_ON_GROUND
    return mavlink.MAVLink_extended_sys_state_message(_vtol_state(of), landed)


def _vtol_state(of: Instruments) -> int:
    hovering = getattr(of.autopilot.piloting, "hovering", None)
    if hovering is None:
        return int(mavlink.MAV_VTOL_STATE_UNDEFINED)
    share = of.believed.wing_share
    if 0.0 < share < 1.0:
        return int(mavlink.MAV_VTOL_STATE_TRANSITION_TO_MC if hovering else mavlink.MAV_VTOL_STATE_TRANSITION_TO_FW)
    return int(mavlink.MAV_VTOL_STATE_FW if share >= 1.0 else mavlink.MAV_VTOL_STATE_MC)


def _fence_status(of: Instruments) -> Any | None:
    state = of.autopilot.fence_state
    if not state.enabled:
        return None
    return mavlink.MAVLink_fence_status_message(int(state.breaches != 0), state.breach_count, state.kind, round(state.breach_s * 1000))


def _ekf_status(of: Instruments) -> Any:
    readings = of.readings
    flags = mavlink.EKF_ATTITUDE | mavlink.EKF_VELOCITY_VERT | mavlink.EKF_POS_VERT_ABS
    if readings.ready:
        flags |= mavlink.EKF_VELOCITY_HORIZ | mavlink.EKF_POS_HORIZ_REL | mavlink.EKF_POS_HORIZ_ABS
        flags |= mavlink.EKF_PRED_POS_HORIZ_REL | mavlink.EKF_PRED_POS_HORIZ_ABS
    else:
        flags |= mavlink.EKF_CONST_POS_MODE
    return mavlink.MAVLink_ekf_status_report_message(
        flags, readings.velocity_variance, readings.position_variance, readings.height_variance, readings.compass_variance, 0.0, 0.0
    )


def _home_position(of: Instruments) -> Any | None:
    if of.autopilot.home is None:
        return None
    lat, lon = of.places.lat_lon_e7(of.autopilot.home)
    altitude = _millimetres(of.places.ground_amsl_m + of.autopilot.home.up)
    return mavlink.MAVLink_home_position_message(lat, lon, altitude, 0.0, 0.0, 0.0, [1.0, 0.0, 0.0, 0.0], 0.0, 0.0, 0.0, of.clock.unix_us)


def camera_feedback(of: Instruments, number: int, position: Vector) -> Any:
    """One picture of the survey camera: where and how it was taken."""
    lat, lon = of.places.lat_lon_e7(position)
    return mavlink.MAVLink_camera_feedback_message(
        of.clock.unix_us,
        of.system_id,
        0,
        number,
        lat,
        lon,
        of.places.ground_amsl_m + position.up,
        position.up,
        of.believed.roll_deg,
        of.believed.pitch_deg,
        of.believed.heading_deg,
        0.0,
        mavlink.CAMERA_FEEDBACK_PHOTO,
        number,
    )


def _millimetres(metres: float) -> int:
    return round(metres * 1000)


BUILDERS: dict[int, Callable[[Instruments], Any]] = {
    mavlink.MAVLINK_MSG_ID_HEARTBEAT: _heartbeat,
    mavlink.MAVLINK_MSG_ID_SYS_STATUS: _sys_status,
    mavlink.MAVLINK_MSG_ID_SYSTEM_TIME: _system_time,
    mavlink.MAVLINK_MSG_ID_GPS_RAW_INT: _gps_raw_int,
    mavlink.MAVLINK_MSG_ID_ATTITUDE: _attitude,
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: _global_position_int,
    mavlink.MAVLINK_MSG_ID_VFR_HUD: _vfr_hud,
    mavlink.MAVLINK_MSG_ID_BATTERY_STATUS: _battery_status,
    mavlink.MAVLINK_MSG_ID_MISSION_CURRENT: _mission_current,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: _extended_sys_state,
    mavlink.MAVLINK_MSG_ID_FENCE_STATUS: _fence_status,
    mavlink.MAVLINK_MSG_ID_EKF_STATUS_REPORT: _ekf_status,
    mavlink.MAVLINK_MSG_ID_HOME_POSITION: _home_position,
}
