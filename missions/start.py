"""Where a vehicle of a plan starts and lands."""

from dataclasses import dataclass
from typing import Annotated

from geo.primitives import LonLat
from missions.requests.kinds import Point, Text


@dataclass(frozen=True, slots=True)
class VehicleStart:
    """One of several vehicles that share a plan; `name` is what people call it, "" = its number."""

    home: Annotated[LonLat, Point(), "Where it starts and lands"]
    name: Annotated[str, Text(), "What people call it"] = ""
