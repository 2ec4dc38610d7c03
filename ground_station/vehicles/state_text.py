"""A vehicle's state as JSON, told five times a second: what seldom changes is kept as text, only what moves is written anew.

The text is, byte for byte, what `VehicleState` itself would write; a property test holds the two together.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from ground_station.vehicles.state import VehicleEstimate

# Where the text is cut: kept pieces end before or begin with these.
_CUTS = ("at", "heartbeat_age_s", "lon_deg", "home_lon_deg", "battery", "gps", "ready_to_arm")


def instant_json(at: datetime) -> bytes:
    """An instant as the states carry it: written once for all that are told at the same time."""
    return to_json(at)


def hundredths(age_s: float) -> float:
    """Rounded; `round` costs 0.3 µs more."""
    return int(age_s * 100.0 + 0.5) / 100.0 if age_s < 1e9 else age_s


_AGES_S = 4.0  # longer than heartbeats of what is not lost are apart
_AGES = [to_json(hundredth / 100.0) for hundredth in range(int(_AGES_S * 100) + 1)]


@lru_cache(maxsize=4096)
def _shared(text: bytes) -> bytes:
    """One copy of what vehicles of a fleet have in common: all their states together stay in the processor's cache."""
    return text


class StateText:
    """The pieces of one vehicle's text."""

    __slots__ = (
        "_after",
        "_batteries",
        "_battery",
        "_battery_json",
        "_before_age",
        "_before_moving",
        "_gps",
        "_gps_json",
        "_head",
        "_home",
        "_marks",
    )

    def __init__(self) -> None:
        self._marks: tuple[Any, ...] | None = None
        self._head = self._before_age = self._before_moving = self._home = self._batteries = self._after = b""
        self._battery: object = None
        self._gps: object = None
        self._battery_json = self._gps_json = b"null"

    def keep(self, marks: tuple[Any, ...], shown: Callable[[], Mapping[str, Any]]) -> None:
        """`shown`, the whole state, is asked only when `marks`, what seldom changes of it, are others than last time."""
        if marks != self._marks:
            self._keep(shown())
            self._marks = marks

    def write(self, e: VehicleEstimate, at_json: bytes, age_s: float) -> bytes:
        """The state as of now. `age_s`: of the last heartbeat."""
        if e.battery_fields is not self._battery:
            self._battery, self._battery_json = e.battery_fields, to_json(e.battery_fields, inf_nan_mode="null")
        if e.gps_fields is not self._gps:
            self._gps, self._gps_json = e.gps_fields, to_json(e.gps_fields, inf_nan_mode="null")
        moving = to_json(
            {
                "lon_deg": e.lon_deg,
                "lat_deg": e.lat_deg,
                "altitude_above_home_m": e.altitude_above_home_m,
                "altitude_amsl_m": e.altitude_amsl_m,
                "heading_deg": e.heading_deg,
                "roll_deg": e.roll_deg,
                "pitch_deg": e.pitch_deg,
                "ground_speed_mps": e.ground_speed_mps,
                "climb_mps": e.climb_mps,
            },
            inf_nan_mode="null",
        )
        age_cs = int(age_s * 100.0 + 0.5) if age_s < _AGES_S else -1
        # Joined rather than formatted: half the time.
        return b"".join(
            (
                self._head,
                at_json,
                self._before_age,
                _AGES[age_cs] if age_cs >= 0 else to_json(hundredths(age_s), inf_nan_mode="null"),
                self._before_moving,
                moving[1:-1],
                self._home,
                self._battery_json,
                self._batteries,
                self._gps_json,
                self._after,
            )
        )

    def _keep(self, shown: Mapping[str, Any]) -> None:
        names = list(shown)

        def text(first: int, stop: int) -> bytes:
            return to_json({name: shown[name] for name in names[first:stop]}, inf_nan_mode="null")[1:-1]

        at, age, moving, after_moving, battery, gps, after_gps = map(names.index, _CUTS)
        self._head = b"{" + text(0, at) + b',"at":'
        self._before_age = _shared(b"," + text(at + 1, age) + b',"heartbeat_age_s":')
        self._before_moving = _shared(b"," + text(age + 1, moving) + b",")
        self._home = _shared(b"," + text(after_moving, battery) + b',"battery":')
        self._batteries = _shared(b"," + text(battery + 1, gps) + b',"gps":')
        self._after = _shared(b"," + text(after_gps, len(names)) + b"}")
