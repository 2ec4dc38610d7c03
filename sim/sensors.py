"""What the sensors of one vehicle say: the truth with small, slowly wandering, seeded errors.

Satellites give a place five times a second; compass, barometer and gyros give heading, height and attitude at every step.
"""

from dataclasses import dataclass
from math import exp, sqrt
from random import Random
from typing import NamedTuple

from sim.airframes import AT_REST, BodyState
from sim.vector import ZERO, Vector

GPS_PERIOD_S = 0.2
WANDER_TIME_S = 60.0
GPS_LEVEL_SIGMA_M = 0.25  # wander of minutes: ionosphere and satellites in view
GPS_HEIGHT_SIGMA_M = 0.4
GPS_NOISE_M = 0.05
GPS_NOISE_MPS = 0.05
GPS_LOCK_S = 2.0  # from boot to the first fix, where nobody asks for a cold start
FULL_SATELLITES = 14
BAROMETER_SIGMA_M = 0.15
COMPASS_SIGMA_DEG = 0.4


@dataclass(frozen=True, slots=True)
class Fix:
    """One reading of the satellite receiver. `kind` is MAVLink's GPS_FIX_TYPE; place and motion are in the vehicle's frame."""

    kind: int = 0
    satellites: int = 0
    hdop: float = 99.99
    position: Vector = ZERO
    velocity: Vector = ZERO
    accuracy_m: float = 99.99
    at_s: float = -1.0


NO_FIX = Fix()
SEARCHING = Fix(kind=1)


class Sample(NamedTuple):
    """All sensors at one step, before the navigation filter."""

    gps: Fix
    heading_deg: float
    barometer_up_m: float
    roll_deg: float
    pitch_deg: float
    compass_healthy: bool = True
    barometer_healthy: bool = True
    attitude_healthy: bool = True


class Readings(NamedTuple):
    """Everything an autopilot is told at one step.

    `believed` is the navigation filter's solution and is usable when `ready`. Variances are the filter's test ratios, innovation over
    gate: below 0.5 is good, above 1 the measurement is refused. `dead_reckoning` means that the place is carried on without satellites.
    `ground_up_m` is the ground below, above the frame's origin.
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
    camera_works: bool = True
    ground_up_m: float = 0.0
    wind: Vector = ZERO


class Sensors:
    """All sensors of one vehicle. Errors start at zero at boot, where home is set, and wander with a time constant of a minute."""

    def __init__(self, random: Random, gps_lock_s: float = GPS_LOCK_S) -> None:
        self._random = random
        self._gps_lock_s = gps_lock_s
        self._gps_error = ZERO
        self._barometer_error_m = 0.0
        self._compass_error_deg = 0.0
        self._fix = SEARCHING
        self._next_gps_s = 0.0

    def sample(self, truth: BodyState, now_s: float) -> Sample:
        if now_s >= self._next_gps_s:
            self._next_gps_s += GPS_PERIOD_S
            self._measure(truth, now_s)
        return Sample(
            self._fix,
            truth.heading_deg + self._compass_error_deg,
            truth.position.up + self._barometer_error_m,
            truth.roll_deg,
            truth.pitch_deg,
        )

    def _measure(self, truth: BodyState, now_s: float) -> None:
        """Once per receiver period: a fix, and the slow errors of all sensors move on."""
        gauss = self._random.gauss
        error = self._gps_error
        self._gps_error = error = Vector(
            error.east * _KEEP + gauss(0.0, GPS_LEVEL_SIGMA_M * _SHARE),
            error.north * _KEEP + gauss(0.0, GPS_LEVEL_SIGMA_M * _SHARE),
            error.up * _KEEP + gauss(0.0, GPS_HEIGHT_SIGMA_M * _SHARE),
        )
        self._barometer_error_m = self._barometer_error_m * _KEEP + gauss(0.0, BAROMETER_SIGMA_M * _SHARE)
        self._compass_error_deg = self._compass_error_deg * _KEEP + gauss(0.0, COMPASS_SIGMA_DEG * _SHARE)
        noise = Vector(gauss(0.0, GPS_NOISE_M), gauss(0.0, GPS_NOISE_M), gauss(0.0, 2.0 * GPS_NOISE_M))
        shake = Vector(gauss(0.0, GPS_NOISE_MPS), gauss(0.0, GPS_NOISE_MPS), gauss(0.0, GPS_NOISE_MPS))
        if now_s < self._gps_lock_s:
            self._fix = SEARCHING
            return
        self._fix = Fix(
            3,
            FULL_SATELLITES,
            0.7,
            truth.position.plus(error).plus(noise),
            truth.velocity if truth.on_ground else truth.velocity.plus(shake),
            1.05,
            now_s,
        )


_KEEP = exp(-GPS_PERIOD_S / WANDER_TIME_S)
_SHARE = sqrt(1.0 - _KEEP * _KEEP)
