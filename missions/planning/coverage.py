"""The quickest way to photograph an area: heading, lines, order, and what the pictures then really cover.

Headings tried: along every long edge of the area and its holes, and every five degrees. A quick guess sorts them, the best few are
routed in full and timed with the vehicle's dynamics. What the footprints leave uncovered gets lines of its own.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from missions.patterns.grid import Area, Sweep, lawnmower_lines, rotation, row_segments, surface, turned
from missions.planning.endurance import CopterDynamics, path_time_s
from missions.planning.gsd import Footprint
from missions.planning.route import Route, route_cells
from missions.planning.visibility import PathFinder

Points = NDArray[np.float64]

# Lines and turns stay this far inside the area flown over, visibility is tested against half of it: what remains covers
# the rounding of coordinates to 1e-7 degrees (5 mm) on the wire.
EDGE_INSET_M = 0.05
ENOUGH_COVERED = 0.998
# Routing costs about the square of the number of cells: headings are routed, best guess first, while the sum of the squares is
# below the budget, at least so many; with how many rounds of improvement; and how many of them thoroughly.
_CELLS_SQUARED = 4_000
_ROUTED_AT_LEAST = 8
_ROUGH_ROUNDS = 3
_ROUTED_TWICE = 2
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
    inside = PathFinder(task.flyable.buffer(-EDGE_INSET_M / 2.0, join_style="mitre"), EDGE_INSET_M)
    anywhere = PathFinder(task.anywhere, EDGE_INSET_M)
    rough = [
        (path_time_s(route.points, task.speed_mps, task.dynamics), sweep, route)
        for sweep in _promising_sweeps(task, lines_area)
        if (route := route_cells(sweep, inside, anywhere, task.home, rounds=_ROUGH_ROUNDS)) is not None
    ]
    if not rough:
        return None
    rough.sort(key=lambda timed: timed[0])
    best = rough[0]
    for _, sweep, _ in rough[:_ROUTED_TWICE]:
        route = route_cells(sweep, inside, anywhere, task.home)
        if route is not None:
            duration_s = path_time_s(route.points, task.speed_mps, task.dynamics)
            best = min(best, (duration_s, sweep, route), key=lambda timed: timed[0])
    coverage = _measured(task, best[1], best[2])
    for _ in range(_GAP_ROUNDS):
        if coverage.covered_share >= ENOUGH_COVERED:
            break
        sweep = _with_gap_lines(task, best[1], coverage.uncovered, lines_area)
        route = route_cells(sweep, inside, anywhere, task.home)
        if sweep is best[1] or route is None:
            break
        better = _measured(task, sweep, route)
        if better.covered_share < coverage.covered_share + 1e-5:
            break
        best, coverage = (better.duration_s, sweep, route), better
    return coverage


def _promising_sweeps(task: CoverageTask, lines_area: Area) -> list[Sweep]:
    headings = candidate_headings_deg(task.target) if task.heading_deg is None else [task.heading_deg % 180.0]
    sweeps = [lawnmower_lines(lines_area, task.target, heading, task.line_spacing_m) for heading in headings]
    sweeps = [sweep for sweep in sweeps if len(sweep.lines)]
    sweeps.sort(key=lambda sweep: _guess_s(task, sweep))
    cost = np.cumsum([len(sweep.cells) ** 2 for sweep in sweeps])
    return sweeps[: max(_ROUTED_AT_LEAST, int(np.searchsorted(cost, _CELLS_SQUARED, side="right")))]


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
    """Flown length at full speed, a stop at both ends of each line, and a detour for each cell."""
    stop_s = task.speed_mps / task.dynamics.speed_change_mps2
    hops_m = task.line_spacing_m * len(sweep.lines)
    detours_m = len(sweep.cells) * 0.3 * float(np.sqrt(task.target.area))
    return (sweep.length_m + hops_m + detours_m) / task.speed_mps + stop_s * len(sweep.lines)


def _measured(task: CoverageTask, sweep: Sweep, route: Route) -> Coverage:
    photos = photo_positions(route, task.trigger_m)
    seen = _covered(photos, task.footprint, sweep.heading_deg)
    uncovered = surface(shapely.difference(task.target, seen))
    return Coverage(
        heading_deg=sweep.heading_deg,
        route=route,
        photos=photos,
        duration_s=path_time_s(route.points, task.speed_mps, task.dynamics),
        covered_share=1.0 - uncovered.area / task.target.area,
        uncovered=uncovered,
    )


def photo_positions(route: Route, trigger_m: float) -> Points:
    """(n, 2): one picture at the beginning of every line and one each `trigger_m` after it."""
    positions = []
    for start, end in route.lines:
        length_m = float(np.hypot(*(end - start)))
        along = np.arange(0.0, length_m + 1e-6, trigger_m)
        positions.append(start + along[:, None] * (end - start) / max(length_m, 1e-9))
    return np.vstack(positions)


def _covered(photos: Points, footprint: Footprint, heading_deg: float) -> Area:
    """Union of the footprints of level pictures taken along a heading."""
    matrix = rotation(heading_deg)
    x, y = (photos @ matrix.T).T
    half_x, half_y = footprint.along_m / 2.0, footprint.across_m / 2.0
    # Pictures of one line follow each other: merging line by line keeps the union cheap.
    order = np.lexsort((x, np.round(y, 2)))
    x, y = x[order], y[order]
    breaks = np.concatenate([[True], (np.abs(np.diff(y)) > 0.005) | (np.diff(x) > footprint.along_m)])
    first, last = np.flatnonzero(breaks), np.concatenate([np.flatnonzero(breaks)[1:] - 1, [len(x) - 1]])
    boxes = shapely.box(x[first] - half_x, y[first] - half_y, x[last] + half_x, y[first] + half_y)
    return shapely.transform(surface(shapely.union_all(boxes)), lambda points: points @ matrix)


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
