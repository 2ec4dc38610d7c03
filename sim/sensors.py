"""What the vehicle believes of itself: the truth with small, slowly wandering, seeded errors."""

from dataclasses import dataclass, replace
from math import exp, sqrt
from random import Random

from sim.dynamics import CopterState
from sim.vector import ZERO, Vector

WANDER_TIME_S = 60.0
LEVEL_SIGMA_M = 0.25
HEIGHT_SIGMA_M = 0.15
GPS_LOCK_S = 2.0
ESTIMATE_READY_S = 4.0


@dataclass(frozen=True, slots=True)
class Fix:
    """State of the satellite receiver. `kind` is MAVLink's GPS_FIX_TYPE."""

    kind: int
    satellites: int
    hdop: float


class Navigation:
    """Position estimate of one vehicle. Errors start at zero at boot, where home is set, and wander with a time constant of a minute."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._error = ZERO

    def step(self, truth: CopterState, dt_s: float) -> CopterState:
        keep = exp(-dt_s / WANDER_TIME_S)
        share = sqrt(1.0 - keep * keep)
        self._error = Vector(
            self._error.east * keep + self._random.gauss(0.0, LEVEL_SIGMA_M * share),
            self._error.north * keep + self._random.gauss(0.0, LEVEL_SIGMA_M * share),
            self._error.up * keep + self._random.gauss(0.0, HEIGHT_SIGMA_M * share),
        )
        return replace(truth, position=truth.position.plus(self._error))

    @staticmethod
    def fix(boot_s: float) -> Fix:
        return Fix(3, 14, 0.7) if boot_s >= GPS_LOCK_S else Fix(1, 0, 99.99)

    @staticmethod
    def ready(boot_s: float) -> bool:
        return boot_s >= ESTIMATE_READY_S
