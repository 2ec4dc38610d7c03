"""Patterns over the ground at one height: corridor, perimeter, searches. Request in metres, lines of the pattern, the rest is common."""

import numpy as np
import shapely

from missions.findings import Finding, Severity, Values, error, has_errors
from missions.patterns import corridor, likely_cells, search
from missions.patterns.grid import surface
from missions.patterns.likely_route import best_route
from missions.planning.area import ring_findings
from missions.planning.bends import Pictures, covering_lines
from missions.planning.context import PlanContext
from missions.planning.finish import Extras, finished
from missions.planning.flight import EveryMetres, Gaze, Leg
from missions.planning.lens import lens_of
from missions.planning.pattern_room import at_height, line_findings, room_of
from missions.planning.result import PlanResult
from missions.planning.vehicle_kind import vehicle_of
from missions.requests import patterns as asked

# Ordering more cells than this would take minutes.
MOST_TRIES = 12
MOST_CELLS = 1500
MOST_LENGTH_M = 200_000.0


def plan_corridor(request: asked.CorridorRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    room, more = room_of(request, context, request.axis, request.width_m + request.overshoot_m, lens)
    findings += [*more, *line_findings(request.axis, "The axis")]
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    axis = room.frame.to_en_m([place.as_tuple() for place in request.axis])
    offsets = corridor.line_offsets_m(request.width_m, lens.footprint.across_m, lens.spacing_m)
    from_end = room.home is not None and np.hypot(*(axis[-1] - room.home)) < np.hypot(*(axis[0] - room.home))
    flown_axis = axis[::-1] if from_end else axis
    ground = surface(shapely.LineString(axis).buffer(request.width_m / 2.0, cap_style="flat"))
    lines = tuple(
        Leg(at_height(points, lens.distance_m), EveryMetres(lens.step_m), chainage_m=corridor.chainages_m(axis, points))
        for points in covering_lines(flown_axis, offsets, request.overshoot_m, Pictures(ground, lens.footprint, lens.step_m))
    )
    return finished(
        request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras(ground=ground, area_m2=ground.area)
    )


def plan_perimeter(request: asked.PerimeterRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    findings += ring_findings(request.polygon, "The area")
    room, more = room_of(request, context, request.polygon, max(0.0, request.offset_m), lens)
    findings += more
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    drawn = shapely.Polygon(room.frame.to_en_m([place.as_tuple() for place in request.polygon]))
    moved = surface(drawn.buffer(request.offset_m, join_style="mitre", mitre_limit=2.0))
    if moved.is_empty:
        message = f"{-request.offset_m:g} m inside its edge nothing is left of the area. Choose a smaller distance."
        return PlanResult(None, None, (*findings, error("offset", message, room.frame.origin, inside=-request.offset_m)))
    ring = shapely.get_coordinates(max(shapely.get_parts(moved), key=shapely.area).exterior)[:-1]
    if room.home is not None:
        ring = np.roll(ring, -int(np.hypot(*(ring - room.home).T).argmin()), axis=0)
    points = np.vstack([*([ring] * request.laps), ring[:1]])
    line = Leg(at_height(points, lens.distance_m), EveryMetres(lens.step_m), Gaze(request.pitch_deg))
    return finished(request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras(area_m2=drawn.area))


def plan_search(request: asked.SearchRequest, context: PlanContext) -> PlanResult:
    """Expanding square, spiral and sector search."""
    lens, findings = lens_of(request, context)
    room, more = room_of(request, context, (request.datum,), 2.0 * request.radius_m, lens)
    findings += more
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    datum = np.array(room.frame.offset_m(request.datum))
    spacing_m = request.spacing_m or lens.spacing_m
    if not isinstance(request, asked.SectorRequest) and 4.0 * request.radius_m**2 / spacing_m > MOST_LENGTH_M:
        message = f"A radius of {request.radius_m:g} m at {spacing_m:.1f} m spacing is too long to fly. Search a smaller one or fly higher."
        return PlanResult(
            None, None, (*findings, error("too_long", message, request.datum, radius=request.radius_m, spacing=round(spacing_m, 1)))
        )
    if isinstance(request, asked.ExpandingSquareRequest):
        points = search.expanding_square(datum, spacing_m, request.radius_m, request.heading_deg)
    elif isinstance(request, asked.SpiralRequest):
        points = search.spiral(datum, spacing_m, request.radius_m, request.heading_deg)
    else:
        points = search.sector(datum, request.radius_m, request.heading_deg, getattr(request, "sweeps", 1))
        # Legs of a sector are a radius apart at their ends and meet at the datum: half of it in the mean.
        spacing_m = request.radius_m / 2.0 / getattr(request, "sweeps", 1)
    detection = round(search.detection_probability(request.sweep_width_m or lens.footprint.across_m, spacing_m), 4)
    line = Leg(at_height(points, lens.distance_m), EveryMetres(lens.step_m))
    return finished(
        request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras(numbers={"detection": detection})
    )


def plan_probability(request: asked.ProbabilityRequest, context: PlanContext) -> PlanResult:
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
    drawn = [(shapely.Polygon(room.frame.to_en_m([p.as_tuple() for p in area.polygon])), area.probability) for area in request.areas]
    count = sum(area.area for area, _ in drawn) / lens.spacing_m**2
    if count > MOST_CELLS:
        message = (
            f"The map would have about {count:,.0f} cells of {lens.spacing_m:.1f} m; {MOST_CELLS} can be ordered. Fly higher or cut it."
        )
        return PlanResult(None, None, (*findings, error("too_many_cells", message, room.frame.origin, n=round(count), most=MOST_CELLS)))
    centres, likely = likely_cells.cells_of(drawn, lens.spacing_m)
    allowed = shapely.covers(room.lines, shapely.points(centres))
    centres, likely = centres[allowed], likely[allowed]
    if not len(centres):
        return PlanResult(
            None,
            None,
            (
                *findings,
                error(
                    "nothing_to_fly",
                    "Zones and the fence leave no cell to fly over. Move the area or make them smaller.",
                    room.frame.origin,
                    form="area",
                ),
            ),
        )
    cost = vehicle_of(request, context).cost(lens.speed_mps)
    budget_s = request.budget_s or cost.energy.usable_wh * 3600.0 / cost.energy.level_power_w(lens.speed_mps)
    home = centres[likely.argmax()] if room.home is None else room.home
    straight_s = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1)) / lens.speed_mps
    out_s = np.maximum(room.finder.distances_from(home, centres) / lens.speed_mps, 1e-3)
    # Turns and detours cost more than the straight way: it is planned with less time until the whole flight fits.
    rise_s = cost.of((Leg(at_height(home[None], lens.distance_m)),)).duration_s
    way_s = budget_s - rise_s
    for _ in range(MOST_TRIES):
        order = best_route(straight_s, out_s, likely, way_s)
        if not order:
            break
        points = centres[order] if len(order) > 1 else np.vstack([centres[order], centres[order] + [1.0, 0.0]])
        # A waypoint on a straight line would be a place to slow down at.
        straight = shapely.get_coordinates(shapely.simplify(shapely.LineString(points), 0.01))
        line = Leg(at_height(straight, lens.distance_m), EveryMetres(lens.step_m))
        found = round(float(likely[order].sum() * request.detection), 4)
        extras = Extras(area_m2=len(order) * lens.spacing_m**2, shared=False, numbers={"detection": found})
        remarks = list(findings)
        if len(order) < len(likely):
            left = float(likely.sum() - likely[order].sum())
            message = f"{len(order)} of {len(likely)} cells fit into {budget_s:.0f} s; what is left holds a probability of {left:.3f}."
            values: Values = {"cells": len(order), "of": len(likely), "minutes": round(budget_s / 60.0, 1), "left": round(left, 3)}
            remarks.append(Finding(Severity.INFO, "budget", None, message, values=values))
        result = finished(request, context, lens=lens, room=room, lines=(line,), findings=remarks, extras=extras)
        if result.statistics is None or result.statistics.duration_s <= budget_s:
            return result
        taken_s = result.statistics.duration_s
        way_s *= min(0.97, max(0.3, (budget_s - rise_s) / max(taken_s - rise_s, 1.0)))
    message = f"Within {budget_s:.0f} s no cell can be reached and home again. Give more time or move home nearer."
    return PlanResult(None, None, (*findings, error("budget", message, form="none", minutes=round(budget_s / 60.0, 1))))
