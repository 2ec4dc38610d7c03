"""One gimbal of protocol v2: who controls it and where it looks. Source: MAVLink gimbal protocol v2."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.payload.messages import GimbalState

ATTITUDE, OLD_ATTITUDE = "GIMBAL_DEVICE_ATTITUDE_STATUS", "MOUNT_ORIENTATION"
ATTITUDES = frozenset({ATTITUDE, OLD_ATTITUDE})
KINDS = ATTITUDES | {"GIMBAL_MANAGER_INFORMATION", "GIMBAL_MANAGER_STATUS"}
ROLL_LOCK, PITCH_LOCK, YAW_LOCK, IN_VEHICLE_FRAME, IN_EARTH_FRAME = 4, 8, 16, 32, 64
_POINTS_LOCALLY, _POINTS_GLOBALLY = 0x10000, 0x20000
NOBODY = Address(0, 0)
_STRAIGHT = 0.99999  # sine of the pitch from which on, 0.26 degrees off the vertical, roll and yaw are one turn


@dataclass(frozen=True, slots=True)
class Look:
    """Attitude at `boot_ms` of the sender's clock, heard at `heard_s` of ours (monotonic). Degrees, roll and pitch from level."""

    boot_ms: int
    heard_s: float
    roll_deg: float
    pitch_deg: float
    yaw_deg: float
    of_earth: bool
    """Yaw from true north, else from the vehicle's nose."""


class Gimbal:
    """`manager` is the component that takes its commands, often the autopilot; None while only the device has been heard."""

    def __init__(self, device_id: int) -> None:
        self.device_id = device_id
        self.manager: int | None = None
        self.capabilities = 0
        self.primary: Address | None = None
        self.secondary: Address | None = None
        self.pitch_deg: float | None = None
        self.roll_deg: float | None = None
        self.yaw_deg: float | None = None
        self.heading_deg: float | None = None
        self.yaw_locked: bool | None = None
        self.look: Look | None = None
        self._limits_deg: tuple[float | None, ...] = (None,) * 4

    def on_message(self, m: WireMessage, now_s: float, vehicle_heading_deg: float | None) -> None:
        kind = m.get_type()
        if kind in ATTITUDES:
            look = self._attitude(m, now_s) if kind == ATTITUDE else _old_attitude(m, now_s)
            if look is not None:
                self._keep(look, vehicle_heading_deg)
            return
        self.manager = m.get_srcComponent()
        if kind == "GIMBAL_MANAGER_STATUS":
            self.primary = Address(m.primary_control_sysid, m.primary_control_compid)
            self.secondary = Address(m.secondary_control_sysid, m.secondary_control_compid)
        else:
            self.capabilities = int(m.cap_flags)
            limits = (m.pitch_min, m.pitch_max, m.yaw_min, m.yaw_max)
            self._limits_deg = tuple(round(math.degrees(value), 1) if math.isfinite(value) else None for value in limits)

    def _attitude(self, m: WireMessage, now_s: float) -> Look | None:
        if not math.isfinite(sum(m.q)) or not any(m.q):
            return None
        flags = int(m.flags)
        self.yaw_locked = bool(flags & YAW_LOCK)
        # Older devices set neither frame flag: the lock then tells which frame the yaw is in.
        of_earth = bool(flags & IN_EARTH_FRAME) or (self.yaw_locked and not flags & IN_VEHICLE_FRAME)
        return Look(int(m.time_boot_ms), now_s, *angles_deg(m.q), of_earth)

    def _keep(self, look: Look, vehicle_heading_deg: float | None) -> None:
        self.look, heading = look, vehicle_heading_deg
        self.roll_deg, self.pitch_deg = look.roll_deg, look.pitch_deg
        if look.of_earth:
            self.heading_deg = look.yaw_deg % 360
            self.yaw_deg = None if heading is None else (look.yaw_deg - heading + 180) % 360 - 180
        else:
            self.yaw_deg = look.yaw_deg
            self.heading_deg = None if heading is None else (look.yaw_deg + heading) % 360

    @property
    def points_at_places(self) -> bool:
        return bool(self.capabilities & (_POINTS_LOCALLY | _POINTS_GLOBALLY))

    def state(self, own: Address) -> GimbalState:
        low_pitch, high_pitch, low_yaw, high_yaw = self._limits_deg
        return GimbalState(
            gimbal=self.device_id,
            pitch_deg=_rounded(self.pitch_deg),
            roll_deg=_rounded(self.roll_deg),
            yaw_deg=_rounded(self.yaw_deg),
            heading_deg=_rounded(self.heading_deg),
            yaw_locked=self.yaw_locked,
            controlled_by=_who(self.primary, own),
            second_control=_who(self.secondary, own),
            pitch_min_deg=low_pitch,
            pitch_max_deg=high_pitch,
            yaw_min_deg=low_yaw,
            yaw_max_deg=high_yaw,
            points_at_places=self.points_at_places,
        )


def angles_deg(q: Sequence[float]) -> tuple[float, float, float]:
    """Roll, pitch and yaw of a quaternion (w, x, y, z). Looking straight up or down all of the turn is yaw, and roll is 0."""
    w, x, y, z = q
    sine = max(-1.0, min(1.0, 2 * (w * y - z * x)))
    if abs(sine) > _STRAIGHT:
        return 0.0, math.degrees(math.asin(sine)), math.degrees(math.atan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z)))
    roll = math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    yaw = math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    return math.degrees(roll), math.degrees(math.asin(sine)), math.degrees(yaw)


def _old_attitude(m: WireMessage, now_s: float) -> Look | None:
    """MOUNT_ORIENTATION: degrees; the yaw from north is NaN or left out by those who do not know it."""
    if not math.isfinite(m.roll + m.pitch):
        return None
    absolute = float(m.yaw_absolute)
    if math.isfinite(absolute) and absolute != 0.0:
        return Look(int(m.time_boot_ms), now_s, m.roll, m.pitch, absolute, of_earth=True)
    return Look(int(m.time_boot_ms), now_s, m.roll, m.pitch, m.yaw, of_earth=False) if math.isfinite(m.yaw) else None


def device_id_of(m: WireMessage) -> int:
    """Managers name their device; a device that is a component of its own is named by its component id."""
    named = int(getattr(m, "gimbal_device_id", 0) or 0)
    return named or int(m.get_srcComponent())


def command_flags(*, locked: bool) -> int:
    """Level and steady in the earth's frame, with the yaw following the vehicle or kept."""
    steady = ROLL_LOCK | PITCH_LOCK
    return steady | (YAW_LOCK | IN_EARTH_FRAME if locked else IN_VEHICLE_FRAME)


def _who(address: Address | None, own: Address) -> str | None:
    if address is None:
        return None
    if address == NOBODY:
        return "nobody"
    return "us" if address == own else f"system {address.system_id}, component {address.component_id}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


MANAGER_INFORMATION = mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_INFORMATION
MANAGER_STATUS = mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_STATUS
DEVICE_ATTITUDE = mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS
