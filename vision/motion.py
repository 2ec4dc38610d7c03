"""Where a tracked thing was and how it moved, from its fixes on the ground.

A thing that stands still gets the median of all its fixes; one that moves gets the place at the instant asked for, and speed and
heading from a robust motion fitted to the fixes around it. Errors shared by all fixes cancel in the speed and count once in the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.primitives import radius_95_m
from vision.georeference import GroundFix, Vector
from vision.robust_line import Line, robust_line

WINDOW_S = 1.5  # half width of the stretch taken for straight and even
MINIMUM_FIXES = 5
MINIMUM_SPAN_S = 0.4
SHORTER_S = (1.0, 0.7)  # half widths at which it is checked whether the motion was even
MOVING_SIGMAS = 3.0
MOVING_MPS = 0.5  # slower than a walk is not called moving
MEDIAN_LOSS = 1.5708  # variance of a median over that of a mean, normal errors: pi / 2


@dataclass(frozen=True, slots=True, eq=False)
class GroundMotion:
    """Place in the model's local frame with its (2, 2) covariance; speed, sigma and heading when enough was seen to tell."""

    en_m: Vector
    covariance_m2: Vector
    moving: bool = False
    speed_mps: float | None = None
    speed_sigma_mps: float | None = None
    heading_deg: float | None = None

    @property
    def accuracy_m(self) -> float:
        """Radius that holds the truth with about 95 % probability."""
        return radius_95_m(self.covariance_m2)


def ground_motion(times_s: Sequence[float], fixes: Sequence[GroundFix], at_s: float) -> GroundMotion | None:
    """Motion at `at_s` from fixes in order of time; None without fixes."""
    if not fixes:
        return None
    times = np.asarray(times_s, dtype=np.float64)
    en = np.array([fix.en_m for fix in fixes])
    near = np.abs(times - at_s) <= WINDOW_S
    nearest = int(np.argmin(np.abs(times - at_s)))
    if near.sum() < MINIMUM_FIXES or np.ptp(times[near]) < MINIMUM_SPAN_S:
        return GroundMotion(en[nearest], fixes[nearest].covariance_m2)

    rows = [int(row) for row in np.flatnonzero(near)]
    offset_s = times[rows] - at_s
    claimed = np.mean([np.trace(fixes[row].random_m @ fixes[row].random_m.T) / 2.0 for row in rows])
    line = robust_line(offset_s, en[rows])
    scatter = _scatter(line, float(claimed))
    drift = _shared_displacement(fixes[rows[0]], fixes[rows[-1]]) / (offset_s[-1] - offset_s[0])
    speed = float(np.hypot(*line.velocity))
    sigma = float(np.sqrt(scatter * line.spread[1] + drift**2 + _unevenness(offset_s, en[rows], float(claimed), line)))

    if speed > MOVING_MPS and speed > MOVING_SIGMAS * sigma:
        variance = scatter * line.spread[0]
        shared = fixes[nearest].systematic_m
        # The boxes' errors have the shape the view gives them, and the size the scatter shows.
        shape = np.mean([fixes[row].random_m @ fixes[row].random_m.T for row in rows], axis=0) / claimed if claimed > 0.0 else np.eye(2)
        covariance = shared @ shared.T + shape * variance
        heading = float(np.degrees(np.arctan2(*line.velocity)) % 360.0)
        return GroundMotion(line.place, covariance, True, speed, sigma, heading)
    return _standing(en, fixes, speed, sigma)


def _unevenness(offset_s: Vector, places: Vector, claimed: float, whole: Line) -> float:
    """Variance of the speed because it was not the same throughout: what shorter stretches say otherwise, beyond their own error."""
    worst = 0.0
    for half_width_s in SHORTER_S:
        near = np.abs(offset_s) <= half_width_s
        if near.sum() < MINIMUM_FIXES or np.ptp(offset_s[near]) < MINIMUM_SPAN_S:
            continue
        part = robust_line(offset_s[near], places[near])
        difference = float(np.hypot(*part.velocity) - np.hypot(*whole.velocity))
        worst = max(worst, difference**2 - _scatter(part, claimed) * part.spread[1])
    return worst


def _scatter(line: Line, claimed: float) -> float:
    """Variance of one place about the line, in square metres; never less than the boxes claim."""
    freedom = max(float(line.weights.sum()) - 2.0, 1.0)
    found = float((line.weights[:, None] * line.residual**2).sum() / (2.0 * freedom))
    return max(found, claimed) * _correlation_inflation(line.residual)


def _standing(en: Vector, fixes: Sequence[GroundFix], speed_mps: float, sigma_mps: float) -> GroundMotion:
    middle = np.median(en, axis=0)
    deviation = 1.4826 * np.median(np.abs(en - middle), axis=0)  # sigma of a normal distribution from its median absolute deviation
    random = np.mean([fix.random_m @ fix.random_m.T for fix in fixes], axis=0)
    shared = np.mean([fix.systematic_m @ fix.systematic_m.T for fix in fixes], axis=0)
    # The scatter seen may come from the camera as well as from the boxes, so it is not divided by the number of fixes.
    covariance = shared + random * MEDIAN_LOSS / len(fixes)
    covariance += np.diag(np.maximum(deviation**2 - np.diag(covariance), 0.0))
    return GroundMotion(middle, covariance, False, speed_mps, sigma_mps)


def _correlation_inflation(residual: Vector) -> float:
    """How much less neighbouring frames tell than independent ones would: (1 + r) / (1 - r) for a first-order process."""
    power = float((residual**2).sum())
    if power <= 0.0 or len(residual) < 4:
        return 1.0
    lag = float((residual[1:] * residual[:-1]).sum()) / power
    return float(np.clip((1.0 + lag) / (1.0 - min(lag, 0.9)), 1.0, 10.0))


def _shared_displacement(first: GroundFix, last: GroundFix) -> float:
    """One-sigma error of the way between two fixes that comes from causes they share, in metres."""
    difference = last.systematic_m - first.systematic_m
    return float(np.sqrt((difference**2).sum() / 2.0))
