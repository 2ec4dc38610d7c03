"""Going by somebody: who was ahead and is behind afterwards, and whether they moved or stood."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.subjects import MOTOR_VEHICLES

ABREAST_M = 6.0  # between the middles, across the way: the lane beside
AROUND_S = 1.0  # one may still be behind at the moment the lane is changed


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """`at_s` is when both were abreast, `speed_mps` the other's own along the way."""

    other: GroundPath
    at_s: float
    speed_mps: float


def passed(path: GroundPath, rows: slice, others: Sequence[GroundPath]) -> list[Passed]:
    """The vehicles that `path` went by during these rows, that head as it does or stand."""
    begin_s, end_s = float(path.times_s[rows.start]) - AROUND_S, float(path.times_s[rows.stop - 1]) + AROUND_S
    found = []
    for other in others:
        if other.label not in MOTOR_VEHICLES:
            continue
        at = np.flatnonzero(
            (path.times_s >= max(begin_s, float(other.times_s[0]))) & (path.times_s <= min(end_s, float(other.times_s[-1])))
        )
        if len(at) < 2:
            continue
        there = np.column_stack([np.interp(path.times_s[at], other.times_s, column) for column in other.en_m.T])
        way = there - path.en_m[at]
        along_m = (way * path.ahead[at]).sum(axis=1)
        across_m = np.abs((way * path.across[at]).sum(axis=1))
        changes = np.flatnonzero((along_m[:-1] > 0.0) & (along_m[1:] <= 0.0) & (across_m[1:] < ABREAST_M))
        if not len(changes):
            continue
        row = int(at[changes[0] + 1])
        at_s = float(path.times_s[row])
        along_mps = float(other.velocity_mps[other.at(at_s)] @ path.ahead[row])
        if along_mps > -0.5:  # what comes the other way is met, not passed
            found.append(Passed(other, at_s, along_mps))
    return sorted(found, key=lambda one: (one.at_s, one.other.track_id))
