"""What streamed telemetry says of a vehicle: messages that come many times a second, of which the next replaces the one before.

Nothing happens because of them, so they may stay bytes until somebody looks (`newest`); what is used of each is read straight from
its payload. Wire units (1e7 degrees, centimetres, centidegrees) end here; fields a vehicle marks as unknown stay None.
"""

import math
from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from geo.primitives import LonLat
from ground_station.mavlink import WireMessage, mavlink
from ground_station.mavlink.decoding import field_struct
from ground_station.messages import BatteryState, GpsState
from ground_station.vehicles.batteries import battery_fields

UNKNOWN_U16 = 65535
DEGREES = 180.0 / math.pi  # to be multiplied by; to the last bit what `math.degrees` says, without calling it
_PREARM_CHECK = mavlink.MAV_SYS_STATUS_PREARM_CHECK


class StreamedState:
    """The newest of everything streamed. Methods take the fields of one message and give its milliseconds since boot, where it has them."""

    __slots__ = (
        "_has_battery_status",
        "altitude_above_home_m",
        "altitude_amsl_m",
        "battery_fields",
        "climb_mps",
        "gps_fields",
        "ground_speed_mps",
        "heading_deg",
        "lat_deg",
        "lon_deg",
        "pitch_deg",
        "ready_to_arm",
        "roll_deg",
    )

    def __init__(self) -> None:
        self.lon_deg: float | None = None
        self.lat_deg: float | None = None
        self.altitude_above_home_m: float | None = None
        self.altitude_amsl_m: float | None = None
        self.heading_deg: float | None = None
        self.roll_deg: float | None = None
        self.pitch_deg: float | None = None
        self.ground_speed_mps: float | None = None
        self.climb_mps: float | None = None
        self.ready_to_arm: bool | None = None
        # As fields, since making the objects costs 1 µs, and the states told fast do not need them.
        self.battery_fields: dict[str, float | None] | None = None
        self.gps_fields: dict[str, float | None] | None = None
        self._has_battery_status = False  # BATTERY_STATUS knows more than SYS_STATUS

    @property
    def position(self) -> LonLat | None:
        return None if self.lon_deg is None or self.lat_deg is None else LonLat(self.lon_deg, self.lat_deg)

    @property
    def battery(self) -> BatteryState | None:
        """The one that flies the vehicle."""
        return None if self.battery_fields is None else BatteryState(**self.battery_fields)

    @property
    def gps(self) -> GpsState | None:
        return None if self.gps_fields is None else GpsState.model_validate(self.gps_fields)

    def on_position(
        self, boot_ms: int, lat_e7: int, lon_e7: int, amsl_mm: int, relative_mm: int, vx_cmps: int, vy_cmps: int, vz_cmps: int, hdg: int
    ) -> int:
        if lat_e7 == 0 and lon_e7 == 0:
            return boot_ms  # the autopilot has no fix yet
        if -900_000_000 <= lat_e7 <= 900_000_000 and -1_800_000_000 <= lon_e7 <= 1_800_000_000:
            self.lon_deg, self.lat_deg = lon_e7 / 1e7, lat_e7 / 1e7
        self.altitude_amsl_m = amsl_mm / 1e3
        self.altitude_above_home_m = relative_mm / 1e3
        self.ground_speed_mps = math.hypot(vx_cmps, vy_cmps) / 1e2
        self.climb_mps = -vz_cmps / 1e2
        if hdg != UNKNOWN_U16:
            self.heading_deg = hdg / 1e2 % 360.0
        return boot_ms

    def on_attitude(self, boot_ms: int, roll: float, pitch: float, yaw: float) -> int:
        self.roll_deg, self.pitch_deg = roll * DEGREES, pitch * DEGREES
        self.heading_deg = yaw * DEGREES % 360.0
        return boot_ms

    def on_hud(self, ground_speed_mps: float, climb_mps: float) -> None:
        self.ground_speed_mps, self.climb_mps = ground_speed_mps, climb_mps

    def on_gps(self, eph: int, fix_type: int, satellites: int) -> None:
        self.gps_fields = {
            "fix_type": fix_type,
            "satellites": None if satellites == 255 else satellites,
            "hdop": None if eph == UNKNOWN_U16 else eph / 1e2,
        }

    def on_sys_status(self, present: int, healthy: int, millivolts: int, centiamperes: int, remaining_percent: int) -> None:
        if not self._has_battery_status:
            self.battery_fields = battery_fields(remaining_percent, None if millivolts == UNKNOWN_U16 else millivolts, centiamperes)
        self.ready_to_arm = bool(healthy & _PREARM_CHECK) if present & _PREARM_CHECK else None


class StreamedMessage(NamedTuple):
    """How a streamed message is used."""

    size_bytes: int  # of what is read of its payload
    unpack_from: Callable[[bytes, int], tuple[Any, ...]]
    pick: Callable[[WireMessage], Any]  # the same fields of a decoded message
    take: Callable[..., int | None]

    def look_into(self, state: StreamedState, data: bytes, start: int, end: int) -> int | None:
        """Take in the payload `data[start:end]`, of which trailing zeros may be cut off; milliseconds since boot where it has them."""
        if end - start < self.size_bytes:
            data, start = data[start:end].ljust(self.size_bytes, b"\0"), 0
        return self.take(state, *self.unpack_from(data, start))


def _streamed(take: Callable[..., int | None], message_id: int, *fields: str) -> tuple[int, StreamedMessage]:
    packed = field_struct(message_id, fields)
    return message_id, StreamedMessage(packed.size, packed.unpack_from, attrgetter(*fields), take)


# By message id; what is used of each, in the order of the wire.
STREAMED: dict[int, StreamedMessage] = dict(
    (
        _streamed(StreamedState.on_attitude, mavlink.MAVLINK_MSG_ID_ATTITUDE, "time_boot_ms", "roll", "pitch", "yaw"),
        _streamed(
            StreamedState.on_position,
            mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
            *("time_boot_ms", "lat", "lon", "alt", "relative_alt", "vx", "vy", "vz", "hdg"),
        ),
        _streamed(StreamedState.on_hud, mavlink.MAVLINK_MSG_ID_VFR_HUD, "groundspeed", "climb"),
        _streamed(StreamedState.on_gps, mavlink.MAVLINK_MSG_ID_GPS_RAW_INT, "eph", "fix_type", "satellites_visible"),
        _streamed(
            StreamedState.on_sys_status,
            mavlink.MAVLINK_MSG_ID_SYS_STATUS,
            *("onboard_control_sensors_present", "onboard_control_sensors_health"),
            *("voltage_battery", "current_battery", "battery_remaining"),
        ),
    )
)
STREAMED_NAMES: dict[int, str] = {number: mavlink.mavlink_map[number].msgname for number in STREAMED}
