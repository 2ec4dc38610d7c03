"""The way of a thing over the ground: smoothed, then told by as few corners as keep it in place and time.

Fixes of single frames jump about by the error of a box edge. Each corner is the place at its instant of a straight line fitted to the
fixes around it, robust against boxes that caught a shadow or a neighbour. Corners are then dropped while the straight, even motion between
those left stays within a tolerance of all of them.
Sources: Cleveland, Robust Locally Weighted Regression, 1979; Meratnia and de By, Spatiotemporal Compression Techniques for Moving Point
Objects, 2004 (Douglas-Peucker by the distance at the same instant).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.georeference import GroundFix, Vector
from vision.robust_line import robust_line

STEP_S = 0.5
WINDOW_S = 0.75
LEAST_FIXES = 5
TOLERANCE_M = 0.3
LARGEST_CORNERS = 120
MOVED_SIGMAS = 3.0
MOVED_M = 2.0  # what stays within is a thing that stands, and its place says it all


@dataclass(frozen=True, slots=True)
class Corner:
    """East and north in the source's local frame at seconds of the source's timeline."""

    time_s: float
    en_m: tuple[float, float]


def trajectory(times_s: Sequence[float], fixes: Sequence[GroundFix]) -> tuple[Corner, ...]:
    """The way through fixes in order of time; empty for a thing that did not move, or was not seen enough to tell."""
    if len(fixes) < LEAST_FIXES or times_s[-1] - times_s[0] < STEP_S:
        return ()
    times, en = np.asarray(times_s, dtype=np.float64), np.array([fix.en_m for fix in fixes])
    random_m = float(np.sqrt(np.mean([np.trace(fix.random_m @ fix.random_m.T) / 2.0 for fix in fixes])))
    instants = np.linspace(times[0], times[-1], 1 + max(1, round((times[-1] - times[0]) / STEP_S)))
    places = np.array([_place_at(instant, times, en) for instant in instants])
    if np.hypot(*np.ptp(places, axis=0)) < max(MOVED_M, MOVED_SIGMAS * random_m):
        return ()
    tolerance_m = max(TOLERANCE_M, random_m / 2.0)
    kept = _kept(instants, places, tolerance_m)
    while len(kept) > LARGEST_CORNERS:
        tolerance_m *= 1.5
        kept = _kept(instants, places, tolerance_m)
    return tuple(Corner(float(instants[row]), (float(places[row, 0]), float(places[row, 1]))) for row in kept)


def _place_at(instant: float, times: Vector, en: Vector) -> Vector:
    near = np.flatnonzero(np.abs(times - instant) <= WINDOW_S)
    if len(near) < LEAST_FIXES:  # inside a gap: the fixes on both sides of it
        near = np.sort(np.argsort(np.abs(times - instant), kind="stable")[:LEAST_FIXES])
    return robust_line(times[near] - instant, en[near]).place


def _kept(instants: Vector, places: Vector, tolerance_m: float) -> list[int]:
    kept, open_ = {0, len(instants) - 1}, [(0, len(instants) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        share = (instants[first + 1 : last] - instants[first]) / (instants[last] - instants[first])
        between = places[first] + share[:, None] * (places[last] - places[first])
        off = np.hypot(*(places[first + 1 : last] - between).T)
        worst = first + 1 + int(np.argmax(off))
        if off[worst - first - 1] > tolerance_m:
            kept.add(worst)
            open_ += [(first, worst), (worst, last)]
    return sorted(kept)
