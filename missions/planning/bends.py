"""Lines of a corridor whose pictures show all of it, at sharp bends too.

Photos come each so many metres, wherever a bend happens to be: at a sharp one the last before it may lie a step short of the tip. Both
sides of such a corner are drawn out straight and joined beyond it, so that the way stays one line and the camera on. An axis that folds
back on itself has lines of its own for each arm; those that show nothing the others leave out are dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.corridor import arms, corridor_lines
from missions.patterns.grid import Area, surface
from missions.planning.footprints import covered
from missions.planning.gsd import Footprint
from missions.planning.route import Route, RoutePart

Points = NDArray[np.float64]
Lines = list[Points]

# What is photographed beyond this share is worth no further way.
_ENOUGH_SHARE = 0.998
# Flatter corners are seen from both sides of them.
_LEAST_BEND_RAD = np.radians(45.0)
_STEPS = 0.5
_MOST_ROUNDS = 16
_WORTH_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Pictures:
    """`ground` is what is to be photographed, level, each `step_m`."""

    ground: Area
    footprint: Footprint
    step_m: float

    def missing(self, lines: Sequence[Points]) -> Area:
        """What of the ground the lines leave out."""
        if not lines:
            return self.ground
        seen = covered(Route(tuple(RoutePart(line, photographed=True) for line in lines)), self.footprint, self.step_m)
        return surface(shapely.difference(self.ground, seen))

    def share(self, missing: Area) -> float:
        return 1.0 - float(missing.area / self.ground.area)


def covering_lines(axis: Points, offsets_m: Points, overshoot_m: float, pictures: Pictures) -> Lines:
    """Lines beside the axis, their bends led on; those of its arms where that shows more than lines around its folds."""
    whole, missing_m2 = _led_on(corridor_lines(axis, offsets_m, overshoot_m), pictures)
    beyond_m = float(offsets_m[-1]) + pictures.step_m
    parts = arms(axis, beyond_m)
    if len(parts) == 1 or missing_m2 <= (1.0 - _ENOUGH_SHARE) * pictures.ground.area:
        return whole
    lines = _nearest_next(_needed([line for arm in parts for line in corridor_lines(arm, offsets_m, overshoot_m)], pictures))
    folded, folded_missing_m2 = _led_on(lines, pictures)
    return folded if folded_missing_m2 < missing_m2 else whole


def _needed(lines: Lines, pictures: Pictures) -> Lines:
    """Without the lines, last ones first, whose ground the others show as well."""
    kept = list(lines)
    least = min(pictures.share(pictures.missing(kept)), _ENOUGH_SHARE)
    for line in lines[::-1]:
        fewer = [other for other in kept if other is not line]
        if pictures.share(pictures.missing(fewer)) >= least:
            kept = fewer
    return kept


def _nearest_next(lines: Lines) -> Lines:
    """From the first line on always the one that begins or ends next to where the vehicle is."""
    ordered, left = lines[:1], lines[1:]
    while left:
        ends = np.array([(line[0], line[-1]) for line in left])
        away_m = np.hypot(*(ends - ordered[-1][-1]).transpose(2, 0, 1))
        index, end = np.unravel_index(int(away_m.argmin()), away_m.shape)
        line = left.pop(int(index))
        ordered.append(line[::-1] if end else line)
    return ordered


def _led_on(lines: Lines, pictures: Pictures) -> tuple[Lines, float]:
    """The lines, those bends drawn out that are next to what is missing, until it is little or nothing helps; square metres missing."""
    corners = [_corners(line) for line in lines]
    counts = np.cumsum([len(which) for which in corners])[:-1]
    places = np.vstack([np.empty((0, 2)), *(line[which] for line, which in zip(lines, corners, strict=True))])
    beyond_m = np.zeros(len(places))
    reach_m = float(np.hypot(pictures.footprint.across_m, pictures.footprint.along_m))
    missing = pictures.missing(lines)
    best, least_m2 = lines, float(missing.area)
    for _ in range(_MOST_ROUNDS):
        if not len(places) or pictures.share(missing) >= _ENOUGH_SHARE:
            break
        nearest = _nearest(places, missing, reach_m)
        if not nearest:
            break
        beyond_m[nearest] += _STEPS * pictures.step_m
        drawn = [_drawn_out(*each) for each in zip(lines, corners, np.split(beyond_m, counts), strict=True)]
        missing = pictures.missing(drawn)
        if missing.area < least_m2:
            best, least_m2 = drawn, float(missing.area)
    return best, least_m2


def _corners(line: Points) -> NDArray[np.int64]:
    """Vertices of a line it bends at by more than the least."""
    legs = np.diff(line, axis=0)
    units = legs / np.maximum(np.hypot(*legs.T), 1e-9)[:, None]
    cosines = (units[1:] * units[:-1]).sum(axis=1)
    return np.flatnonzero(cosines < np.cos(_LEAST_BEND_RAD)) + 1


def _drawn_out(line: Points, corners: NDArray[np.int64], beyond_m: Points) -> Points:
    """Each of the corners as two, so far beyond it along the leg before and against the leg after."""
    parts: Lines = []
    begin = 0
    for corner, metres in zip(corners.tolist(), beyond_m.tolist(), strict=True):
        if metres > 0.0:
            before, after = line[corner] - line[corner - 1], line[corner] - line[corner + 1]
            outer = line[corner] + metres * np.stack([before / np.hypot(*before), after / np.hypot(*after)])
            parts += [line[begin:corner], outer]
            begin = corner + 1
    return np.vstack([*parts, line[begin:]])


def _nearest(places: Points, missing: Area, reach_m: float) -> list[int]:
    """The corner next to each larger part of what is missing."""
    found = set()
    for part in shapely.get_parts(missing):
        away_m = shapely.distance(shapely.points(places), part)
        if part.area > _WORTH_SHARE * missing.area and away_m.min() < reach_m:
            found.add(int(away_m.argmin()))
    return sorted(found)
