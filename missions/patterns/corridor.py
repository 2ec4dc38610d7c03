"""Lines along an axis: as many as the width needs, flown to and fro. Metres in a local frame."""

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
# A corner sharper than this is bevelled instead of drawn out to its tip: the vehicle would fly far out and back.
MITRE_LIMIT = 2.0
SMALLEST_OFFSET_M = 0.01
# An axis that turns back more sharply than this is folded: lines beside it have no inside left.
_FOLDED_COSINE = float(np.cos(np.radians(140.0)))


def line_offsets_m(width_m: float, footprint_m: float, spacing_m: float) -> Points:
    """Offsets of the lines from the axis: footprints reach both edges. One line, or an even number: the last one returns."""
    outer_m = max(0.0, (width_m - footprint_m) / 2.0)
    count = int(np.ceil(2.0 * outer_m / spacing_m - 1e-9)) + 1
    if count == 1 and width_m > footprint_m:
        count = 2
    if count == 1:
        return np.zeros(1)
    return np.linspace(-outer_m, outer_m, count + count % 2)


def lengthened(axis: Points, by_m: float) -> Points:
    """The axis drawn out straight at both ends."""
    first, last = axis[0] - axis[1], axis[-1] - axis[-2]
    return np.vstack([axis[0] + first / np.hypot(*first) * by_m, axis[1:-1], axis[-1] + last / np.hypot(*last) * by_m])


def corridor_lines(axis: Points, offsets_m: Points, overshoot_m: float) -> list[Points]:
    """(k, 2) points of each line in the order flown, every second one backwards. Loops inside of sharp bends are cut off."""
    # Points on a straight part make GEOS lose a piece of the offset.
    long = shapely.simplify(shapely.LineString(lengthened(axis, overshoot_m)), 0.01)
    lines: list[Points] = []
    for offset_m in offsets_m:
        points = shapely.get_coordinates(_beside(long, float(offset_m)))
        if len(points) < 2:
            continue  # nothing of it is left inside of a hairpin
        lines.append(points[::-1] if len(lines) % 2 else points)
    return lines


def _beside(line: shapely.LineString, offset_m: float) -> shapely.LineString:
    """Offsets below the width of a vehicle are none; one that falls into parts keeps its longest."""
    if abs(offset_m) < SMALLEST_OFFSET_M:
        return line
    curve = shapely.offset_curve(line, offset_m, join_style="mitre", mitre_limit=MITRE_LIMIT)
    part: shapely.LineString = max(shapely.get_parts(curve), key=shapely.length)
    return shapely.simplify(part, 0.01)


def arms(axis: Points, beyond_m: float) -> list[Points]:
    """The axis cut where it is folded, each arm drawn out beyond the fold."""
    legs = np.diff(axis, axis=0)
    units = legs / np.hypot(*legs.T)[:, None]
    folds = (np.flatnonzero((units[1:] * units[:-1]).sum(axis=1) < _FOLDED_COSINE) + 1).tolist()
    cut = []
    for begin, end in pairwise([0, *folds, len(axis) - 1]):
        arm = axis[begin : end + 1].copy()
        if begin:
            arm[0] -= beyond_m * units[begin]
        if end < len(axis) - 1:
            arm[-1] += beyond_m * units[end - 1]
        cut.append(arm)
    return cut


def chainages_m(axis: Points, points: Points) -> Points:
    """(n,) metres along the axis of the place on it that is nearest to each point."""
    line = shapely.LineString(axis)
    return np.array([line.project(shapely.Point(point)) for point in points])
