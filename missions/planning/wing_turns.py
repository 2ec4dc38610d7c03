"""The ways of a plane between lines: Dubins turns that end a lead-in before the next line, inside where flying is allowed.

What lines cost after each other is what their turns cost, so that the order skips lines until turns fit (racetracks, interleaved rows).
A way is given by its corners; rounded with the turn radius they are what is flown.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.grid import Area
from missions.planning.dubins import (
    course_rad,
    dubins_corners,
    dubins_lengths_m,
    dubins_parts,
    dubins_samples,
    rounded,
)
from missions.planning.visibility import PathFinder

Points = NDArray[np.float64]
# A turn that is not free on its shortest way is longer; how much, nobody looks at twice.
BLOCKED_M = 1e5
# Around an obstacle the corners of the way are passed at the mean course of both legs.
_FEWEST_CORNERS = 3
# Where the whole lead-in finds no room, the longest of these shares that does is flown.
_LEAD_SHARES = (1.0, 0.7, 0.45, 0.2, 0.0)


@dataclass(frozen=True, slots=True)
class WingTurns:
    """`lead_in_m` is flown straight before each line, `lead_out_m` behind it."""

    radius_m: float
    lead_in_m: float
    lead_out_m: float = 0.0

    def costs_m(self, ends: Points, outward: Points, area: Area) -> Points:
        """(m, m) metres from leaving line end i to beginning at line end j; `outward` (m, 2) unit vectors beyond each end. Symmetric:
        half of both ways round, which differ by the lead-in alone."""
        leads_m = np.array([self.lead_at_m(end, out, area) for end, out in zip(ends, outward, strict=True)])
        leave, begin = ends + self.lead_out_m * outward, ends + leads_m[:, None] * outward
        out, back = course_rad(outward), course_rad(-outward)
        lengths = dubins_lengths_m(leave[:, None], out[:, None], begin[None], back[None], self.radius_m)
        if not _all_free(np.vstack([leave, begin]), area, 4.0 * self.radius_m):
            lengths = self._free(lengths, leave, out, begin, back, area)
        shortest = lengths.min(axis=-1) + leads_m[None] + self.lead_out_m
        shortest[~np.isfinite(shortest)] = BLOCKED_M
        costs: Points = 0.5 * (shortest + shortest.T)
        return costs

    def _free(self, lengths: Points, leave: Points, out: Points, begin: Points, back: Points, area: Area) -> Points:
        """The same with the shortest word of each pair that stays inside; longer ones are looked at where it does not."""
        shapely.prepare(area)
        parts = dubins_parts(leave[:, None], out[:, None], begin[None], back[None], self.radius_m)
        free = np.full(lengths.shape[:2], False)
        order = np.argsort(lengths, axis=-1)
        for rank in range(order.shape[-1]):
            first, second = np.nonzero(~free & np.isfinite(np.take_along_axis(lengths, order[..., rank : rank + 1], -1)[..., 0]))
            if not len(first):
                break
            words = order[first, second, rank]
            places = dubins_samples(leave[first], out[first], parts[first, second, words], words, self.radius_m)
            inside = shapely.covers(area, shapely.linestrings(places))
            lengths[first[~inside], second[~inside], words[~inside]] = np.inf
            free[first[inside], second[inside]] = True
        return lengths

    def between(self, before: Points, after: Points, finder: PathFinder) -> Points | None:
        """(k, 2) corners from the end of one line to the beginning of the next, both included; None where there is no way.

        `before` and `after` are (n, 2) points of the lines as flown.
        """
        out, into = before[-1] - before[-2], after[1] - after[0]
        leave = before[-1] + self.lead_out_m * _unit(out)
        begin = after[0] - self.lead_at_m(after[0], -_unit(into), finder.area) * _unit(into)
        way = self.way(leave, float(course_rad(out)), begin, float(course_rad(into)), finder)
        return None if way is None else straightened(np.vstack([before[-1:], way, after[:1]]))

    def lead_at_m(self, end: Points, outward: Points, area: Area) -> float:
        """The lead-in before this end of a line: the whole one, or as much of it as leaves a turn behind it free on one side."""
        side = self.radius_m * np.array([outward[1], -outward[0]])
        for share in _LEAD_SHARES:
            begin = end + share * self.lead_in_m * outward
            turns = [shapely.Point(begin + way * side).buffer(self.radius_m) for way in (1.0, -1.0)]
            if any(area.covers(shapely.union(turn, shapely.LineString([end, begin + 1e-3 * outward]))) for turn in turns):
                return share * self.lead_in_m
        return self.lead_in_m

    def turns_at(self, end: Points, outward: Points, area: Area) -> bool:
        """A whole turn to one side is free there: the line can be left and, without a lead-in, begun."""
        side = self.radius_m * np.array([outward[1], -outward[0]])
        return any(area.covers(shapely.Point(end + way * side).buffer(self.radius_m * 1.02)) for way in (1.0, -1.0))

    def way(self, start: Points, start_rad: float, end: Points, end_rad: float, finder: PathFinder) -> Points | None:
        """The shortest way on which corners and arcs lie in the area: directly, or around what is in the way."""
        direct = self._direct(start, start_rad, end, end_rad, finder.area)
        if direct is not None:
            return direct
        around = finder.path(start, end)
        if around is None or len(around) < _FEWEST_CORNERS:
            return None
        courses = [
            start_rad,
            *(float(course_rad(_unit(b - a) + _unit(c - b))) for a, b, c in zip(around, around[1:], around[2:], strict=False)),
        ]
        courses.append(end_rad)
        pieces: list[Points] = []
        for (a, b), (first, last) in zip(pairwise(around), pairwise(courses), strict=True):
            piece = self._direct(a, first, b, last, finder.area)
            if piece is None:
                return None
            pieces.append(piece if not pieces else piece[1:])
        return straightened(np.vstack(pieces))

    def _direct(self, start: Points, start_rad: float, end: Points, end_rad: float, area: Area) -> Points | None:
        parts = dubins_parts(start, np.array(start_rad), end, np.array(end_rad), self.radius_m)
        for word in np.argsort(parts.sum(axis=-1)):
            if not np.isfinite(parts[word]).all():
                break
            corners = dubins_corners(start, start_rad, parts[word], int(word), self.radius_m)
            if shapely.covers(area, shapely.LineString(np.vstack([rounded(corners, self.radius_m), corners[::-1]]))):
                return straightened(corners)
        return None


def straightened(points: Points) -> Points:
    """Without repeated points and those on the straight way between their neighbours."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    points = points[np.concatenate([[True], steps > 1e-3])]
    if len(points) < 3:
        return points
    units = np.diff(points, axis=0) / np.hypot(*np.diff(points, axis=0).T)[:, None]
    bent = np.abs(units[:-1, 0] * units[1:, 1] - units[:-1, 1] * units[1:, 0]) > 1e-4
    bent |= (units[:-1] * units[1:]).sum(axis=1) < 0.0
    straight: Points = points[np.concatenate([[True], bent, [True]])]
    return straight


def _all_free(points: Points, area: Area, reach_m: float) -> bool:
    left, low, right, high = shapely.total_bounds(shapely.MultiPoint(points))
    return bool(area.covers(shapely.box(left - reach_m, low - reach_m, right + reach_m, high + reach_m)))


def _unit(vector: Points) -> Points:
    unit: Points = vector / max(float(np.hypot(*vector)), 1e-9)
    return unit
