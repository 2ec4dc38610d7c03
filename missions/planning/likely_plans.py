"""Search of a probability map: the likeliest ground first, as long as the time lasts, by one vehicle or by several at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from missions.findings import Finding, Severity, Values, error, has_errors
from missions.patterns import likely_cells
from missions.patterns.likely_route import best_routes
from missions.planning.area import ring_findings
from missions.planning.context import PlanContext
from missions.planning.finish import Extras, finished
from missions.planning.flight import EveryMetres, Leg, Points
from missions.planning.lens import Lens, lens_of
from missions.planning.pattern_room import at_height, room_of
from missions.planning.result import PlanResult
from missions.planning.room import FlightRoom
from missions.planning.vehicle_kind import vehicle_of
from missions.requests.patterns import ProbabilityRequest

# Ordering more cells than this would take minutes.
MOST_CELLS = 1500
MOST_TRIES = 12
_BISECTIONS = 6


@dataclass(frozen=True, slots=True)
class _Cells:
    """What may be flown over: (n, 2) centres, (n,) probabilities, each `size_m` wide."""

    centres: Points
    likely: Points
    size_m: float


def plan_probability(request: ProbabilityRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    for number, area in enumerate(request.areas, start=1):
        findings += ring_findings(area.polygon, f"Area {number}")
    total = sum(area.probability for area in request.areas)
    if total > 1.0 + 1e-9:
        findings.append(
            error("probability", f"The probabilities add up to {total:.3g}. Together they are at most 1.", total=round(total, 3))
        )
    room, more = room_of(request, context, [place for area in request.areas for place in area.polygon], 0.0, lens)
    findings += more
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    cells, refused = _cells(request, room, lens.spacing_m)
    if cells is None:
        return PlanResult(None, None, (*findings, *refused))
    cost = vehicle_of(request, context).cost(lens.speed_mps)
    budget_s = request.budget_s or cost.energy.usable_wh * 3600.0 / cost.energy.level_power_w(lens.speed_mps)
    homes = _homes(request, room, cells)
    straight_s = np.hypot(*(cells.centres[:, None] - cells.centres[None]).transpose(2, 0, 1)) / lens.speed_mps
    out_s = [np.maximum(room.finder.distances_from(home, cells.centres) / lens.speed_mps, 1e-3) for home in homes]
    # Turns and detours cost more than the straight way: it is planned with less time until each whole flight fits.
    rise_s = cost.of((Leg(at_height(homes[0][None], lens.distance_m)),)).duration_s
    ways_s = np.full(len(homes), budget_s - rise_s)
    for _ in range(MOST_TRIES):
        routes = _soonest(straight_s, out_s, cells.likely, ways_s)
        if not any(routes):
            break
        lines = tuple(_line(cells, route, lens, number) for number, route in enumerate(routes) if route)
        flown = [cell for route in routes for cell in route]
        found = round(float(cells.likely[flown].sum() * request.detection), 4)
        extras = Extras(area_m2=len(flown) * cells.size_m**2, numbers={"detection": found})
        remarks = [*findings, *_left(cells, flown, budget_s)]
        result = finished(request, context, lens=lens, room=room, lines=lines, findings=remarks, extras=extras)
        if result.statistics is None:
            return result
        taken_s = _seconds_each(result, len(homes))
        if taken_s.max() <= budget_s:
            return result
        shorter = np.clip((budget_s - rise_s) / np.maximum(taken_s - rise_s, 1.0), 0.3, 0.97)
        ways_s = np.where(taken_s > budget_s, ways_s * shorter, ways_s)
    message = f"Within {budget_s:.0f} s no cell can be reached and home again. Give more time or move home nearer."
    return PlanResult(None, None, (*findings, error("budget", message, form="none", minutes=round(budget_s / 60.0, 1))))


def _cells(request: ProbabilityRequest, room: FlightRoom, size_m: float) -> tuple[_Cells | None, list[Finding]]:
    drawn = [(shapely.Polygon(room.frame.to_en_m([p.as_tuple() for p in area.polygon])), area.probability) for area in request.areas]
    count = sum(area.area for area, _ in drawn) / size_m**2
    if count > MOST_CELLS:
        message = f"The map would have about {count:,.0f} cells of {size_m:.1f} m; {MOST_CELLS} can be ordered. Fly higher or cut it."
        return None, [error("too_many_cells", message, room.frame.origin, n=round(count), most=MOST_CELLS)]
    centres, likely = likely_cells.cells_of(drawn, size_m)
    allowed = shapely.covers(room.lines, shapely.points(centres))
    if not allowed.any():
        message = "Zones and the fence leave no cell to fly over. Move the area or make them smaller."
        return None, [error("nothing_to_fly", message, room.frame.origin, form="area")]
    return _Cells(centres[allowed], likely[allowed], size_m), []


def _homes(request: ProbabilityRequest, room: FlightRoom, cells: _Cells) -> list[Points]:
    if len(request.vehicles) > 1:
        return [np.array(room.frame.offset_m(start.home)) for start in request.vehicles]
    return [cells.centres[cells.likely.argmax()] if room.home is None else room.home]


def _line(cells: _Cells, route: Sequence[int], lens: Lens, vehicle: int) -> Leg:
    centres = cells.centres[list(route)]
    points = centres if len(route) > 1 else np.vstack([centres, centres + np.array([[1.0, 0.0]])])
    # A waypoint on a straight line would be a place to slow down at.
    straight = shapely.get_coordinates(shapely.simplify(shapely.LineString(points), 0.01))
    return Leg(at_height(straight, lens.distance_m), EveryMetres(lens.step_m), vehicle=vehicle)


def _soonest(straight_s: Points, out_s: Sequence[Points], likely: Points, ways_s: Points) -> list[list[int]]:
    """Who flies which cells. Where several vehicles have time for all of them, so that the last is home as soon as can be."""
    routes = best_routes(straight_s, out_s, likely, ways_s.tolist())
    if len(out_s) < 2 or sum(map(len, routes)) < len(likely):
        return routes
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        share = 0.5 * (low + high)
        tried = best_routes(straight_s, out_s, likely, (share * ways_s).tolist())
        if sum(map(len, tried)) == len(likely):
            high, routes = share, tried
        else:
            low = share
    return routes


def _left(cells: _Cells, flown: Sequence[int], budget_s: float) -> list[Finding]:
    """What does not fit into the time."""
    if len(flown) >= len(cells.likely):
        return []
    left = float(cells.likely.sum() - cells.likely[list(flown)].sum())
    message = f"{len(flown)} of {len(cells.likely)} cells fit into {budget_s:.0f} s; what is left holds a probability of {left:.3f}."
    values: Values = {"cells": len(flown), "of": len(cells.likely), "minutes": round(budget_s / 60.0, 1), "left": round(left, 3)}
    return [Finding(Severity.INFO, "budget", None, message, values=values)]


def _seconds_each(result: PlanResult, vehicles: int) -> Points:
    """What each vehicle is in the air, all its flights together."""
    seconds = np.zeros(vehicles)
    for sortie in result.sorties:
        seconds[sortie.vehicle] += sortie.duration_s
    if not result.sorties and result.statistics is not None:
        seconds[0] = result.statistics.duration_s
    return seconds
