"""Stretches driven where or how nobody may: the deed is complete once they are long enough."""

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.rule import Bound, Measure, Rule, Violation, violation
from vision.rules.runs import ways_m


def driven(rule: Rule, path: GroundPath, against: Bound, rows: slice, least_m: float) -> Violation | None:
    """What `rule` found of the stretch in these rows; None when it is shorter than `least_m`, or was mostly not seen."""
    ways = ways_m(path, rows)
    if ways[-1] < least_m or not path.seen[rows].mean() > 0.5:
        return None
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
