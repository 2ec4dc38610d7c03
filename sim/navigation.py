"""The navigation filter of one vehicle, as the error of its solution: what it believes is the truth plus that error.

Satellites pull the error towards their own; a measurement too far off is refused while its speed goes on being used, and after ten
seconds of refusal the filter gives in and jumps to it, as ArduPilot's EKF3 does. Without satellites the place is carried on by inertia:
the error of the speed walks and the error of the place grows with it, until the filter declares that it has no place; the firmware says
when. What the filter cannot measure it cannot judge: its variances stay as they were.
Height follows the barometer, heading the compass.
"""

from math import exp, sqrt
from random import Random

from sim.airframes import BodyState
from sim.sensors import GPS_LOCK_S, Readings, Sample
from sim.vector import ZERO, Vector, turn_deg

SETTLING_S = (1.6, 2.4)  # from the first fix until the filter has settled; each vehicle its own
POSITION_GATE_M = 8.0
HEIGHT_GATE_M = 6.0
COMPASS_GATE_DEG = 30.0
PULL_TIME_S = 1.0
VELOCITY_GATE_MPS = 2.5
GIVE_IN_S = 10.0  # a refused position is believed after this long
COAST_S = 7.0  # without satellites the place is declared lost after this long
INERTIAL_WALK = 0.12  # m/s per square root of a second
LEAST_FIX = 3


class Navigation:
    """`gps_lock_s` is when satellites are first found, `coast_s` how long the place is carried on without them."""

    def __init__(self, random: Random, *, gps_lock_s: float = GPS_LOCK_S, coast_s: float = COAST_S) -> None:
        self._random = random
        self._ready_s = gps_lock_s + random.uniform(*SETTLING_S)
        self._coast_s = coast_s
        self._error = ZERO
        self._speed_error = ZERO
        self._aided_at_s = -1e9  # of the last fix, whose speed at least was used
        self._refusing_since_s: float | None = None
        self._used_fix_s = -1.0
        self._position_variance = 0.0
        self._velocity_variance = 0.0

    def step(
        self,
        truth: BodyState,
        sample: Sample,
        now_s: float,
        dt_s: float,
        ground_up_m: float = 0.0,
        wind: Vector = ZERO,
        rc_connected: bool = True,
        camera_works: bool = True,
    ) -> Readings:
        """One step: the sensors' sample in, the solution out. The last four are passed on as they are."""
        fix = sample.gps
        place = truth.position
        if fix.kind >= LEAST_FIX and fix.at_s != self._used_fix_s:
            self._used_fix_s = fix.at_s
            self._use(fix.position.minus(place), now_s)
        since_s = now_s - self._aided_at_s
        coasting = since_s > 0.5
        if coasting and not truth.on_ground:
            self._coast(dt_s)
        error = self._error
        up = sample.barometer_up_m
        believed = BodyState(
            Vector(place.east + error.east, place.north + error.north, up),
            truth.velocity if self._speed_error is ZERO else truth.velocity.plus(self._speed_error),
            truth.lean,
            sample.heading_deg % 360.0,
            truth.yaw_rate_dps,
            sample.roll_deg,
            sample.pitch_deg,
            truth.airspeed_mps,
            truth.load,
            truth.throttle,
            truth.wing_share,
            truth.on_ground,
        )
        return Readings(
            believed,
            fix,
            ready=now_s >= self._ready_s and since_s < self._coast_s,
            dead_reckoning=coasting and now_s >= self._ready_s,
            velocity_variance=min(2.0, self._velocity_variance),
            position_variance=min(2.0, self._position_variance),
            height_variance=min(2.0, abs(place.up - up) / HEIGHT_GATE_M),
            compass_variance=min(2.0, abs(turn_deg(truth.heading_deg, sample.heading_deg)) / COMPASS_GATE_DEG),
            compass_healthy=sample.compass_healthy,
            barometer_healthy=sample.barometer_healthy,
            attitude_healthy=sample.attitude_healthy,
            rc_connected=rc_connected,
            camera_works=camera_works,
            ground_up_m=ground_up_m,
            wind=wind,
        )

    def _use(self, measured: Vector, now_s: float) -> None:
        """A fresh fix with this error: pull towards it, or refuse it."""
        innovation = measured.minus(self._error)
        lost = now_s - self._aided_at_s >= self._coast_s or self._aided_at_s < 0.0
        self._velocity_variance = 0.0 if lost else self._speed_error.level_length() / VELOCITY_GATE_MPS
        self._position_variance = 0.0 if lost else innovation.level_length() / POSITION_GATE_M
        self._aided_at_s = now_s
        self._speed_error = ZERO
        if lost:
            self._error = Vector(measured.east, measured.north, 0.0)
        elif self._position_variance > 1.0:
            if self._refusing_since_s is None:
                self._refusing_since_s = now_s
            if now_s - self._refusing_since_s < GIVE_IN_S:
                return
            self._error = Vector(measured.east, measured.north, 0.0)
        else:
            self._error = self._error.plus(innovation.level().times(_PULL))
        self._refusing_since_s = None

    def _coast(self, dt_s: float) -> None:
        sigma = INERTIAL_WALK * sqrt(dt_s)
        walked = Vector(self._random.gauss(0.0, sigma), self._random.gauss(0.0, sigma), 0.0)
        self._speed_error = self._speed_error.plus(walked)
        self._error = self._error.plus(self._speed_error.times(dt_s))


_PULL = 1.0 - exp(-0.2 / PULL_TIME_S)  # per fix, five a second
