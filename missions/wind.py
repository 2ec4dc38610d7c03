"""The wind a plan is made for, as pilots say it, and what it makes of a course."""

import math
from dataclasses import dataclass
from typing import Annotated

from missions.requests.kinds import Number

# The strongest wind a plan may name: above it nothing small flies.
MOST_WIND_MPS = 40.0


@dataclass(frozen=True, slots=True)
class Wind:
    """Speed in m/s and where it comes from, degrees clockwise from north. Steady, the same at every height."""

    speed_mps: Annotated[float, Number("m/s", least=0.0, most=MOST_WIND_MPS), "Wind speed"]
    from_deg: Annotated[float, Number("deg", least=-360.0, most=360.0), "Where it comes from, clockwise from north"]

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


CALM = Wind(0.0, 0.0)
