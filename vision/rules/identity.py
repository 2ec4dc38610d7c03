"""Where one track may have gone over from one thing to another: the instants at which it jumps.

A tracker that loses a car behind another sometimes goes on with the wrong one. Before and after such an instant the place leads somewhere
else than a thing can drive, the box is of another size, or what is in it looks otherwise. What a track did across a jump nobody is
accused of: it may have been done by two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np

from vision.appearance import likeness
from vision.rules.ground_path import Vector
from vision.tracks import Track, TrackPoint

WINDOW_S = 0.8  # of the track on each side
LEAST_POINTS = 4
GATE_SIGMAS = 4.0  # many instants are asked: one in ten thousand may be so far off by chance
HARDEST_MPS2 = 9.0  # full braking on dry asphalt
RESIZED = log(1.5)  # of the box, beyond what it grew or shrank steadily
LEAST_LIKENESS = 0.6
LOOK_WINDOW_S = 2.0
LEAST_LOOKS = 2


@dataclass(frozen=True, slots=True)
class _Leading:
    """Where a stretch leads: value and its rate at an instant, each with the variance of one component."""

    value: Vector
    rate: Vector
    value_variance: float
    rate_variance: float


def jumps_s(track: Track) -> tuple[float, ...]:
    """Instants between two of its points, in order."""
    points = [point for point in track.points if point.measured and point.whole]
    found = [(a.time_s + b.time_s) / 2.0 for a, b in pairwise(points) if _jumps(points, a.time_s, b.time_s)]
    return tuple(sorted([*found, *_looks_change(track)]))


def _jumps(points: Sequence[TrackPoint], until_s: float, from_s: float) -> bool:
    before = [point for point in points if until_s - WINDOW_S <= point.time_s <= until_s]
    after = [point for point in points if from_s <= point.time_s <= from_s + WINDOW_S]
    if min(len(before), len(after)) < LEAST_POINTS:
        return False
    at_s = (until_s + from_s) / 2.0
    return _resized(before, after, at_s) or _displaced(before, after, at_s)


def _resized(before: Sequence[TrackPoint], after: Sequence[TrackPoint], at_s: float) -> bool:
    one, other = (
        _leading([point.time_s for point in part], np.array([[_log_side(point)] for point in part]), at_s, 1e-4) for part in (before, after)
    )
    sigma = np.sqrt(one.value_variance + other.value_variance)
    return bool(abs(float((one.value - other.value)[0])) > RESIZED + GATE_SIGMAS * sigma)


def _displaced(before: Sequence[TrackPoint], after: Sequence[TrackPoint], at_s: float) -> bool:
    if any(point.fix is None for point in (*before, *after)):
        return False
    leads = []
    for part in (before, after):
        fixes = [point.fix for point in part if point.fix is not None]
        claimed = float(np.mean([np.trace(fix.random_m @ fix.random_m.T) / 2.0 for fix in fixes]))
        leads.append(_leading([point.time_s for point in part], np.array([fix.en_m for fix in fixes]), at_s, claimed))
    one, other = leads
    # From the middle of the one stretch to that of the other it may brake or gather speed all the while.
    apart_s = float(np.mean([point.time_s for point in after]) - np.mean([point.time_s for point in before]))
    off_m, off_mps = float(np.hypot(*(one.value - other.value))), float(np.hypot(*(one.rate - other.rate)))
    may_m = HARDEST_MPS2 * apart_s**2 / 4.0 + GATE_SIGMAS * np.sqrt(one.value_variance + other.value_variance)
    may_mps = HARDEST_MPS2 * apart_s + GATE_SIGMAS * np.sqrt(one.rate_variance + other.rate_variance)
    return bool(off_m > may_m or off_mps > may_mps)


def _log_side(point: TrackPoint) -> float:
    x1, y1, x2, y2 = point.bbox_px
    return 0.5 * log(max(1.0, (x2 - x1) * (y2 - y1)))


def _leading(times_s: Sequence[float], values: Vector, at_s: float, least_variance: float) -> _Leading:
    """A straight line through `values` (n, k), told at `at_s`."""
    offset = np.asarray(times_s) - at_s
    middle = offset.mean()
    spread = max(float(((offset - middle) ** 2).sum()), 1e-9)
    mean = values.mean(axis=0)
    rate = ((offset - middle)[:, None] * (values - mean)).sum(axis=0) / spread
    residual = values - mean - (offset - middle)[:, None] * rate
    scatter = float((residual**2).sum()) / max(1, values.shape[1] * (len(offset) - 2))
    variance = max(scatter, least_variance)
    return _Leading(mean - middle * rate, rate, variance * (1.0 / len(offset) + float(middle) ** 2 / spread), variance / spread)


def _looks_change(track: Track) -> list[float]:
    """Between two looks of the track, where those before and those after are of something else."""
    looks = track.looks
    found = []
    for (before_s, _), (after_s, _) in pairwise(looks):
        was = [look for at_s, look in looks if before_s - LOOK_WINDOW_S <= at_s <= before_s]
        now = [look for at_s, look in looks if after_s <= at_s <= after_s + LOOK_WINDOW_S]
        if min(len(was), len(now)) >= LEAST_LOOKS and likeness(np.mean(was, axis=0), np.mean(now, axis=0)) < LEAST_LIKENESS:
            found.append((before_s + after_s) / 2.0)
    return found
