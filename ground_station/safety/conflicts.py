"""Where and when two vehicles would come too close: all plans under way and all positions, in space and time.

Each path is a chain of straight segments flown at even speed, in one local frame (metres) with altitudes above mean sea level. An R-tree
of the segments' boxes finds the pairs worth a look; for each the time of least distance is found exactly, since the difference of two even
motions is even. Nobody keeps to a plan by the second, so each pair is also looked at with one of the two early or late.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

_SHIFT_STEP_S = 2.5
# Twice the 3 m by which satellite positions err: nearer than that two places are one.
TOUCHING_M = 6.0


@dataclass(frozen=True, slots=True)
class Separation:
    """Two vehicles are in conflict when both distances are smaller than these at one time."""

    horizontal_m: float = 50.0
    vertical_m: float = 15.0
    time_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Trajectory:
    """(n, 3) `points_m` east, north, AMSL; (n,) `times_s` from now, rising. One point: it stands there for `standing_s`."""

    name: str
    points_m: NDArray[np.float64]
    times_s: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Conflict:
    """`first`, `second` by name; `at_m` lies between the two; `in_s` when they are nearest, by plan."""

    first: str
    second: str
    in_s: float
    at_m: tuple[float, float, float]
    horizontal_m: float
    vertical_m: float


@dataclass(frozen=True, slots=True)
class _Segments:
    owner: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    t0: NDArray[np.float64]
    t1: NDArray[np.float64]


def conflicts(trajectories: Sequence[Trajectory], separation: Separation | None = None) -> list[Conflict]:
    """The nearest conflict of each pair, soonest first."""
    separation = separation or Separation()
    segments = _segments(trajectories)
    if len(segments.owner) == 0:
        return []
    half = separation.horizontal_m / 2.0
    low, high = np.minimum(segments.start, segments.end), np.maximum(segments.start, segments.end)
    boxes = shapely.box(low[:, 0] - half, low[:, 1] - half, high[:, 0] + half, high[:, 1] + half)
    left, right = STRtree(boxes).query(boxes)
    slack = separation.time_s
    worth = (
        (segments.owner[left] < segments.owner[right])
        & (segments.t0[left] <= segments.t1[right] + slack)
        & (segments.t0[right] <= segments.t1[left] + slack)
        & (low[left, 2] <= high[right, 2] + separation.vertical_m)
        & (low[right, 2] <= high[left, 2] + separation.vertical_m)
    )
    nearest: dict[tuple[int, int], Conflict] = {}
    for i, j in zip(left[worth].tolist(), right[worth].tolist(), strict=True):
        found = _closest(segments, i, j, separation)
        if found is None:
            continue
        pair = (int(segments.owner[i]), int(segments.owner[j]))
        found = replace(found, first=trajectories[pair[0]].name, second=trajectories[pair[1]].name)
        known = nearest.get(pair)
        if (
            known is None
            or found.horizontal_m < known.horizontal_m - 1e-6
            or (found.horizontal_m < known.horizontal_m + 1e-6 and found.in_s < known.in_s)
        ):
            nearest[pair] = found
    return sorted(nearest.values(), key=lambda conflict: (conflict.in_s, conflict.first, conflict.second))


def meetings(
    own: Trajectory, others: Sequence[Trajectory], of_one_plan: Sequence[Trajectory], separation: Separation | None = None
) -> list[Conflict]:
    """Conflicts of one vehicle, soonest first. The plan itself keeps its flights apart, on ways one above the other and on lines and
    homes side by side: those `of_one_plan` meet only where they would touch."""
    separation = separation or Separation()
    touching = replace(separation, horizontal_m=min(separation.horizontal_m, TOUCHING_M))
    found = [*conflicts([own, *others], separation), *conflicts([own, *of_one_plan], touching)]
    return sorted((one for one in found if own.name in (one.first, one.second)), key=lambda one: one.in_s)


def _segments(trajectories: Sequence[Trajectory]) -> _Segments:
    owner, start, end, t0, t1 = [], [], [], [], []
    for number, path in enumerate(trajectories):
        steps = len(path.points_m) - 1
        owner += [number] * steps
        start += list(path.points_m[:-1])
        end += list(path.points_m[1:])
        t0 += list(path.times_s[:-1])
        t1 += list(path.times_s[1:])
    shape = (len(owner), 3)
    return _Segments(
        np.array(owner, dtype=np.int64),
        np.array(start).reshape(shape),
        np.array(end).reshape(shape),
        np.array(t0, dtype=float),
        np.array(t1, dtype=float),
    )


def _closest(s: _Segments, i: int, j: int, separation: Separation) -> Conflict | None:
    """The least horizontal distance of two segments while they are also vertically too close, over all shifts in time."""
    best: Conflict | None = None
    steps = int(separation.time_s / _SHIFT_STEP_S)
    for shift_s in (step * _SHIFT_STEP_S for step in sorted(range(-steps, steps + 1), key=abs)):
        begin, end = max(s.t0[i], s.t0[j] + shift_s), min(s.t1[i], s.t1[j] + shift_s)
        if end < begin:
            continue
        va, vb = _velocity(s, i), _velocity(s, j)
        pa = s.start[i] + va * (begin - s.t0[i])
        pb = s.start[j] + vb * (begin - shift_s - s.t0[j])
        found = _least(pa - pb, va - vb, end - begin, separation)
        if found is None:
            continue
        after_s, horizontal_m, vertical_m = found
        if best is None or horizontal_m < best.horizontal_m - 1e-6:
            middle = (pa + va * after_s + pb + vb * after_s) / 2.0
            at_m = (float(middle[0]), float(middle[1]), float(middle[2]))
            best = Conflict("", "", float(begin + after_s), at_m, horizontal_m, vertical_m)
    return best


def _velocity(s: _Segments, k: int) -> NDArray[np.float64]:
    seconds = s.t1[k] - s.t0[k]
    return (s.end[k] - s.start[k]) / seconds if seconds > 0 else np.zeros(3)


def _least(
    gap: NDArray[np.float64], rate: NDArray[np.float64], duration_s: float, separation: Separation
) -> tuple[float, float, float] | None:
    """Time, horizontal and vertical distance of the nearest approach among the times at which the vertical gap is too small."""
    low, high = 0.0, duration_s
    if abs(rate[2]) < 1e-9:
        if abs(gap[2]) >= separation.vertical_m:
            return None
    else:
        crossings = sorted(((-separation.vertical_m - gap[2]) / rate[2], (separation.vertical_m - gap[2]) / rate[2]))
        low, high = max(low, crossings[0]), min(high, crossings[1])
        if high < low:
            return None
    squared = float(rate[0] ** 2 + rate[1] ** 2)
    nearest = -float(gap[0] * rate[0] + gap[1] * rate[1]) / squared if squared > 1e-12 else low
    after_s = min(max(nearest, low), high)
    at = gap + rate * after_s
    horizontal_m = float(np.hypot(at[0], at[1]))
    return (after_s, horizontal_m, abs(float(at[2]))) if horizontal_m < separation.horizontal_m else None
