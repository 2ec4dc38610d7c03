"""Stretches driven where or how nobody may: the deed is complete once they are long enough."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vision.rules.ground_path import GroundPath, Vector
from vision.rules.rule import Bound, Measure, Rule, Verdict, Violation, held_back, violation
from vision.rules.runs import runs, ways_m

NOT_SURELY_INSIDE = "not inside by two sigmas"


def driven_inside(
    rule: Rule, path: GroundPath, against: Bound, depth_m: Vector, where: NDArray[np.bool_], least_m: float, margin_m: float
) -> Iterator[Verdict]:
    """The first stretch of `where` that is inside by `margin_m`; an abstention where that is not sure."""
    for rows in runs((depth_m > margin_m) & where):
        found = driven(rule, path, against, rows, least_m)
        if found is not None:
            yield found if surely_inside(path, rows, depth_m) else held_back(found, NOT_SURELY_INSIDE)
            return


def surely_inside(path: GroundPath, rows: slice, depth_m: Vector) -> bool:
    """Whether the stretch as a whole is inside by two sigmas: every place of it tells the same story."""
    depth, sigma_m = path.mean_m(rows, depth_m, path.across)
    return depth > 2.0 * sigma_m


def driven(rule: Rule, path: GroundPath, against: Bound, rows: slice, least_m: float) -> Violation | None:
    """What `rule` found of the stretch in these rows; None when it is shorter than `least_m`, or was mostly not seen."""
    ways = ways_m(path, rows)
    if ways[-1] < least_m or not path.seen[rows].mean() > 0.5:
        return None
    if 2.0 * float(np.hypot(*(path.en_m[rows.stop - 1] - path.en_m[rows.start]))) < least_m:
        return None  # the wandering of a standing box is no way travelled
    row = rows.start + int(np.searchsorted(ways, least_m))
    return violation(
        rule,
        path,
        against,
        from_s=float(path.times_s[rows.start]),
        at_s=float(path.times_s[row]),
        until_s=float(path.times_s[rows.stop - 1]),
        measure=Measure(float(ways[-1]), 2.0 * float(path.sigma_m(path.ahead)[row]), least_m, "m"),
    )
