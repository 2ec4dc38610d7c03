"""Wind over the ground: grows with height, arrives with lag, is never quite steady.

Profile and turbulence as in ArduPilot's simulator: square root of height below 60 m, first-order gusts.
"""

from dataclasses import dataclass
from math import cos, exp, radians, sin, sqrt
from random import Random

from geo.primitives import SettingsError
from sim.vector import ZERO, Vector, clamp

FULL_WIND_HEIGHT_M = 60.0
GUST_SHARE = 0.12  # one-sigma gust as a share of the mean wind
GUST_TIME_S = 1.0
MOST_MPS = 40.0


@dataclass(frozen=True, slots=True)
class MeanWind:
    """Speed at and above 60 m, and the direction it blows from, clockwise from north."""

    speed_mps: float = 0.0
    from_deg: float = 0.0


def parse_wind(text: str) -> MeanWind:
    """`MPS,DEG` -> wind. Raises `SettingsError` for anything else."""
    try:
        speed, direction = (float(part) for part in text.split(","))
    except ValueError:
        speed, direction = -1.0, 0.0
    if not 0.0 <= speed <= MOST_MPS or not 0.0 <= direction <= 360.0:
        raise SettingsError(
            f"Wind '{text}' is not MPS,DEG with a speed of 0..{MOST_MPS:g} m/s and a direction of 0..360.",
            code="sim.wind",
            hint="Write for example --wind 6,315 for 6 m/s from the north-west.",
        )
    return MeanWind(speed, direction)


class Wind:
    """Seeded wind of one vehicle's surroundings."""

    def __init__(self, mean: MeanWind, random: Random) -> None:
        self._towards = Vector(-sin(radians(mean.from_deg)), -cos(radians(mean.from_deg)), 0.0)
        self._mean = mean
        self._random = random
        self._gust = ZERO

    def step(self, height_m: float, dt_s: float) -> Vector:
        """Wind velocity at this height after `dt_s`, m/s."""
        if self._mean.speed_mps == 0.0:
            return ZERO
        keep = exp(-dt_s / GUST_TIME_S)
        sigma = GUST_SHARE * self._mean.speed_mps * sqrt(1.0 - keep * keep)
        self._gust = Vector(
            self._gust.east * keep + self._random.gauss(0.0, sigma), self._gust.north * keep + self._random.gauss(0.0, sigma), 0.0
        )
        profile = sqrt(clamp(height_m, 0.0, FULL_WIND_HEIGHT_M) / FULL_WIND_HEIGHT_M)
        return self._towards.times(self._mean.speed_mps).plus(self._gust).times(profile)
