"""Gimbal protocol v2: the manager, on the autopilot, and the device, component 154.

Who wants to move it takes control first (CONFIGURE: primary or secondary); others are refused. NaN leaves an axis as it is. Regions of
interest belong to the manager. Source: MAVLink gimbal protocol v2.
"""

from collections.abc import Mapping
from math import asin, atan2, degrees, isnan, radians
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ComponentInformationBasic
from sim.flight_logs.recorders import quaternion
from sim.gimbal import PITCH_MAX_DEG, PITCH_MIN_DEG, YAW_MAX_DEG, YAW_MIN_DEG
from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES
from sim.services.host import Host
from sim.services.service import (
    ACCEPTED,
    DENIED,
    FAILED,
    UNSUPPORTED_FRAME,
    Builder,
    Command,
    CommandHandler,
    Outcome,
    Service,
)
from sim.vector import Vector

DEVICE = mavlink.MAV_COMP_ID_GIMBAL
RETRACT, NEUTRAL = mavlink.GIMBAL_DEVICE_FLAGS_RETRACT, mavlink.GIMBAL_DEVICE_FLAGS_NEUTRAL
ROLL_LOCK, PITCH_LOCK = mavlink.GIMBAL_DEVICE_FLAGS_ROLL_LOCK, mavlink.GIMBAL_DEVICE_FLAGS_PITCH_LOCK
YAW_LOCK, VEHICLE_FRAME, EARTH_FRAME = mavlink.GIMBAL_DEVICE_FLAGS_YAW_LOCK, 32, 64
CAPABILITIES = (
    mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_RETRACT
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_NEUTRAL
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_ROLL_LOCK
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_PITCH_AXIS
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_PITCH_LOCK
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_YAW_AXIS
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_YAW_FOLLOW
    | mavlink.GIMBAL_DEVICE_CAP_FLAGS_HAS_YAW_LOCK
)
CAN_POINT_AT_PLACE = 0x10000 | 0x20000  # GIMBAL_MANAGER_CAP_FLAGS: locally and globally
UNCHANGED, TO_MYSELF, RELEASE = -1, -2, -3
NOBODY = (0, 0)
_LIMITS_RAD = tuple(radians(limit) for limit in (0.0, 0.0, PITCH_MIN_DEG, PITCH_MAX_DEG, YAW_MIN_DEG, YAW_MAX_DEG))
Address = tuple[int, int]


class GimbalManager(Service):
    handles = frozenset({"GIMBAL_MANAGER_SET_ATTITUDE", "GIMBAL_MANAGER_SET_PITCHYAW"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._primary: Address = NOBODY
        self._secondary: Address = NOBODY

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {
            mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_INFORMATION: self._information,
            mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_STATUS: self._status,
        }

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_STATUS: 5.0} if self._host.speaks_unasked else {}

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {
            mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE: self._configure,
            mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: self._pitch_yaw,
            mavlink.MAV_CMD_DO_MOUNT_CONTROL: self._mount_control,
            mavlink.MAV_CMD_DO_SET_ROI_LOCATION: self._roi_location,
            mavlink.MAV_CMD_DO_SET_ROI: self._roi_location,
            mavlink.MAV_CMD_DO_SET_ROI_WPNEXT_OFFSET: self._roi_next,
            mavlink.MAV_CMD_DO_SET_ROI_NONE: self._roi_none,
        }

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        sender = (wire.get_srcSystem(), wire.get_srcComponent())
        if not self._may_move(sender) or wire.gimbal_device_id not in (0, DEVICE):
            return []
        if wire.get_type() == "GIMBAL_MANAGER_SET_PITCHYAW":
            self._move(wire.flags, *map(_degrees, (wire.pitch, wire.yaw, wire.pitch_rate, wire.yaw_rate)))
            return []
        w, x, y, z = wire.q
        if any(map(isnan, (w, x, y, z))):
            self._move(wire.flags, None, None, _degrees(wire.angular_velocity_y), _degrees(wire.angular_velocity_z))
            return []
        pitch = degrees(asin(min(1.0, max(-1.0, 2.0 * (w * y - z * x)))))
        yaw = degrees(atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z)))
        self._move(wire.flags, pitch, yaw, None, None)
        return []

    # Commands -----------------------------------------------------------------------------------------------------------------

    def _configure(self, command: Command) -> Outcome:
        """p1, p2 system and component of the primary controller, p3, p4 of the secondary; -1 unchanged, -2 myself, -3 given up."""
        if int(command.parameters[6]) not in (0, DEVICE):
            return DENIED
        primary = self._asked(command, 0, self._primary)
        secondary = self._asked(command, 2, self._secondary)
        if primary is None or secondary is None:
            return DENIED
        self._primary, self._secondary = primary, secondary
        return ACCEPTED, [self._status()]

    @staticmethod
    def _asked(command: Command, first: int, now: Address) -> Address | None:
        system, component = command.parameters[first], command.parameters[first + 1]
        if isnan(system) or system == UNCHANGED:
            return now
        if system == TO_MYSELF:
            return command.sender
        if system == RELEASE:
            return NOBODY if now == command.sender else now
        if not 0 <= system <= 255 or isnan(component) or not 0 <= component <= 255:
            return None
        return int(system), int(component)

    def _pitch_yaw(self, command: Command) -> Outcome:
        """p1, p2 angles, p3, p4 rates (degrees, NaN leaves it), p5 flags, p7 the device."""
        if int(command.parameters[6]) not in (0, DEVICE) or not (self._host.habits.gimbal_obeys_all or self._may_move(command.sender)):
            return DENIED
        wanted = [None if isnan(value) else value for value in command.parameters[:4]]
        self._move(int(command.parameters[4]), *wanted)
        return ACCEPTED

    def _mount_control(self, command: Command) -> Outcome:
        """The older way: p1 pitch, p3 yaw in degrees, p7 = 2 by angles, 0 retract, 1 neutral."""
        mode = int(command.parameters[6])
        if mode in (mavlink.MAV_MOUNT_MODE_RETRACT, mavlink.MAV_MOUNT_MODE_NEUTRAL):
            self._move(RETRACT if mode == mavlink.MAV_MOUNT_MODE_RETRACT else NEUTRAL, None, None, None, None)
            return ACCEPTED
        if mode != mavlink.MAV_MOUNT_MODE_MAVLINK_TARGETING:
            return FAILED
        self._move(0, command.parameters[0], command.parameters[2], None, None)
        return ACCEPTED

    def _roi_location(self, command: Command) -> Outcome:
        if command.place is None:
            x, y, frame = round(command.parameters[4] * 1e7), round(command.parameters[5] * 1e7), int(mavlink.MAV_FRAME_GLOBAL)
        else:
            x, y, frame = command.place
        if frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            return UNSUPPORTED_FRAME
        if (x, y) == (0, 0):
            return self._roi_none(command) if command.number == mavlink.MAV_CMD_DO_SET_ROI else DENIED
        if abs(x) > 900_000_000 or abs(y) > 1_800_000_000:
            return DENIED
        level = self._host.of.places.level(x, y)
        up = self._host.of.places.height_m(command.parameters[6], frame, level)
        self._host.look.point(None, None)
        self._host.look.place = Vector(level.east, level.north, up)
        return ACCEPTED

    def _roi_next(self, command: Command) -> Outcome:
        self._host.look.point(None, None)
        self._host.look.offset_deg = (command.parameters[4], command.parameters[6])
        return ACCEPTED

    def _roi_none(self, _: Command) -> Outcome:
        """Back to straight ahead of the vehicle, where it looked before."""
        look = self._host.look
        look.lock_yaw(False, self._host.of.believed.heading_deg)
        look.point(-90.0, 0.0)
        return ACCEPTED

    def _may_move(self, sender: Address) -> bool:
        """Who has control, and the vehicle's own mission."""
        own = (self._host.system_id, mavlink.MAV_COMP_ID_AUTOPILOT1)
        return sender == own or (sender in (self._primary, self._secondary) and sender != NOBODY)

    def _move(self, flags: int, pitch_deg: float | None, yaw_deg: float | None, pitch_dps: float | None, yaw_dps: float | None) -> None:
        look = self._host.look
        look.lock_yaw(bool(flags & (YAW_LOCK | EARTH_FRAME)) and not flags & VEHICLE_FRAME, self._host.of.believed.heading_deg)
        if flags & RETRACT:
            look.point(PITCH_MAX_DEG, 0.0)
            look.retracted = True
            return
        if flags & NEUTRAL:
            look.point(0.0, 0.0)
            return
        look.point(pitch_deg, yaw_deg)
        look.turn(pitch_dps if pitch_deg is None else None, yaw_dps if yaw_deg is None else None)

    # Messages -----------------------------------------------------------------------------------------------------------------

    def _information(self) -> Any:
        return mavlink.MAVLink_gimbal_manager_information_message(
            self._host.clock.boot_ms, CAPABILITIES | CAN_POINT_AT_PLACE, DEVICE, *_LIMITS_RAD
        )

    def _status(self) -> Any:
        flags = device_flags(self._host)
        return mavlink.MAVLink_gimbal_manager_status_message(self._host.clock.boot_ms, flags, DEVICE, *self._primary, *self._secondary)


class GimbalDevice(Service):
    component_id = DEVICE

    def __init__(self, host: Host) -> None:
        self._host = host
        self._updated_s = 0.0

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {
            mavlink.MAVLINK_MSG_ID_HEARTBEAT: _heartbeat,
            mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_INFORMATION: self._information,
            ComponentInformationBasic.id: self._basic,
            mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS: self._attitude,
        }

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {mavlink.MAVLINK_MSG_ID_HEARTBEAT: 1.0, mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS: 10.0}

    def on_time(self, now_s: float) -> list[Any]:
        host = self._host
        if now_s - self._updated_s >= 0.04 - 1e-9:
            host.look.update(host.of.believed, self._next_waypoint(), now_s - self._updated_s)
            self._updated_s = now_s
        return []

    def _next_waypoint(self) -> Vector | None:
        if self._host.look.offset_deg is None:
            return None
        plan, here = self._host.plans.mission, self._host.of.believed.position
        current = int(self._host.autopilot.run.current)
        if not plan.first <= current < len(plan):
            return None
        item = plan[current]
        return None if item.x == 0 and item.y == 0 else self._host.of.places.of_item(item, here)

    def _information(self) -> Any:
        return mavlink.MAVLink_gimbal_device_information_message(
            self._host.clock.boot_ms, b"Sunqar", b"Two axes", b"", 1 << 24, 1 << 24, self._host.system_id, CAPABILITIES, 0, *_LIMITS_RAD, 0
        )

    def _basic(self) -> Any:
        return ComponentInformationBasic(0, self._host.clock.boot_ms, 0, b"Sunqar", b"Two axes", b"1.0", b"1", b"")

    def _attitude(self) -> Any:
        look = self._host.look
        heading = self._host.of.believed.heading_deg
        attitude = list(quaternion(0.0, look.pitch_deg, look.yaw_deg))
        rates = (0.0, radians(look.pitch_rate_dps), radians(look.yaw_rate_dps))
        boot_ms, flags = self._host.clock.boot_ms, device_flags(self._host)
        return mavlink.MAVLink_gimbal_device_attitude_status_message(
            0, 0, boot_ms, flags, attitude, *rates, 0, radians((heading + 180.0) % 360.0 - 180.0), 0.0, 0
        )


def gimbal_services(host: Host) -> list[Service]:
    return [GimbalManager(host), GimbalDevice(host)]


def device_flags(host: Host) -> int:
    look = host.look
    yaw = YAW_LOCK | EARTH_FRAME if look.yaw_locked else VEHICLE_FRAME
    return int(ROLL_LOCK | PITCH_LOCK | yaw | (RETRACT if look.retracted else 0))


def _heartbeat() -> Any:
    return mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GIMBAL, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3)


def _degrees(radians_: float) -> float | None:
    return None if isnan(radians_) else degrees(radians_)
