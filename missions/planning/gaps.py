"""What a sweep leaves out of its pictures gets longer lines where that helps, else lines of its own."""

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.grid import Area, Sweep, rotation, row_segments, surface, turned
from missions.planning.gsd import Footprint

Points = NDArray[np.float64]

# A gap smaller than this share of all gaps is worth no line, and no more metres of one than this share of its footprints.
_WORTH_SHARE = 0.02
_MOST_GAPS = 50
_MOST_LONGER = 60
_LEAST_LONGER_M = 0.5
# Lines closer to parallel than this sine of their angle meet nowhere near.
_LEAST_TURN = 0.2


def lengthened(sweep: Sweep, gaps: Area, lines_area: Area, footprint: Footprint, line_spacing_m: float, trigger_m: float) -> Sweep:
    """The sweep with lines that go on as far as their pictures still show gaps, those first that show most a metre.

    A line made longer ends on a picture: its length is a multiple of `trigger_m` where there is room for that.
    """
    lines = sweep.lines.copy()
    ends, outward = lines.reshape(-1, 2), _outward(lines)
    reach_m = footprint.along_m + trigger_m
    room_m = _room(ends, outward, reach_m, lines_area)
    seen = _swaths(ends, outward, footprint, -trigger_m, room_m)
    gains = shapely.area(shapely.intersection(seen, gaps))
    worth = np.flatnonzero((gains > _WORTH_SHARE * gaps.area) & (room_m > _LEAST_LONGER_M))
    left = gaps
    for end in worth[np.argsort(-gains[worth], kind="stable")][:_MOST_LONGER]:
        shown = shapely.intersection(seen[end], left)
        if shown.area <= _WORTH_SHARE * gaps.area:
            continue
        furthest_m = float(((shapely.get_coordinates(shown) - ends[end]) @ outward[end]).max())
        line = int(end) // 2
        now_m = float(np.hypot(*(lines[line, 1] - lines[line, 0])))
        wanted_m = now_m + max(furthest_m - footprint.along_m / 2.0, 0.0)
        longer_m = min(np.ceil(wanted_m / trigger_m - 1e-6) * trigger_m - now_m, room_m[end])
        if longer_m > _LEAST_LONGER_M:
            lines[line, end % 2] += longer_m * outward[end]
            left = surface(shapely.difference(left, seen[end]))
    return replace(sweep, lines=lines)


def meeting(sweep: Sweep, gaps: Area, lines_area: Area, footprint: Footprint, line_spacing_m: float, trigger_m: float) -> Sweep:
    """The sweep with lines of two headings led on to where they cross, when that is within a photo step of both ends.

    The way over a bend is cut by half a step on either side, which is quick to fly but leaves out the outer corner.
    """
    lines = sweep.lines.copy()
    ends, outward = lines.reshape(-1, 2), _outward(lines)
    around = gaps.buffer(footprint.across_m / 2.0)
    places = [shapely.Point(end) for end in ends]
    near = shapely.STRtree(places).query(places, predicate="dwithin", distance=2.0 * trigger_m)
    for first, second in near.T[near[0] // 2 < near[1] // 2]:
        turn = float(outward[first, 0] * outward[second, 1] - outward[first, 1] * outward[second, 0])
        if abs(turn) < _LEAST_TURN:
            continue
        hop = ends[second] - ends[first]
        ahead = (hop[0] * outward[second, 1] - hop[1] * outward[second, 0]) / turn
        crossing = ends[first] + ahead * outward[first]
        ahead_too = float((crossing - ends[second]) @ outward[second])
        if min(ahead, ahead_too) > 0.0 and max(ahead, ahead_too) <= trigger_m:
            legs = shapely.LineString([ends[first], crossing, ends[second]])
            if legs.intersects(around) and lines_area.covers(legs):
                ends[first] = ends[second] = crossing
    return replace(sweep, lines=lines)


def _outward(lines: Points) -> Points:
    """(2 n, 2) unit vectors in which a vehicle leaves each line at each end."""
    along = lines[:, 1] - lines[:, 0]
    along = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    outward: Points = np.stack([-along, along], axis=1).reshape(-1, 2)
    return outward


def _room(ends: Points, outward: Points, reach_m: float, lines_area: Area) -> Points:
    """(m,) metres each end can go on within the area, at most `reach_m`."""
    ways = shapely.linestrings(np.stack([ends, ends + reach_m * outward], axis=1))
    pieces, of = shapely.get_parts(shapely.intersection(ways, lines_area), return_index=True)
    room: Points = np.zeros(len(ends))
    for piece, end in zip(pieces, of, strict=True):
        along = (shapely.get_coordinates(piece) - ends[end]) @ outward[end]
        if len(along) and along.min() < 1e-3:
            room[end] = max(room[end], float(along.max()))
    return room


def _swaths(ends: Points, outward: Points, footprint: Footprint, from_m: float, longer_m: Points) -> NDArray[np.object_]:
    """(m,) what pictures show beyond each end from `from_m` ahead of half a footprint to the end of the room."""
    aside = np.stack([-outward[:, 1], outward[:, 0]], axis=1) * footprint.across_m / 2.0
    near = ends + (footprint.along_m / 2.0 + from_m) * outward
    far = ends + (footprint.along_m / 2.0 + longer_m)[:, None] * outward
    return np.asarray(shapely.polygons(np.stack([near - aside, far - aside, far + aside, near + aside], axis=1)))


def with_gap_lines(sweep: Sweep, gaps: Area, lines_area: Area, footprint: Footprint, line_spacing_m: float, trigger_m: float) -> Sweep:
    """The sweep with short lines through the largest gaps, each a cell of its own."""
    matrix = rotation(sweep.heading_deg)
    area = turned(lines_area, sweep.heading_deg)
    added = []
    for gap in sorted(shapely.get_parts(turned(gaps, sweep.heading_deg)), key=lambda gap: -gap.area)[:_MOST_GAPS]:
        if gap.area < _WORTH_SHARE * gaps.area:
            break
        left, low, right, high = gap.bounds
        rows = max(1, int(np.ceil((high - low) / line_spacing_m)))
        across = low + (np.arange(rows) + 0.5) * (high - low) / rows
        for y, row in zip(across, row_segments(area, across, 0.0), strict=True):
            for x0, x1 in row:
                if x0 <= right and left <= x1:
                    start, end = np.clip(_seen_from(left, right, footprint.along_m), x0, x1)
                    added.append([[start, y], [max(end, start + 0.01), y]])
    if not added:
        return sweep
    extra = np.array(added) @ matrix
    count = len(sweep.lines)
    cells = (*sweep.cells, *((count + i,) for i in range(len(extra))))
    return replace(sweep, lines=np.concatenate([sweep.lines, extra]), cells=cells)


def _seen_from(left: float, right: float, along_m: float) -> tuple[float, float]:
    """Where a line begins and ends whose pictures reach from `left` to `right`."""
    spare_m = min(along_m, right - left) / 2.0
    return left + spare_m, right - spare_m
