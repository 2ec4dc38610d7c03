"""When the vehicle's survey camera takes a picture: each so many metres flown, or each so many seconds."""

from sim.vector import Vector


class CameraTrigger:
    """`update` says whether a picture is taken at this step. Numbers grow from 1 and are never reused."""

    def __init__(self) -> None:
        self.photos = 0
        self._distance_m = 0.0
        self._interval_s = 0.0
        self._left: int | None = None
        self._last_place: Vector | None = None
        self._last_s: float | None = None

    def by_distance(self, distance_m: float, *, at_once: bool = False) -> None:
        """Zero stops. With `at_once` the first picture is taken here; otherwise after the first full distance."""
        self._distance_m = max(0.0, distance_m)
        self._left = 1 if at_once and distance_m > 0 else None
        self._last_place = None

    def by_time(self, interval_s: float, count: int) -> None:
        """`count` pictures, 0 for ever; the first at once."""
        self._interval_s = max(0.2, interval_s)
        self._left = count if count > 0 else None
        self._last_s = None

    def stop_timed(self) -> None:
        self._interval_s = 0.0
        self._last_s = None

    def update(self, position: Vector, now_s: float) -> bool:
        if self._distance_m > 0.0:
            return self._distance_due(position)
        if self._interval_s > 0.0:
            return self._time_due(now_s)
        return False

    def _distance_due(self, position: Vector) -> bool:
        first = self._last_place is None
        if self._last_place is None:
            self._last_place = position
        if first and self._left == 1:
            self._left = None
            return self._take()
        if position.minus(self._last_place).level_length() < self._distance_m:
            return False
        self._last_place = position
        return self._take()

    def _time_due(self, now_s: float) -> bool:
        if self._last_s is not None and now_s - self._last_s < self._interval_s - 1e-9:
            return False
        self._last_s = now_s
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._interval_s = 0.0
        return self._take()

    def _take(self) -> bool:
        self.photos += 1
        return True
