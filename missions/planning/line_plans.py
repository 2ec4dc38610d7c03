"""Patterns over the ground at one height: corridor, perimeter, searches around a datum. The lines of each; the rest is common."""

import numpy as np
import shapely

from missions.findings import error, has_errors
from missions.patterns import corridor, search
from missions.patterns.grid import surface
from missions.planning.area import ring_findings
from missions.planning.bends import Pictures, covering_lines
from missions.planning.context import PlanContext
from missions.planning.finish import Extras, finished
from missions.planning.flight import EveryMetres, Gaze, Leg
from missions.planning.lens import lens_of
from missions.planning.pattern_room import at_height, line_findings, room_of
from missions.planning.result import PlanResult
from missions.requests import patterns as asked

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
