"""`.ulg`: what a PX4 wrote to its own card, read by pyulog, by PX4's authors.

Source: PX4 message definitions (msg/*.msg) of 1.11 to 1.16; field names that changed in between are tried in turn.
"""

import math
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyulog import ULog
from pyulog.exceptions import ULogException

from geo.primitives import LonLat
from ground_station.flight_data.builder import RecordBuilder, on_earth
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightRecord, Severity
from ground_station.vehicles.autopilots.base import vehicle_type_name

MAGIC = b"ULog\x01\x12\x35"
EARLIEST_US = 946_684_800_000_000  # the year 2000: the simulator counts from 1970, real boards from boot
ARMED = 2  # vehicle_status.arming_state
_CRITICAL, _WARNING = 2, 4  # syslog levels: emergency, alert, critical | error, warning

# vehicle_status.nav_state, named as the station names PX4's modes.
_MODES = {
    **{0: "MANUAL", 1: "ALTCTL", 2: "POSCTL", 3: "MISSION", 4: "LOITER", 5: "RTL", 10: "ACRO", 14: "OFFBOARD", 15: "STABILIZED"},
    **{17: "TAKEOFF", 18: "LAND", 19: "FOLLOW", 20: "PRECLAND", 21: "ORBIT", 22: "VTOL_TAKEOFF"},
}
_TOPICS = (
    *("vehicle_global_position", "vehicle_gps_position", "sensor_gps", "vehicle_local_position", "vehicle_attitude", "vehicle_status"),
    *("battery_status", "home_position", "mission_result", "camera_capture"),
)
Column = NDArray[Any]
_Told = tuple[int, Callable[[], None]]  # when, in the log's own microseconds, and what to do about it


def read_ulog(path: Path, fallback_start_s: float, progress: Callable[[float], None]) -> tuple[FlightRecord, ...]:
    """The one record of the log."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise FlightDataError(f"'{path.name}' does not begin as a ULog does.", code="flight.unreadable")
    try:
        with path.open("rb") as file:  # ours to close, also when pyulog gives up half-way
            log = ULog(file, list(_TOPICS), disable_str_exceptions=True)
        progress(0.5)
        record = _Reading(log, fallback_start_s).read()
    except (ULogException, struct.error, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise FlightDataError(
            f"'{path.name}' cannot be read as a ULog: {error or type(error).__name__}.", code="flight.unreadable"
        ) from error
    return (record,)


class _Topic:
    """One topic of the log: columns and the last row at or before an instant."""

    def __init__(self, log: Any, name: str) -> None:
        sets = [data for data in log.data_list if data.name == name and data.multi_id == 0]
        self._data: dict[str, Column] = sets[0].data if sets else {}
        self.times_us: Column = self._data.get("timestamp", np.empty(0, dtype=np.uint64))

    def __len__(self) -> int:
        return len(self.times_us)

    def column(self, *names: str) -> Column | None:
        """The first of these that is there."""
        return next((self._data[name] for name in names if name in self._data), None)

    def value(self, time_us: int, *names: str) -> float | None:
        column = self.column(*names)
        if column is None:
            return None
        row = int(np.searchsorted(self.times_us, time_us, side="right")) - 1
        value = float(column[row]) if row >= 0 else math.nan
        return value if math.isfinite(value) else None


class _Reading:
    def __init__(self, log: Any, fallback_start_s: float) -> None:
        self._log = log
        topic = {name: _Topic(log, name) for name in _TOPICS}
        self._global, self._local, self._attitude = (
            topic["vehicle_global_position"],
            topic["vehicle_local_position"],
            topic["vehicle_attitude"],
        )
        self._gps = next((topic[name] for name in ("vehicle_gps_position", "sensor_gps") if len(topic[name])), topic["sensor_gps"])
        self._status, self._battery, self._home = topic["vehicle_status"], topic["battery_status"], topic["home_position"]
        self._mission, self._camera = topic["mission_result"], topic["camera_capture"]
        self._build = RecordBuilder("ulog", f"mav-{int(log.initial_parameters.get('MAV_SYS_ID', 1))}")
        self._offset_us, self._build.dated = self._clock(fallback_start_s)

    def _clock(self, fallback_start_s: float) -> tuple[int, bool]:
        """Microseconds to add for Unix time, and whether the log itself knew."""
        utc_us = self._gps.column("time_utc_usec")
        if utc_us is not None:
            known = np.flatnonzero(utc_us > EARLIEST_US)
            if len(known):
                first = int(known[0])
                return int(utc_us[first]) - int(self._gps.times_us[first]), True
        if self._log.start_timestamp > EARLIEST_US:
            return 0, True
        return int(fallback_start_s * 1e6) - int(self._log.start_timestamp), False

    def _s(self, time_us: Any) -> float:
        return (int(time_us) + self._offset_us) / 1e6

    def read(self) -> FlightRecord:
        build, log = self._build, self._log
        build.autopilot = "px4"
        build.vehicle_type = vehicle_type_name(int(self._status.value(log.last_timestamp, "system_type") or 0))
        release = log.msg_info_dict.get("ver_sw_release")
        build.firmware = None if release is None else f"{release >> 24 & 255}.{release >> 16 & 255}.{release >> 8 & 255}"
        build.heard(self._s(log.start_timestamp))
        build.heard(self._s(log.last_timestamp))
        if log.dropouts:
            build.drop("times the card was too slow and messages were not logged", len(log.dropouts))
        self._home_place()
        # Everything told once, and every position, in one order of time.
        happenings = sorted([*self._states(), *self._positions()], key=lambda entry: entry[0])
        for _, tell in happenings:
            tell()
        self._texts()
        return build.finish()

    def _home_place(self) -> None:
        lon, lat = self._home.column("lon"), self._home.column("lat")
        if lon is not None and lat is not None and on_earth(float(lon[-1]), float(lat[-1])) and (lon[-1] or lat[-1]):
            self._build.home = LonLat(float(lon[-1]), float(lat[-1]))

    def _states(self) -> list[_Told]:
        build, told = self._build, list[_Told]()
        arming, nav = self._status.column("arming_state"), self._status.column("nav_state")
        for row, time_us in enumerate(self._status.times_us.tolist()):
            at_s = self._s(time_us)
            if arming is not None:
                told.append((time_us, partial(build.armed, at_s, int(arming[row]) == ARMED)))
            if nav is not None:
                told.append((time_us, partial(build.mode, at_s, _MODES.get(int(nav[row]), f"MODE {int(nav[row])}"))))
        reached = self._mission.column("seq_reached")
        for row, time_us in enumerate(self._mission.times_us.tolist()):
            if reached is not None:
                told.append((time_us, partial(build.reached, self._s(time_us), int(reached[row]) + 1)))
        lon, lat, alt = self._camera.column("lon"), self._camera.column("lat"), self._camera.column("alt")
        if lon is not None and lat is not None and alt is not None:
            for row, time_us in enumerate(self._camera.times_us.tolist()):
                told.append((time_us, partial(build.photo, self._s(time_us), float(lon[row]), float(lat[row]), float(alt[row]))))
        return told

    def _positions(self) -> list[_Told]:
        """The estimator's positions; the receiver's where the estimator logged none (boards that never had a fix to trust)."""
        source = self._global if len(self._global) else self._gps
        lon, lat = source.column("lon", "longitude_deg"), source.column("lat", "latitude_deg")
        if lon is None or lat is None:
            return []
        # Until 1.13 the receiver's topic held integers of 1e-7 degrees and millimetres.
        degree, metre = (1e7, 1e3) if np.issubdtype(lon.dtype, np.integer) else (1.0, 1.0)
        alt = source.column("alt", "altitude_msl_m")
        told: list[_Told] = []
        for row, time_us in enumerate(source.times_us.tolist()):
            place = (float(lon[row]) / degree, float(lat[row]) / degree)
            told.append((time_us, partial(self._position, time_us, place, None if alt is None else float(alt[row]) / metre)))
        return told

    def _position(self, time_us: int, place: tuple[float, float], amsl_m: float | None) -> None:
        build = self._build
        w, x, y, z = (self._attitude.value(time_us, f"q[{i}]") for i in range(4))
        if w is not None and x is not None and y is not None and z is not None:
            build.roll_deg = math.degrees(math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)))
            build.pitch_deg = math.degrees(math.asin(max(-1.0, min(1.0, 2 * (w * y - z * x)))))
            build.heading_deg = math.degrees(math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))) % 360.0
        north, east, down = (self._local.value(time_us, name) for name in ("vx", "vy", "vz"))
        if north is not None and east is not None and down is not None:
            build.ground_speed_mps, build.climb_mps = math.hypot(north, east), -down
        remaining = self._battery.value(time_us, "remaining")
        build.battery_fraction = None if remaining is None or remaining < 0 else min(1.0, remaining)
        build.battery_v = self._battery.value(time_us, "voltage_v")
        current_a = self._battery.value(time_us, "current_a")
        build.battery_a = None if current_a is None or current_a < 0 else current_a
        home_amsl_m = self._home.value(time_us, "alt")
        above_home_m = amsl_m - home_amsl_m if amsl_m is not None and home_amsl_m is not None else None
        build.position(self._s(time_us), *place, amsl_m=amsl_m, above_home_m=above_home_m)

    def _texts(self) -> None:
        for message in self._log.logged_messages:
            level = message.log_level - ord("0") if message.log_level >= ord("0") else message.log_level
            severity: Severity = "critical" if level <= _CRITICAL else "warning" if level <= _WARNING else "info"
            text = message.message.split("\t")[0]
            for colour in ("\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[0m"):
                text = text.replace(colour, "")
            self._build.text(self._s(message.timestamp), severity, text.strip())
