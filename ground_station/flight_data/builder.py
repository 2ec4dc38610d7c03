"""Gathers a `FlightRecord` from what a reader meets in order of time. The one place that judges what is not usable."""

import math
from collections import Counter
from dataclasses import replace

from geo.primitives import LonLat
from ground_station.flight_data.record import (
    ArmedChange,
    Dropped,
    FlightPoint,
    FlightRecord,
    FlightText,
    ItemReached,
    ModeChange,
    Photo,
    Severity,
)

POINT_PERIOD_S = 0.1  # denser positions add nothing a map or a person could show
MS_ROUNDING_S = 0.0005

NO_FIX = "positions at 0, 0: the receiver had no fix"
OFF_THE_EARTH = "positions that are not on the earth"
TIME_BACK = "positions whose time steps back"


class RecordBuilder:
    """Attributes named as in `FlightPoint` are the newest values; set them, and call `position` for each position."""

    def __init__(self, source_format: str, vehicle_id: str) -> None:
        self.source_format, self.vehicle_id = source_format, vehicle_id
        self.autopilot, self.vehicle_type = "generic", "other"
        self.firmware: str | None = None
        self.dated = True
        self.home: LonLat | None = None
        self.roll_deg: float | None = None
        self.pitch_deg: float | None = None
        self.heading_deg: float | None = None
        self.ground_speed_mps: float | None = None
        self.climb_mps: float | None = None
        self.battery_fraction: float | None = None
        self.battery_v: float | None = None
        self.battery_a: float | None = None
        self.camera_deg: tuple[float, float, float] | None = None
        self._armed: bool | None = None
        self._mode: str | None = None
        self._points: list[FlightPoint] = []
        self._positions = 0
        self._arming: list[ArmedChange] = []
        self._modes: list[ModeChange] = []
        self._texts: list[FlightText] = []
        self._reached: list[ItemReached] = []
        self._photos: list[Photo] = []
        self._dropped: Counter[str] = Counter()
        self._first_s, self._last_s = math.inf, -math.inf

    def heard(self, at_s: float) -> None:
        """Something was logged at this instant: the record spans it."""
        self._first_s, self._last_s = min(self._first_s, at_s), max(self._last_s, at_s)

    def position(
        self, at_s: float, lon_deg: float, lat_deg: float, *, amsl_m: float | None = None, above_home_m: float | None = None
    ) -> None:
        self.heard(at_s)
        place = self._place(lon_deg, lat_deg)
        if place is None:
            return
        self._positions += 1
        if self._points:
            since_s = at_s - self._points[-1].at_s
            if since_s < 0:
                self.drop(TIME_BACK)
                return
            if since_s < POINT_PERIOD_S - MS_ROUNDING_S:
                return
        self._points.append(
            FlightPoint(
                *(at_s, place, known(amsl_m), known(above_home_m), self.roll_deg, self.pitch_deg, self.heading_deg),
                *(self.ground_speed_mps, self.climb_mps, self.battery_fraction, self.battery_v, self._armed, self._mode, self.battery_a),
                self.camera_deg,
            )
        )

    def armed(self, at_s: float, armed: bool, *, changed: bool = False) -> None:
        """What the vehicle says of itself; `changed` when it says that this has just begun."""
        if armed == self._armed:
            return
        if self._armed is None:
            # The first word tells of the time before it, too: a log that begins by arming holds nothing but its end.
            before = armed is not changed
            if changed and math.isfinite(self._first_s):
                self._arming.append(ArmedChange(self._first_s, before))
            self._points = [replace(point, armed=before) for point in self._points]
        self._armed = armed
        self._arming.append(ArmedChange(at_s, armed))

    def mode(self, at_s: float, mode: str) -> None:
        if mode and mode != self._mode:
            self._mode = mode
            self._modes.append(ModeChange(at_s, mode))

    def text(self, at_s: float, severity: Severity, text: str) -> None:
        if text:
            self._texts.append(FlightText(at_s, severity, text))

    def reached(self, at_s: float, item: int) -> None:
        if item >= 1 and (not self._reached or self._reached[-1].item != item):
            self._reached.append(ItemReached(at_s, item))

    def photo(self, at_s: float, lon_deg: float, lat_deg: float, amsl_m: float | None) -> None:
        known_place = on_earth(lon_deg, lat_deg) and (lon_deg, lat_deg) != (0, 0)
        self._photos.append(Photo(at_s, LonLat(lon_deg, lat_deg) if known_place else None, known(amsl_m)))

    def drop(self, reason: str, count: int = 1) -> None:
        self._dropped[reason] += count

    def _place(self, lon_deg: float, lat_deg: float) -> LonLat | None:
        if lon_deg == 0 and lat_deg == 0:
            self.drop(NO_FIX)
            return None
        if not on_earth(lon_deg, lat_deg):
            self.drop(OFF_THE_EARTH)
            return None
        return LonLat(lon_deg, lat_deg)

    def finish(self) -> FlightRecord:
        points = tuple(sorted(self._points, key=lambda point: point.at_s))
        begun = self._first_s if math.isfinite(self._first_s) else 0.0
        return FlightRecord(
            source_format=self.source_format,
            vehicle_id=self.vehicle_id,
            autopilot=self.autopilot,
            vehicle_type=self.vehicle_type,
            firmware=self.firmware,
            started_s=begun,
            ended_s=max(begun, self._last_s),
            dated=self.dated,
            home=self.home,
            points=points,
            positions_read=self._positions,
            arming=tuple(self._arming),
            modes=tuple(self._modes),
            texts=tuple(self._texts),
            reached=tuple(self._reached),
            photos=tuple(self._photos),
            dropped=tuple(Dropped(reason, count) for reason, count in self._dropped.items()),
        )


def on_earth(lon_deg: float, lat_deg: float) -> bool:
    return math.isfinite(lon_deg) and math.isfinite(lat_deg) and abs(lon_deg) <= 180 and abs(lat_deg) <= 90


def known(value: float | None) -> float | None:
    """None for what is not a number."""
    return value if value is not None and math.isfinite(value) else None
