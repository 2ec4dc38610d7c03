"""A vehicle's state as JSON, told five times a second: what seldom changes is kept as text, only what moves is written anew.

The text is, byte for byte, what `VehicleState` itself would write; a property test holds the two together.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from ground_station.vehicles.state import VehicleEstimate

# Where the text is cut: kept pieces end before or begin with these.
_CUTS = ("at", "heartbeat_age_s", "lon_deg", "home_lon_deg", "battery", "gps", "ready_to_arm")


def instant_json(at: datetime) -> bytes:
    """An instant as the states carry it: written once for all that are told at the same time."""
    return to_json(at)


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
        """The state as of now."""
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
        age = to_json(age_s, inf_nan_mode="null")
        # Joined rather than formatted: half the time.
        return b"".join(
            (
                self._head,
                at_json,
                self._before_age,
                age,
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
        self._before_age = b"," + text(at + 1, age) + b',"heartbeat_age_s":'
        self._before_moving = b"," + text(age + 1, moving) + b","
        self._home = b"," + text(after_moving, battery) + b',"battery":'
        self._batteries = b"," + text(battery + 1, gps) + b',"gps":'
        self._after = b"," + text(after_gps, len(names)) + b"}"
