"""What the vehicle's sensors and its navigation filter say: the truth with small, slowly wandering, seeded errors."""

from dataclasses import dataclass, replace
from math import exp, sqrt
from random import Random

from sim.airframes import AT_REST, BodyState
from sim.vector import ZERO, Vector

WANDER_TIME_S = 60.0
LEVEL_SIGMA_M = 0.25
HEIGHT_SIGMA_M = 0.15
GPS_LOCK_S = 2.0
ESTIMATE_READY_S = 4.0


@dataclass(frozen=True, slots=True)
class Fix:
    """One reading of the satellite receiver. `kind` is MAVLink's GPS_FIX_TYPE; place and motion are in the vehicle's frame."""

    kind: int = 0
    satellites: int = 0
    hdop: float = 99.99
    position: Vector = ZERO
    velocity: Vector = ZERO


NO_FIX = Fix()


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything an autopilot is told at one step.

    `believed` is the navigation filter's solution and is usable when `ready`. Variances are the filter's test ratios, innovation over
    gate: below 0.5 is good, above 1 the measurement is refused. `dead_reckoning` means that the place is carried on without satellites.
    """

    believed: BodyState = AT_REST
    gps: Fix = NO_FIX
    ready: bool = False
    dead_reckoning: bool = False
    velocity_variance: float = 0.0
    position_variance: float = 0.0
    height_variance: float = 0.0
    compass_variance: float = 0.0
    compass_healthy: bool = True
    barometer_healthy: bool = True
    attitude_healthy: bool = True
    rc_connected: bool = True


class Navigation:
    """Receiver and filter of one vehicle. Errors start at zero at boot, where home is set, and wander with a time constant of a minute."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._error = ZERO

    def step(self, truth: BodyState, now_s: float, dt_s: float) -> Readings:
        keep = exp(-dt_s / WANDER_TIME_S)
        share = sqrt(1.0 - keep * keep)
        self._error = Vector(
            self._error.east * keep + self._random.gauss(0.0, LEVEL_SIGMA_M * share),
            self._error.north * keep + self._random.gauss(0.0, LEVEL_SIGMA_M * share),
            self._error.up * keep + self._random.gauss(0.0, HEIGHT_SIGMA_M * share),
        )
        believed = replace(truth, position=truth.position.plus(self._error))
        if now_s < GPS_LOCK_S:
            return Readings(believed, Fix(1))
        return Readings(believed, Fix(3, 14, 0.7, believed.position, believed.velocity), ready=now_s >= ESTIMATE_READY_S)
