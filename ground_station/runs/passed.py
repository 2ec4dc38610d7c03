"""Places a vehicle passed on its way, and photographs it took there, whoever tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.primitives import LonLat
from missions import Shot

LOOKS_DOWN_DEG = -45.0


@dataclass(frozen=True, slots=True)
class Passed:
    """Where a vehicle was, or, with `shot`, took a photograph."""

    at: datetime
    position: LonLat
    height_m: float
    shot: Shot | None = None


def passed_photo(at: datetime, told: Mapping[str, Any], heading_deg: float) -> Passed | None:
    """A photograph from the detail of its event; None without a place. Without an attitude it looks down, along `heading_deg`."""
    if told.get("lon_deg") is None or told.get("height_m") is None:
        return None
    pitch = told.get("pitch_deg")
    heading = told.get("heading_deg")
    position = LonLat(float(told["lon_deg"]), float(told["lat_deg"]))
    shot = Shot(
        *(position, float(told["height_m"]), float(heading_deg if heading is None else heading)),
        -90.0 if pitch is None or pitch > LOOKS_DOWN_DEG else float(pitch),
    )
    return Passed(at, position, shot.height_m, shot)
