"""The quickest way for a plane to photograph an area: heading and order of the lines by what its turns cost.

A turn is a lead-in and half a circle at least, so few long lines are worth more than to a copter: lines of a row are flown as one over
gaps that are shorter than a turn, and the order skips lines until turns fit between them. Grids that look straight down are ordered
together, tilted ones one after the other: a gimbal looks one way all along a grid, whichever way the plane flies.
"""

from dataclasses import replace
from itertools import pairwise
from math import pi

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.grid import Area, Sweep, joined, lawnmower_lines, rotation, surface
from missions.planning.coverage import EDGE_INSET_M, Coverage, CoverageTask, candidate_headings_deg
from missions.planning.flight import Gaze
from missions.planning.footprints import covered, photo_positions, reachable
from missions.planning.line_order import cheapest_links, improved
from missions.planning.passes import OBLIQUE_PITCH_DEG
from missions.planning.route import Route, RoutePart
from missions.planning.wing_flight import WingWays
from missions.planning.wing_turns import BLOCKED_M

Points = NDArray[np.float64]

# So many headings, the best guesses, are ordered and flown on paper.
_ORDERED = 4
# Ordering costs the square of the number of lines.
_MOST_LINES = 400
# A line is shortened by steps of the turn radius until a turn fits beside its end.
_STEPS_OF_RADIUS = 0.25
_MOST_STEPS = 12
_FEW_MISSED = 0.002
_REORDERED = 10


def plan_wing_coverage(task: CoverageTask, ways: WingWays, passes: str = "single") -> Coverage | None:
    """None when no line fits where the vehicle may fly, or some line cannot be reached by turns that stay inside."""
    lines_area = task.flyable.buffer(-EDGE_INSET_M, join_style="mitre")
    if lines_area.is_empty:
        return None
    if passes == "oblique":
        return _oblique(task, ways)
    headings = candidate_headings_deg(task.target) if task.heading_deg is None else [task.heading_deg % 180.0]
    sweeps = [_sweep(task, lines_area, ways, heading, passes) for heading in headings]
    ranked = sorted((sweep for sweep in sweeps if 0 < len(sweep.lines) <= _MOST_LINES), key=lambda sweep: _guess_s(sweep, ways))
    roomy = [_with_room(sweep, ways) for sweep in ranked[:_ORDERED]]
    found = [coverage for sweep in roomy if len(sweep.lines) and (coverage := _flown(task, sweep, ways)) is not None]
    # Enough covered and quick before quick; before all, covered.
    return min(found, key=lambda one: (max(one.missed_share - _FEW_MISSED, 0.0), one.duration_s), default=None)


def _oblique(task: CoverageTask, ways: WingWays) -> Coverage | None:
    """The quickest grid straight down, and four whose camera is tilted ahead of and behind its heading and to both sides of it."""
    level = plan_wing_coverage(replace(task, home=None), ways)
    if level is None:
        return None
    tilted = replace(task, home=None, line_spacing_m=task.tilted_spacing_m or task.line_spacing_m)
    grids: list[list[RoutePart]] = [list(level.route.parts)]
    for heading_deg in (level.heading_deg, (level.heading_deg + 90.0) % 180.0):
        grid = plan_wing_coverage(replace(tilted, heading_deg=heading_deg), ways)
        if grid is None:
            return None
        for look_deg in (heading_deg, heading_deg + 180.0):
            gaze = Gaze(OBLIQUE_PITCH_DEG, look_deg % 360.0)
            grids.append([replace(part, gaze=gaze) for part in grid.route.parts])
    lines = [part for grid in grids for part in grid if part.photographed]
    parts = _parts([part.points for part in lines], ways, task.home)
    if parts is None:
        return None
    gazes = iter(lines)
    route = Route(tuple(replace(part, gaze=next(gazes).gaze) if part.photographed else part for part in parts))
    return replace(
        level,
        route=route,
        photos=photo_positions(route, task.trigger_m),
        duration_s=ways.dynamics.path_time_s(route.points, ways.airspeed_mps, ways.wind),
    )


def _sweep(task: CoverageTask, lines_area: Area, ways: WingWays, heading_deg: float, passes: str) -> Sweep:
    headings = (heading_deg, (heading_deg + 90.0) % 180.0) if passes == "crosshatch" else (heading_deg,)
    sweeps = [
        _over_gaps(lawnmower_lines(lines_area, task.target, heading, task.line_spacing_m, end_inset_m=task.end_inset_m), ways)
        for heading in headings
    ]
    return replace(joined(sweeps), heading_deg=heading_deg)


def _with_room(sweep: Sweep, ways: WingWays) -> Sweep:
    """Lines ended where a turn finds room: before a zone a little sooner; those of which nothing is left are dropped."""
    step_m = _STEPS_OF_RADIUS * ways.turns.radius_m
    kept = []
    for line in sweep.lines:
        along = (line[1] - line[0]) / max(float(np.hypot(*(line[1] - line[0]))), 1e-9)
        ends = line.copy()
        for number, outward in ((0, -along), (1, along)):
            for _ in range(_MOST_STEPS):
                if ways.turns.turns_at(ends[number], outward, ways.area):
                    break
                ends[number] -= step_m * outward
        if float((ends[1] - ends[0]) @ along) >= step_m:
            kept.append(ends)
    return replace(sweep, lines=np.array(kept).reshape(-1, 2, 2), cells=tuple((number,) for number in range(len(kept))))


def _over_gaps(sweep: Sweep, ways: WingWays) -> Sweep:
    """Lines of one row as one, where the gap between them may be flown over and is shorter than a turn."""
    if len(sweep.lines) < 2:
        return sweep
    most_m = ways.turns.lead_in_m + pi * ways.turns.radius_m
    # Along and across the lines: in a row from left to right.
    turned = sweep.lines @ rotation(sweep.heading_deg).T
    order = np.lexsort((turned[:, 0, 0], np.round(turned[:, 0, 1], 3)))
    merged = [sweep.lines[order[0]]]
    for before, number in pairwise(order.tolist()):
        gap = np.stack([sweep.lines[before, 1], sweep.lines[number, 0]])
        in_row = abs(turned[before, 1, 1] - turned[number, 0, 1]) < 1e-3
        if in_row and np.hypot(*(gap[1] - gap[0])) <= most_m and ways.area.covers(shapely.LineString(gap)):
            merged[-1] = np.stack([merged[-1][0], sweep.lines[number, 1]])
        else:
            merged.append(sweep.lines[number])
    return Sweep(sweep.heading_deg, np.array(merged), tuple((number,) for number in range(len(merged))))


def _guess_s(sweep: Sweep, ways: WingWays) -> float:
    """The lines at the speeds the wind leaves to and fro, half a circle and a lead-in each."""
    to_and_fro = np.vstack([sweep.lines[0], sweep.lines[0][:1]])
    speeds = np.maximum(ways.dynamics.ground_mps(to_and_fro, ways.airspeed_mps, ways.wind), 0.1)
    turn_m = ways.turns.lead_in_m + pi * ways.turns.radius_m
    return sweep.length_m * float(np.mean(1.0 / speeds)) + len(sweep.lines) * turn_m / ways.airspeed_mps


def _flown(task: CoverageTask, sweep: Sweep, ways: WingWays) -> Coverage | None:
    parts = _ordered(sweep, ways, task.home)
    if parts is None:
        return None
    route = Route(tuple(parts))
    wanted = reachable(task.target, task.flyable, task.footprint)
    uncovered = surface(shapely.difference(task.target, covered(route, task.footprint, task.trigger_m)))
    return Coverage(
        heading_deg=sweep.heading_deg,
        route=route,
        photos=photo_positions(route, task.trigger_m),
        duration_s=ways.dynamics.path_time_s(route.points, ways.airspeed_mps, ways.wind),
        covered_share=1.0 - uncovered.area / task.target.area,
        uncovered=uncovered,
        missed_share=float(shapely.area(shapely.intersection(uncovered, wanted)) / max(wanted.area, 1e-9)),
    )


def _ordered(sweep: Sweep, ways: WingWays, home: Points | None) -> list[RoutePart] | None:
    """In the cheapest order whose ways all stay inside: costs know the arcs alone, so a way whose corners do not fit is found here, and
    the order made again without it."""
    costs = _costs_m(sweep, ways, home)
    ends = sweep.lines.reshape(-1, 2)
    tried: set[tuple[int, int]] = set()
    for _ in range(_REORDERED):
        order = improved(cheapest_links(costs), costs)
        lines = [ends[list(visit)] for visit in order]
        blocked = [
            (before[1], after[0])
            for (before, after), (first, second) in zip(pairwise(order), pairwise(lines), strict=True)
            if (before[1], after[0]) not in tried and ways.between(first, second) is None
        ]
        tried |= {(before[1], after[0]) for before, after in pairwise(order)}
        if not blocked:
            return _parts(lines, ways, home)
        for leave, begin in blocked:
            costs[leave, begin] = costs[begin, leave] = BLOCKED_M
    return None


def _costs_m(sweep: Sweep, ways: WingWays, home: Points | None) -> Points:
    """(2 n + 1, 2 n + 1) metres between line ends, home last."""
    ends = sweep.lines.reshape(-1, 2)
    along = sweep.lines[:, 1] - sweep.lines[:, 0]
    along = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    outward = np.stack([-along, along], axis=1).reshape(-1, 2)
    costs = np.zeros((len(ends) + 1, len(ends) + 1))
    costs[:-1, :-1] = ways.turns.costs_m(ends, outward, ways.area)
    if home is not None:
        # Beginning outside the line and leaving beyond it: the half turn that the wrong end needs counts.
        begin = ends + ways.turns.lead_in_m * outward
        costs[-1, :-1] = costs[:-1, -1] = np.hypot(*(begin - home).T)
    return costs


def _parts(lines: list[Points], ways: WingWays, home: Points | None) -> list[RoutePart] | None:
    between = [ways.between(before, after) for before, after in pairwise(lines)]
    out = None if home is None else ways.out(home, lines[0])
    back = None if home is None else ways.back(lines[-1], home)
    if any(way is None for way in between) or (home is not None and (out is None or back is None)):
        return None
    parts: list[RoutePart] = [] if out is None else [RoutePart(out, photographed=False)]
    for line, way in zip(lines, [*between, None], strict=True):
        parts.append(RoutePart(line, photographed=True))
        if way is not None:
            parts.append(RoutePart(way, photographed=False))
    return parts if back is None else [*parts, RoutePart(back, photographed=False)]
