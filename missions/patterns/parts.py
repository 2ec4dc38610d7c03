"""Cuts of a bent area into parts with lines of their own heading, where fewer turns are worth more than the way between the parts.

The number of lines of a heading is known without drawing any: half of what the sides measure across it, over the spacing. So cuts are
compared by arithmetic on corners alone. A cut begins where the area bends inward: along either side, halving the bend, or to a corner.
Lines that meet on a cut one to one go on over it, which is how an area bent like a road is flown along its whole length.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.ops import split

from missions.patterns.grid import Area

Points = NDArray[np.float64]

# What a part more costs beside its lines, and what a line saves that goes on over a cut, in turns.
_PART_TURNS = 1.5
_JOINED_TURNS = 0.6
_MOST_PARTS = 40
_PATIENCE = 2
_MOST_REFLEX = 40
_NEAREST_CORNERS = 6
# Corners of a drawing closer to a straight line than this share of the spacing bend nothing.
_FLAT = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """Flown with lines of one heading."""

    area: Polygon
    heading_deg: float


def divisions(area: Area, spacing_m: float, turn_m: float) -> list[tuple[Part, ...]]:
    """Ways to cut an area: the best cuts with and without counting on lines that go on over them. Empty where no cut is worth it.

    `turn_m` is what a turn costs in metres of line.
    """
    found: list[tuple[Part, ...]] = []
    polygons = [part for part in shapely.get_parts(shapely.simplify(area, _FLAT * spacing_m)) if isinstance(part, Polygon)]
    for joined in (_JOINED_TURNS, 0.0):
        cutter = _Cutter(spacing_m, turn_m, joined)
        parts = tuple(part for polygon in polygons for part in cutter.cut(polygon, _MOST_PARTS))
        if len(parts) > len(polygons) and parts not in found:
            found.append(parts)
    return found


@dataclass(frozen=True, slots=True)
class _Cutter:
    spacing_m: float
    turn_m: float
    joined_turns: float

    def cut(self, polygon: Polygon, most: int) -> list[Part]:
        return self._cut(polygon, most, _PATIENCE)[1]

    def _cut(self, polygon: Polygon, most: int, patience: int) -> tuple[float, list[Part]]:
        """Metres of turns and the parts. A zigzag pays only when it is cut more than once, hence `patience` for cuts that do not."""
        whole_m, heading_deg = self._best(polygon)
        whole = whole_m, [Part(polygon, heading_deg)]
        first = self._best_cut(polygon) if most > 1 else None
        if first is None:
            return whole
        cost_m, between_m, pieces = first
        saving = cost_m < whole_m - 0.01 * self.turn_m
        if not saving and not patience:
            return whole
        done = [self._cut(piece, most - len(pieces) + 1, _PATIENCE if saving else patience - 1) for piece in pieces]
        total_m = between_m + sum(cost for cost, _ in done)
        return (total_m, [part for _, parts in done for part in parts]) if total_m < whole_m - 0.01 * self.turn_m else whole

    def _best_cut(self, polygon: Polygon) -> tuple[float, float, list[Polygon]] | None:
        """All its metres, those between the pieces, and the pieces."""
        best: tuple[float, float, list[Polygon]] | None = None
        for cut in _cuts(polygon):
            pieces = [piece for piece in split(polygon, cut).geoms if isinstance(piece, Polygon) and piece.area > 1e-6]
            if len(pieces) < 2:
                continue
            costs = [self._best(piece) for piece in pieces]
            between_m = _PART_TURNS * self.turn_m * (len(pieces) - 1)
            if len(pieces) == 2:
                between_m -= self._joined_m(cut, costs[0][1], costs[1][1])
            cost_m = between_m + sum(cost for cost, _ in costs)
            if best is None or cost_m < best[0]:
                best = cost_m, between_m, pieces
        return best

    def _best(self, polygon: Polygon) -> tuple[float, float]:
        """Metres of turns with the heading that needs fewest, and that heading."""
        return _fewest_turns(polygon, self.spacing_m, self.turn_m)

    def _joined_m(self, cut: shapely.LineString, first_deg: float, second_deg: float) -> float:
        """What lines of both sides save that meet on the cut one to one."""
        across = np.array(cut.coords[-1]) - np.array(cut.coords[0])
        rows = [abs(float(across @ _normal(heading))) / self.spacing_m for heading in (first_deg, second_deg)]
        if abs(rows[0] - rows[1]) > 0.5:
            return 0.0
        return self.joined_turns * self.turn_m * min(rows)


def _normal(heading_deg: float) -> Points:
    heading = np.radians(heading_deg)
    return np.array([-np.cos(heading), np.sin(heading)])


@lru_cache(maxsize=4096)
def _fewest_turns(polygon: Polygon, spacing_m: float, turn_m: float) -> tuple[float, float]:
    rings = [np.asarray(ring.coords)[:, :2] for ring in (polygon.exterior, *polygon.interiors)]
    edges = np.vstack([np.diff(ring, axis=0) for ring in rings])
    long = edges[np.argsort(-np.hypot(*edges.T))[:16]]
    headings = np.degrees(np.arctan2(long[:, 0], long[:, 1])) % 180.0
    normals = np.stack([-np.cos(np.radians(headings)), np.sin(np.radians(headings))])
    crossed_m = 0.5 * np.abs(edges @ normals).sum(axis=0)
    outline = rings[0] @ normals
    extent_m = outline.max(axis=0) - outline.min(axis=0)
    lines = np.ceil(extent_m / spacing_m - 1e-6) + (crossed_m - extent_m) / spacing_m
    best = int(lines.argmin())
    return float(lines[best]) * turn_m, float(headings[best])


def _cuts(polygon: Polygon) -> list[shapely.LineString]:
    ring = np.asarray(shapely.orient_polygons(polygon).exterior.coords)[:-1, :2]
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    bend = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    size = np.hypot(*before.T) * np.hypot(*after.T)
    reflex = np.flatnonzero(bend < -1e-3 * size)
    reflex = reflex[np.argsort(bend[reflex] / size[reflex], kind="stable")][:_MOST_REFLEX]
    left, low, right, high = polygon.bounds
    reach_m = (right - left) + (high - low)
    rays = []
    for k in reflex:
        corner, along, back = ring[k], before[k] / np.hypot(*before[k]), -after[k] / np.hypot(*after[k])
        halving = along + back
        directions = [along, back, halving / max(float(np.hypot(*halving)), 1e-9)]
        rays += [[corner, corner + reach_m * direction] for direction in directions]
        away = np.hypot(*(ring - corner).T)
        for other in np.argsort(away, kind="stable")[1 : _NEAREST_CORNERS + 1]:
            if other not in ((k + 1) % len(ring), (k - 1) % len(ring)):
                direction = (ring[other] - corner) / away[other]
                rays.append([corner, ring[other] + 1e-3 * direction])
    cuts = []
    for ray, inside in zip(rays, shapely.intersection(shapely.linestrings(rays), polygon) if rays else (), strict=True):
        corner = shapely.Point(ray[0])
        for part in shapely.get_parts(inside):
            if isinstance(part, shapely.LineString) and part.length > 1e-3 and part.distance(corner) < 1e-6:
                ends = np.asarray(part.coords)
                direction = (ends[-1] - ends[0]) / np.hypot(*(ends[-1] - ends[0]))
                # A little longer than the area, or rounding leaves the parts hanging together.
                cuts.append(shapely.LineString([ends[0] - 1e-6 * direction, ends[-1] + 1e-6 * direction]))
    return cuts
