"""The quickest way to photograph an area: heading, parts, lines, order, and what the pictures then really cover.

Headings tried: along every long edge of the area and its holes, and every five degrees; beside them the cuts of `patterns.parts`. A quick
guess sorts them, as many as there is time for are ordered, and the quickest routed in full and timed with the vehicle's dynamics. Lines end
half a photo step inside the edge, as the outer lines lie half a spacing inside it. What the footprints of each then leave uncovered is
closed (`planning.gaps`) before they are compared: the quickest without gaps is often none of the quickest with them.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from missions.patterns.grid import Area, Sweep, joined, lawnmower_lines, surface
from missions.patterns.parts import divisions
from missions.planning.endurance import CopterDynamics, leg_speeds_mps, path_time_s
from missions.planning.footprints import covered, photo_positions, reachable
from missions.planning.gaps import lengthened, meeting, with_gap_lines
from missions.planning.gsd import Footprint
from missions.planning.route import Ground, LineOrder, Route, order_lines, route_lines
from missions.planning.visibility import PathFinder
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

# Lines and turns stay this far inside the area flown over, visibility is tested against half of it: what remains covers
# the rounding of coordinates to 1e-7 degrees (5 mm) on the wire.
EDGE_INSET_M = 0.05
# Of what can be reached; half a percent may be left out.
ENOUGH_COVERED = 0.9965
# Ordering costs about the square of the number of lines: headings are ordered, best guess first, while the sum of the squares is
# below the budget, at least so many.
_LINES_SQUARED = 40_000
_ORDERED_AT_LEAST = 2
# A heading guessed so much slower than the best is not ordered, an order counted so much slower than the best flight not routed.
_HOPELESS = 1.5
_HOPELESS_ROUTE = 1.05
_AS_QUICK, _FAR_FEWER = 1.01, 0.67  # of the quickest's time and lines
_ROUTED_AT_MOST = 16
# What a turn costs beside its line, for guesses.
_TURN_S = 7.0
_COARSE_STEP_DEG = 5.0
_FILLS = (meeting, lengthened, with_gap_lines, lengthened, with_gap_lines)


@dataclass(frozen=True, slots=True)
class CoverageTask:
    """Local metres. `target` is photographed, `flyable` is where the vehicle may be above it, `anywhere` where it may be at all.

    `tilted_spacing_m` is that of lines whose camera looks ahead, None where none does."""

    target: Area
    flyable: Area
    anywhere: Area
    footprint: Footprint
    line_spacing_m: float
    trigger_m: float
    speed_mps: float
    home: Points | None = None
    heading_deg: float | None = None
    tilted_spacing_m: float | None = None
    dynamics: CopterDynamics = field(default_factory=CopterDynamics)
    wind: Wind = CALM

    @property
    def end_inset_m(self) -> float:
        """How far lines end inside the edge: the last picture stands for half a step."""
        return self.trigger_m / 2.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """`photos` is (n, 2) positions of the shutter, `uncovered` what of the target no footprint holds.

    `missed_share` is that of what can be reached at all.
    """

    heading_deg: float
    route: Route
    photos: Points
    duration_s: float
    covered_share: float
    uncovered: Area
    missed_share: float


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
    wanted = reachable(task.target, task.flyable, task.footprint)
    best: Coverage | None = None
    found: list[Coverage] = []
    for draft in _drafts(task, lines_area, ground):
        # Enough covered and quick before quick; before all, covered.
        if best is not None and _enough(best) and draft.about_s > _HOPELESS_ROUTE * best.duration_s:
            break
        found.append(_completed(task, draft, wanted, lines_area, ground, best))
        best = min(found, key=_rank)
    return best and _simplest(found, best)


def _simplest(found: list[Coverage], best: Coverage) -> Coverage:
    """As quick, but with far fewer lines: fewer items, starts of the camera and turns."""
    most = _FAR_FEWER * len(best.route.lines)
    alike = [one for one in found if _enough(one) and one.duration_s <= _AS_QUICK * best.duration_s and len(one.route.lines) <= most]
    return min(alike, key=lambda one: (len(one.route.lines), one.duration_s), default=best)


def _enough(coverage: Coverage) -> bool:
    return coverage.missed_share <= 1.0 - ENOUGH_COVERED


def _rank(coverage: Coverage) -> tuple[float, float]:
    return max(coverage.missed_share - (1.0 - ENOUGH_COVERED), 0.0), coverage.duration_s


@dataclass(frozen=True, slots=True)
class _Draft:
    """A sweep with its order, not yet led around corners. `about_s` is the whole flight by what the order counts."""

    about_s: float
    sweep: Sweep
    order: LineOrder


def _draft(task: CoverageTask, sweep: Sweep, ground: Ground) -> _Draft | None:
    order = order_lines(sweep, ground)
    return None if order is None else _Draft(_lines_s(task, sweep) + order.ways_s, sweep, order)


def _drafts(task: CoverageTask, lines_area: Area, ground: Ground) -> list[_Draft]:
    """The sweeps that look promising, quickest first."""
    drafts = [_draft(task, sweep, ground) for sweep in _promising(task, lines_area, task.end_inset_m)]
    return sorted((draft for draft in drafts if draft is not None), key=lambda draft: draft.about_s)[:_ROUTED_AT_MOST]


def _completed(task: CoverageTask, draft: _Draft, wanted: Area, lines_area: Area, ground: Ground, best: Coverage | None) -> Coverage:
    """The route of a draft, with longer lines and lines more until enough is covered, or it is no quicker than the best."""
    sweep, order = draft.sweep, draft.order
    coverage = _measured(task, sweep, route_lines(sweep, order, ground), wanted)
    for fill in _FILLS:
        if _enough(coverage) or (best is not None and _enough(best) and coverage.duration_s >= best.duration_s):
            break
        gaps = surface(shapely.intersection(coverage.uncovered, wanted))
        filled = fill(sweep, gaps, lines_area, task.footprint, task.line_spacing_m, task.trigger_m)
        # Lines made longer keep their order.
        order_filled = order if len(filled.lines) == len(sweep.lines) else order_lines(filled, ground)
        if order_filled is None or np.array_equal(filled.lines, sweep.lines):
            continue
        more = _measured(task, filled, route_lines(filled, order_filled, ground), wanted)
        if more.missed_share < coverage.missed_share - 1e-5:
            sweep, order, coverage = filled, order_filled, more
    return coverage


def _promising(task: CoverageTask, lines_area: Area, inset_m: float) -> list[Sweep]:
    """The sweeps worth ordering: of the headings those that look best, and every way to cut the area into parts."""
    headings = candidate_headings_deg(task.target) if task.heading_deg is None else [task.heading_deg % 180.0]
    sweeps = [lawnmower_lines(lines_area, task.target, heading, task.line_spacing_m, end_inset_m=inset_m) for heading in headings]
    guessed = sorted(((_guess_s(task, sweep), sweep) for sweep in sweeps if len(sweep.lines)), key=lambda guess: guess[0])
    ranked = [sweep for guess_s, sweep in guessed if guess_s <= _HOPELESS * guessed[0][0]]
    cost = np.cumsum([len(sweep.lines) ** 2 for sweep in ranked])
    count = int(np.searchsorted(cost, _LINES_SQUARED, side="right"))
    return ranked[: max(_ORDERED_AT_LEAST, count)] + _in_parts(task, lines_area, inset_m)


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
    """The lines, a turn for each, and a detour for each cell."""
    detours_m = len(sweep.cells) * 0.3 * float(np.sqrt(task.target.area))
    return _lines_s(task, sweep, detours_m) + _TURN_S * len(sweep.lines)


def _lines_s(task: CoverageTask, sweep: Sweep, more_m: float = 0.0) -> float:
    """Flown length at the speed the wind leaves, to and fro."""
    to_and_fro = np.vstack([sweep.lines[0], sweep.lines[0][:1]])
    speeds = np.maximum(leg_speeds_mps(to_and_fro, task.speed_mps, task.dynamics, task.wind), 0.1)
    return (sweep.length_m + more_m) * float(np.mean(1.0 / speeds))


def _measured(task: CoverageTask, sweep: Sweep, route: Route, wanted: Area) -> Coverage:
    uncovered = surface(shapely.difference(task.target, covered(route, task.footprint, task.trigger_m)))
    return Coverage(
        heading_deg=sweep.heading_deg,
        route=route,
        photos=photo_positions(route, task.trigger_m),
        duration_s=path_time_s(route.points, task.speed_mps, task.dynamics, task.wind),
        covered_share=1.0 - uncovered.area / task.target.area,
        uncovered=uncovered,
        missed_share=shapely.area(shapely.intersection(uncovered, wanted)) / wanted.area,
    )
