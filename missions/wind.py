"""The wind a plan is made for, as pilots say it, and what it makes of a course."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.primitives import MissionError

# The strongest wind a plan may name: above it nothing small flies.
MOST_WIND_MPS = 40.0


@dataclass(frozen=True, slots=True)
class Wind:
    """Speed in m/s and where it comes from, degrees clockwise from north. Steady, the same at every height."""

    speed_mps: float
    from_deg: float

    @property
    def east_mps(self) -> float:
        return -self.speed_mps * math.sin(math.radians(self.from_deg))

    @property
    def north_mps(self) -> float:
        return -self.speed_mps * math.cos(math.radians(self.from_deg))

    def along(self, east: float, north: float, length_m: float) -> tuple[float, float]:
        """Tail wind on a course and the wind across it, m/s."""
        along = (self.east_mps * east + self.north_mps * north) / length_m
        return along, math.sqrt(max(self.speed_mps**2 - along**2, 0.0))

    def to_json(self) -> dict[str, float]:
        return {"speed_mps": self.speed_mps, "from_deg": self.from_deg}

    @classmethod
    def from_json(cls, value: Any) -> "Wind":
        """Raises `MissionError` when it is not an object of two numbers."""
        numbers = [
            value[name]
            for name in ("speed_mps", "from_deg")
            if isinstance(value, Mapping) and isinstance(value.get(name), int | float) and not isinstance(value[name], bool)
        ]
        if len(numbers) != 2:
            raise MissionError(
                f"Wind is {value!r:.60}, expected its speed and where it comes from.",
                code="mission.request_member",
                hint='Write for example {"speed_mps": 6, "from_deg": 315} for 6 m/s from the north-west, or null for none.',
            )
        return cls(float(numbers[0]), float(numbers[1]))


CALM = Wind(0.0, 0.0)
