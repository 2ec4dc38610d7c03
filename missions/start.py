"""Where a vehicle of a plan starts and lands."""

from dataclasses import dataclass
from typing import Any

from geo.primitives import LonLat


@dataclass(frozen=True, slots=True)
class VehicleStart:
    """One of several vehicles that share a plan; `name` is what people call it, "" = its number."""

    home: LonLat
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"home": list(self.home.as_tuple()), "name": self.name}
