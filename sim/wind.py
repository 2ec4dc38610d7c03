"""Wind over the ground: grows with height, arrives with lag, is never quite steady.

Profile, lag and turbulence as in ArduPilot's simulator: square root of height below 60 m, 5 s until a change has arrived, first-order
gusts.
"""

from dataclasses import dataclass
from math import cos, exp, radians, sin, sqrt
from random import Random

from geo.primitives import SettingsError
from sim.vector import ZERO, Vector, clamp

FULL_WIND_HEIGHT_M = 60.0
LAG_S = 5.0
GUST_SHARE = 0.12  # one-sigma gust as a share of the mean wind
GUST_TIME_S = 1.0
VERTICAL_GUSTS = 0.3  # of the level ones
MOST_MPS = 40.0


@dataclass(frozen=True, slots=True)
class MeanWind:
    """Speed at and above 60 m, the direction it blows from, clockwise from north, and one-sigma gusts as a share of the speed."""

    speed_mps: float = 0.0
    from_deg: float = 0.0
    gust_share: float = GUST_SHARE


def parse_wind(text: str) -> MeanWind:
    """`MPS,DEG[,GUSTS]` -> wind. Raises `SettingsError` for anything else."""
    try:
        speed, direction, gusts = (float(part) for part in (text if text.count(",") == 2 else f"{text},{GUST_SHARE}").split(","))
    except ValueError:
        speed, direction, gusts = -1.0, 0.0, 0.0
    if not 0.0 <= speed <= MOST_MPS or not 0.0 <= direction <= 360.0 or not 0.0 <= gusts <= 1.0:
        raise SettingsError(
            f"Wind '{text}' is not MPS,DEG[,GUSTS] with a speed of 0..{MOST_MPS:g} m/s, a direction of 0..360 and gusts of 0..1.",
            code="sim.wind",
            hint="Write for example --wind 6,315 for 6 m/s from the north-west.",
        )
    return MeanWind(speed, direction, gusts)


class Wind:
    """Seeded wind of one vehicle's surroundings. `mean` may be changed at any time."""

    def __init__(self, mean: MeanWind, random: Random) -> None:
        self._random = random
        self._gust = ZERO
        self._gust_dt_s = self._keep = 0.0
        self.mean = mean
        self._steady = self._target

    @property
    def mean(self) -> MeanWind:
        return self._mean

    @mean.setter
    def mean(self, mean: MeanWind) -> None:
        self._mean = mean
        self._target = _towards(mean)

    def step(self, height_m: float, dt_s: float) -> Vector:
        """Wind velocity at this height above the ground after `dt_s`, m/s."""
        mean, steady, target = self._mean, self._steady, self._target
        if mean.speed_mps == 0.0 and abs(steady.east) + abs(steady.north) < 1e-3:
            return ZERO
        share = min(1.0, dt_s / LAG_S)
        self._steady = steady = Vector(
            steady.east + (target.east - steady.east) * share, steady.north + (target.north - steady.north) * share, 0.0
        )
        if dt_s != self._gust_dt_s:
            self._gust_dt_s, self._keep = dt_s, exp(-dt_s / GUST_TIME_S)
        keep = self._keep
        sigma = mean.gust_share * mean.speed_mps * sqrt(1.0 - keep * keep)
        gust, gauss = self._gust, self._random.gauss
        self._gust = gust = Vector(
            gust.east * keep + gauss(0.0, sigma),
            gust.north * keep + gauss(0.0, sigma),
            gust.up * keep + gauss(0.0, VERTICAL_GUSTS * sigma),
        )
        profile = sqrt(clamp(height_m, 0.0, FULL_WIND_HEIGHT_M) / FULL_WIND_HEIGHT_M)
        return Vector((steady.east + gust.east) * profile, (steady.north + gust.north) * profile, gust.up * profile)


def _towards(mean: MeanWind) -> Vector:
    direction = radians(mean.from_deg)
    return Vector(-mean.speed_mps * sin(direction), -mean.speed_mps * cos(direction), 0.0)
