"""The quickest way to photograph an area: heading, parts, lines, order, and what the pictures then really cover.

Headings tried: along every long edge of the area and its holes, and every five degrees; beside them the cuts of `patterns.parts`. A quick
guess sorts them, the best few are routed in full and timed with the vehicle's dynamics. Lines end half a photo step inside the edge, as
the outer lines lie half a spacing inside it. What the footprints leave uncovered gets longer lines, then lines of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from missions.patterns.grid import Area, Sweep, joined, lawnmower_lines, rotation, row_segments, surface, turned
from missions.patterns.parts import divisions
from missions.planning.endurance import CopterDynamics, path_time_s
from missions.planning.gsd import Footprint
from missions.planning.route import Ground, Route, route_lines
from missions.planning.visibility import PathFinder

Points = NDArray[np.float64]

# Lines and turns stay this far inside the area flown over, visibility is tested against half of it: what remains covers
# the rounding of coordinates to 1e-7 degrees (5 mm) on the wire.
EDGE_INSET_M = 0.05
ENOUGH_COVERED = 0.998
# Routing costs about the square of the number of lines: headings are routed, best guess first, while the sum of the squares is
# below the budget, at least so many and at most so many.
_LINES_SQUARED = 40_000
_ROUTED_AT_LEAST = 2
_ROUTED_AT_MOST = 16
# What a turn costs beside its line, for guesses.
_TURN_S = 7.0
_GAP_ROUNDS = 3
_COARSE_STEP_DEG = 5.0


@dataclass(frozen=True, slots=True)
class CoverageTask:
    """Local metres. `target` is photographed, `flyable` is where the vehicle may be above it, `anywhere` where it may be at all."""

    target: Area
    flyable: Area
    anywhere: Area
    footprint: Footprint
    line_spacing_m: float
    trigger_m: float
    speed_mps: float
    home: Points | None = None
    heading_deg: float | None = None
    dynamics: CopterDynamics = field(default_factory=CopterDynamics)

    @property
    def end_inset_m(self) -> float:
        """How far lines end inside the edge: the last picture stands for half a step."""
        return self.trigger_m / 2.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """`photos` is (n, 2) positions of the shutter, `uncovered` what of the target no footprint holds."""

    heading_deg: float
    route: Route
    photos: Points
    duration_s: float
    covered_share: float
    uncovered: Area


def plan_coverage(task: CoverageTask) -> Coverage | None:
    """None when no line fits where the vehicle may fly, or some line cannot be reached."""
    lines_area = task.flyable.buffer(-EDGE_INSET_M, join_style="mitre")
    if lines_area.is_empty:
        return None
    ground = Ground(
        inside=PathFinder(task.flyable.buffer(-EDGE_INSET_M / 2.0, join_style="mitre"), EDGE_INSET_M),
        anywhere=PathFinder(task.anywhere, EDGE_INSET_M),
        speed_mps=task.speed_mps,
        room_m=task.end_inset_m,
        dynamics=task.dynamics,
        home=task.home,
    )
    found: list[Coverage] = []
    # Where pictures hardly overlap, lines that end short of the edge leave gaps: then lines up to it are tried too.
    for inset_m in (task.end_inset_m, 0.0):
        timed = [one for sweep in _promising(task, lines_area, inset_m) if (one := _timed(task, sweep, ground)) is not None]
        if not timed:
            break
        best = min(timed, key=lambda one: one[0])
        coverage = _measured(task, best[1], best[2])
        if coverage.covered_share >= ENOUGH_COVERED:
            found.append(coverage)
            break
        found.append(_filled(task, best, coverage, lines_area, ground))
    # Enough covered and quick before quick; before all, covered.
    return min(found, key=lambda one: (max(ENOUGH_COVERED - one.covered_share, 0.0), one.duration_s)) if found else None


_Timed = tuple[float, Sweep, Route]


def _timed(task: CoverageTask, sweep: Sweep, ground: Ground) -> _Timed | None:
    route = route_lines(sweep, ground)
    return None if route is None else (path_time_s(route.points, task.speed_mps, task.dynamics), sweep, route)


def _filled(task: CoverageTask, best: _Timed, coverage: Coverage, lines_area: Area, ground: Ground) -> Coverage:
    """The same with lines through what the pictures leave out."""
    for _ in range(_GAP_ROUNDS):
        if coverage.covered_share >= ENOUGH_COVERED:
            break
        sweep = _with_gap_lines(task, best[1], coverage.uncovered, lines_area)
        more = None if sweep is best[1] else _timed(task, sweep, ground)
        if more is None:
            break
        better = _measured(task, more[1], more[2])
        if better.covered_share < coverage.covered_share + 1e-5:
            break
        best, coverage = more, better
    return coverage


def _promising(task: CoverageTask, lines_area: Area, inset_m: float) -> list[Sweep]:
    """The sweeps worth routing: of the headings those that look best, and every way to cut the area into parts."""
    headings = candidate_headings_deg(task.target) if task.heading_deg is None else [task.heading_deg % 180.0]
    sweeps = [lawnmower_lines(lines_area, task.target, heading, task.line_spacing_m, end_inset_m=inset_m) for heading in headings]
    ranked = sorted((sweep for sweep in sweeps if len(sweep.lines)), key=lambda sweep: _guess_s(task, sweep))
    cost = np.cumsum([len(sweep.lines) ** 2 for sweep in ranked])
    count = int(np.searchsorted(cost, _LINES_SQUARED, side="right"))
    return ranked[: min(_ROUTED_AT_MOST, max(_ROUTED_AT_LEAST, count))] + _in_parts(task, lines_area, inset_m)


def _in_parts(task: CoverageTask, lines_area: Area, inset_m: float) -> list[Sweep]:
    if task.heading_deg is not None:
        return []
    found = []
    for parts in divisions(task.target, task.line_spacing_m, _TURN_S * task.speed_mps):
        sweeps = []
        for part in parts:
            inside, target = (surface(shapely.intersection(area, part.area)) for area in (lines_area, task.target))
            if not inside.is_empty and not target.is_empty:
                sweeps.append(lawnmower_lines(inside, target, part.heading_deg, task.line_spacing_m, end_inset_m=inset_m))
        if sweeps:
            found.append(joined(sweeps))
    return found


def candidate_headings_deg(target: Area) -> list[float]:
    """Headings 0 <= h < 180 along the long edges, to a tenth of a degree, and every five degrees."""
    headings = {float(h) for h in np.arange(0.0, 180.0, _COARSE_STEP_DEG)}
    simple = shapely.simplify(target, 1.0)
    edges = [np.diff(np.asarray(ring.coords)[:, :2], axis=0) for ring in _rings(simple)]
    legs = np.vstack(edges)
    lengths = np.hypot(legs[:, 0], legs[:, 1])
    longest = legs[np.argsort(-lengths)[:24]]
    headings |= {float(h) for h in np.round(np.degrees(np.arctan2(longest[:, 0], longest[:, 1])) % 180.0, 1)}
    return sorted(h % 180.0 for h in headings)


def _rings(area: Area) -> list[shapely.LinearRing]:
    parts = [part for part in shapely.get_parts(area) if isinstance(part, Polygon)]
    return [ring for part in parts for ring in (part.exterior, *part.interiors)]


def _guess_s(task: CoverageTask, sweep: Sweep) -> float:
    """Flown length at full speed, a turn for each line, and a detour for each cell."""
    detours_m = len(sweep.cells) * 0.3 * float(np.sqrt(task.target.area))
    return (sweep.length_m + detours_m) / task.speed_mps + _TURN_S * len(sweep.lines)


def _measured(task: CoverageTask, sweep: Sweep, route: Route) -> Coverage:
    uncovered = surface(shapely.difference(task.target, covered(route, task.footprint, task.trigger_m)))
    return Coverage(
        heading_deg=sweep.heading_deg,
        route=route,
        photos=photo_positions(route, task.trigger_m),
        duration_s=path_time_s(route.points, task.speed_mps, task.dynamics),
        covered_share=1.0 - uncovered.area / task.target.area,
        uncovered=uncovered,
    )


def photo_positions(route: Route, trigger_m: float) -> Points:
    """(n, 2): one picture at the beginning of every line and one each `trigger_m` after it."""
    return np.vstack([run[:, 0] for run in _photo_runs(route, trigger_m)])


def covered(route: Route, footprint: Footprint, trigger_m: float) -> Area:
    """Union of the footprints of level pictures, their long sides across the line they are taken on."""
    runs = np.vstack([_joined_run(run, trigger_m <= footprint.along_m) for run in _photo_runs(route, trigger_m)])
    first, last, along = runs[:, 0], runs[:, 1], runs[:, 2]
    ahead = along * footprint.along_m / 2.0
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * footprint.across_m / 2.0
    corners = np.stack([first - ahead - aside, last + ahead - aside, last + ahead + aside, first - ahead + aside], axis=1)
    return surface(shapely.union_all(shapely.polygons(corners)))


def _photo_runs(route: Route, trigger_m: float) -> Iterator[Points]:
    """(n, 2, 2) positions and directions of the pictures of each straight run."""
    for line in route.lines:
        legs = np.diff(line, axis=0)
        lengths = np.hypot(*legs.T)
        due_m = 0.0
        for start, leg, length_m in zip(line[:-1], legs, lengths, strict=True):
            along = leg / max(length_m, 1e-9)
            at = np.arange(due_m, length_m + 1e-6, trigger_m)
            if len(at):
                yield np.stack([start + at[:, None] * along, np.broadcast_to(along, (len(at), 2))], axis=1)
                due_m = float(at[-1]) + trigger_m
            due_m -= length_m


def _joined_run(run: Points, overlapping: bool) -> Points:
    """(k, 3, 2) first and last position and the direction; one row for the run where its pictures overlap, else one a picture."""
    first, last = (run[:1], run[-1:]) if overlapping else (run, run)
    return np.stack([first[:, 0], last[:, 0], first[:, 1]], axis=1)


def _with_gap_lines(task: CoverageTask, sweep: Sweep, uncovered: Area, lines_area: Area) -> Sweep:
    """The sweep with short lines through the largest gaps, each a cell of its own; the same sweep when none can be drawn."""
    matrix = rotation(sweep.heading_deg)
    area = turned(lines_area, sweep.heading_deg)
    worth_m2 = task.target.area * (1.0 - ENOUGH_COVERED) / 10.0
    gaps = sorted(shapely.get_parts(turned(uncovered, sweep.heading_deg)), key=lambda gap: -gap.area)
    added = []
    for gap in gaps[:50]:
        if gap.area < worth_m2:
            break
        left, low, right, high = gap.bounds
        rows = max(1, int(np.ceil((high - low) / task.line_spacing_m)))
        across = low + (np.arange(rows) + 0.5) * (high - low) / rows
        for y, row in zip(across, row_segments(area, across, 0.0), strict=True):
            for x0, x1 in row:
                start, end = max(x0, left), min(x1, right)
                if end >= start:
                    added.append([[start, y], [max(end, start + 0.01), y]])
    if not added:
        return sweep
    extra = np.array(added) @ matrix
    count = len(sweep.lines)
    cells = (*sweep.cells, *((count + i,) for i in range(len(extra))))
    return replace(sweep, lines=np.concatenate([sweep.lines, extra]), cells=cells)
