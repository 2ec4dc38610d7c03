"""Shortest ways inside an area with holes: straight where possible, else around corners (visibility graph).

Corners are taken a little inside the area, so that a way never grazes its edge. All coordinates are local metres.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Area = Polygon | MultiPolygon
Points = NDArray[np.float64]

# More corners than this cost more time than a slightly longer way; areas with more are simplified first.
_MAX_CORNERS = 160


class PathFinder:
    """Ways within one area. Building it costs one visibility test a pair of corners; asking is cheap."""

    def __init__(self, area: Area, inset_m: float) -> None:
        self.area = area
        shapely.prepare(area)
        self.corners = _corners(area, inset_m)
        count = len(self.corners)
        self._distance: Points = np.zeros((count, count))
        self._step = np.tile(np.arange(count), (count, 1))
        if count:
            self._distance = self._direct_among(self.corners)
            for k in range(count):
                through = self._distance[:, k, None] + self._distance[None, k, :]
                shorter = through < self._distance
                self._distance = np.where(shorter, through, self._distance)
                self._step = np.where(shorter, self._step[:, k, None], self._step)

    def distances(self, points: Points) -> Points:
        """(n, 2) points -> (n, n) lengths of the shortest ways between them, inf where there is none."""
        direct = self._direct_among(points)
        if not len(self.corners) or np.isfinite(direct).all():
            return direct
        out = self._direct(points, self.corners)
        shortest: Points = np.minimum(direct, _through(_through(out, self._distance), out.T))
        return shortest

    def distances_from(self, start: Points, points: Points) -> Points:
        """One point and (n, 2) points -> (n,) lengths of the shortest ways."""
        direct = self._direct(start[None], points)
        if len(self.corners) and not np.isfinite(direct).all():
            around = _through(self._direct(start[None], self.corners), self._distance)
            direct = np.minimum(direct, _through(around, self._direct(points, self.corners).T))
        shortest: Points = direct[0]
        return shortest

    def path(self, start: Points, end: Points) -> Points | None:
        """(k, 2) points of the shortest way, both ends included; None where there is none."""
        start, end = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        if np.isfinite(self._direct(start[None], end[None])[0, 0]):
            return np.stack([start, end])
        if not len(self.corners):
            return None
        total = self._direct(start[None], self.corners)[0][:, None] + self._distance + self._direct(end[None], self.corners)[0][None]
        i, j = (int(index) for index in np.unravel_index(np.argmin(total), total.shape))
        if not np.isfinite(total[i, j]):
            return None
        turns = [i]
        while turns[-1] != j:
            turns.append(int(self._step[turns[-1], j]))
        return np.vstack([start, self.corners[turns], end])

    def _direct_among(self, points: Points) -> Points:
        """(n, n) straight distances, each pair tested once."""
        count = len(points)
        lengths = np.zeros((count, count))
        first, second = np.triu_indices(count, 1)
        lengths[first, second] = self.leg_lengths(points[first], points[second])
        return lengths + lengths.T

    def _direct(self, starts: Points, ends: Points) -> Points:
        """(n, m) straight distances, inf where the straight leg leaves the area."""
        n, m = len(starts), len(ends)
        shaped: Points = self.leg_lengths(np.repeat(starts, m, axis=0), np.tile(ends, (n, 1))).reshape(n, m)
        return shaped

    def leg_lengths(self, starts: Points, ends: Points) -> Points:
        """(n, 2) and (n, 2) points -> (n,) lengths of the straight legs, inf for those that leave the area."""
        lengths: Points = np.hypot(*(ends - starts).T)
        lengths[~shapely.covers(self.area, shapely.linestrings(np.stack([starts, ends], axis=1)))] = np.inf
        return lengths


def _through(first: Points, second: Points) -> Points:
    """(n, k) and (k, m) lengths -> (n, m) shortest sums over the k points between."""
    shortest = np.full((first.shape[0], second.shape[1]), np.inf)
    for k in range(second.shape[0]):
        np.minimum(shortest, first[:, k, None] + second[None, k], out=shortest)
    return shortest


def _corners(area: Area, inset_m: float) -> Points:
    """Vertices a shortest way can turn at: where the area bends inward, holes included."""
    tolerance_m = inset_m / 2.0
    while True:
        inner = area.buffer(-inset_m, join_style="mitre", mitre_limit=2.0)
        corners = _reflex_vertices(shapely.simplify(inner, tolerance_m))
        if len(corners) <= _MAX_CORNERS:
            return corners
        tolerance_m *= 2.0
        inset_m = max(inset_m, tolerance_m)


def _reflex_vertices(area: Area) -> Points:
    found = []
    for part in shapely.get_parts(area):
        if not isinstance(part, Polygon) or part.is_empty:
            continue
        oriented = shapely.orient_polygons(part)
        for ring in (oriented.exterior, *oriented.interiors):
            points = np.asarray(ring.coords)[:-1, :2]
            before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
            found.append(points[before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] < 0.0])
    return np.vstack(found) if found else np.zeros((0, 2))
