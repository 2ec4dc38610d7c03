"""The planner of each pattern beside the area survey: request in metres, lines of the pattern, the rest is common."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely

from geo.primitives import LonLat
from missions.findings import Finding, Severity, error
from missions.patterns import circles, corridor, likely_cells, search, sphere, visits, walls
from missions.patterns.grid import surface
from missions.planning.area import ring_findings
from missions.planning.context import PlanContext
from missions.planning.endurance import CopterDynamics
from missions.planning.finish import Extras, finished
from missions.planning.flight import EveryMetres, Gaze, Leg, LookAt, Points, Shots
from missions.planning.lens import Lens, lens_of
from missions.planning.result import PlanResult
from missions.planning.room import FlightRoom, flight_room, room_without
from missions.requests import patterns as asked
from missions.requests.request import PlanRequest

# More places than this are many flights; ordering them would take minutes.
MOST_PLACES = 150
MOST_CELLS = 1500
# Of the distance to a wall or a structure, what ways and corners keep at least.
NEAREST = 0.8
MOST_LENGTH_M = 200_000.0


def plan_corridor(request: asked.CorridorRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    room, more = _room(request, request.axis, request.width_m + request.overshoot_m, lens)
    findings += [*more, *_line_findings(request.axis, "The axis")]
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    axis = room.frame.to_en_m([place.as_tuple() for place in request.axis])
    offsets = corridor.line_offsets_m(request.width_m, lens.footprint.across_m, lens.spacing_m)
    from_end = room.home is not None and np.hypot(*(axis[-1] - room.home)) < np.hypot(*(axis[0] - room.home))
    flown_axis = axis[::-1] if from_end else axis
    lines = tuple(
        Leg(_at(points, lens.distance_m), EveryMetres(lens.step_m), chainage_m=corridor.chainages_m(axis, points))
        for points in corridor.corridor_lines(flown_axis, offsets, request.overshoot_m)
    )
    ground = shapely.LineString(axis).buffer(request.width_m / 2.0, cap_style="flat")
    return finished(
        request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras(ground=ground, area_m2=ground.area)
    )


def plan_orbit(request: asked.OrbitRequest, context: PlanContext) -> PlanResult:
    if request.altitude_m is None:
        return PlanResult(None, None, (error("altitude", "An orbit needs its altitude. Give altitude_m."),))
    distance_m = float(np.hypot(request.radius_m, request.altitude_m - request.target_height_m))
    lens, findings = lens_of(request, context, distance_m=distance_m, across_flight=True)
    room, more = _room(request, (request.centre,), request.radius_m, lens)
    findings += more
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    centre = np.array(room.frame.offset_m(request.centre))
    photos = circles.photos_around(lens.step_m, request.radius_m / 2.0)
    ring = circles.circle(centre, request.radius_m, photos, _bearing_to_home(centre, room))
    gaze = LookAt((float(centre[0]), float(centre[1]), request.target_height_m))
    points = np.vstack([ring, *([ring[1:]] * (request.turns - 1))])
    line = Leg(_at(points, request.altitude_m), EveryMetres(_chord(ring)), gaze)
    return finished(request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras())


def plan_structure(request: asked.StructureRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, distance_m=request.distance_m, across_flight=True)
    radius_m = request.structure_radius_m + request.distance_m
    room, more = _room(request, (request.centre,), radius_m, lens)
    findings += [*more, *_levels_findings(request.bottom_m, request.top_m)]
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    centre = np.array(room.frame.offset_m(request.centre))
    solid = shapely.Point(centre).buffer(request.structure_radius_m + NEAREST * request.distance_m)
    room = room_without(room, surface(solid))
    photos = circles.photos_around(lens.step_m, request.structure_radius_m)
    ring = circles.circle(centre, radius_m, photos, _bearing_to_home(centre, room))
    lines = tuple(
        Leg(_at(ring, float(up)), EveryMetres(_chord(ring)), LookAt((float(centre[0]), float(centre[1]), float(up))))
        for up in circles.levels_m(request.bottom_m, request.top_m, lens.spacing_m)
    )
    return finished(request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras())


def plan_facade(request: asked.FacadeRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, distance_m=request.distance_m, across_flight=True)
    room, more = _room(request, request.wall, request.distance_m, lens)
    findings += [*more, *_line_findings(request.wall, "The wall"), *_levels_findings(request.bottom_m, request.top_m)]
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    wall = room.frame.to_en_m([place.as_tuple() for place in request.wall])
    # Beside a corner a line comes nearer to the next wall than to its own.
    room = room_without(room, surface(shapely.LineString(wall).buffer(NEAREST * request.distance_m)))
    beside = walls.lines_beside(wall, request.distance_m, left=request.side == "left")
    lines: list[Leg] = []
    for number, up in enumerate(circles.levels_m(request.bottom_m, request.top_m, lens.spacing_m)):
        for points, heading_deg in beside if number % 2 == 0 else beside[::-1]:
            ends = points if number % 2 == 0 else points[::-1]
            lines.append(Leg(_at(ends, float(up)), EveryMetres(lens.step_m), Gaze(0.0, heading_deg)))
    area_m2 = float(shapely.LineString(wall).length) * (request.top_m - request.bottom_m + lens.footprint.along_m)
    return finished(request, context, lens=lens, room=room, lines=tuple(lines), findings=findings, extras=Extras(area_m2=area_m2))


def plan_perimeter(request: asked.PerimeterRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    findings += ring_findings(request.polygon, "The area")
    room, more = _room(request, request.polygon, max(0.0, request.offset_m), lens)
    findings += more
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    drawn = shapely.Polygon(room.frame.to_en_m([place.as_tuple() for place in request.polygon]))
    moved = surface(drawn.buffer(request.offset_m, join_style="mitre", mitre_limit=2.0))
    if moved.is_empty:
        message = f"{-request.offset_m:g} m inside its edge nothing is left of the area. Choose a smaller distance."
        return PlanResult(None, None, (*findings, error("offset", message, room.frame.origin)))
    ring = shapely.get_coordinates(max(shapely.get_parts(moved), key=shapely.area).exterior)[:-1]
    if room.home is not None:
        ring = np.roll(ring, -int(np.hypot(*(ring - room.home).T).argmin()), axis=0)
    points = np.vstack([*([ring] * request.laps), ring[:1]])
    line = Leg(_at(points, lens.distance_m), EveryMetres(lens.step_m), Gaze(request.pitch_deg))
    return finished(request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras(area_m2=drawn.area))


def plan_search(request: asked.SearchRequest, context: PlanContext) -> PlanResult:
    """Expanding square, spiral and sector search."""
    lens, findings = lens_of(request, context)
    room, more = _room(request, (request.datum,), 2.0 * request.radius_m, lens)
    findings += more
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    datum = np.array(room.frame.offset_m(request.datum))
    spacing_m = request.spacing_m or lens.spacing_m
    if not isinstance(request, asked.SectorRequest) and 4.0 * request.radius_m**2 / spacing_m > MOST_LENGTH_M:
        message = f"A radius of {request.radius_m:g} m at {spacing_m:.1f} m spacing is too long to fly. Search a smaller one or fly higher."
        return PlanResult(None, None, (*findings, error("too_long", message, request.datum)))
    if isinstance(request, asked.ExpandingSquareRequest):
        points = search.expanding_square(datum, spacing_m, request.radius_m, request.heading_deg)
    elif isinstance(request, asked.SpiralRequest):
        points = search.spiral(datum, spacing_m, request.radius_m, request.heading_deg)
    else:
        points = search.sector(datum, request.radius_m, request.heading_deg, getattr(request, "sweeps", 1))
        # Legs of a sector are a radius apart at their ends and meet at the datum: half of it in the mean.
        spacing_m = request.radius_m / 2.0 / getattr(request, "sweeps", 1)
    detection = search.detection_probability(request.sweep_width_m or lens.footprint.across_m, spacing_m)
    line = Leg(_at(points, lens.distance_m), EveryMetres(lens.step_m))
    return finished(request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras(detection=detection))


def plan_probability(request: asked.ProbabilityRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context)
    for number, area in enumerate(request.areas, start=1):
        findings += ring_findings(area.polygon, f"Area {number}")
    total = sum(area.probability for area in request.areas)
    if total > 1.0 + 1e-9:
        findings.append(error("probability", f"The probabilities add up to {total:.3g}. Together they are at most 1."))
    room, more = _room(request, [place for area in request.areas for place in area.polygon], 0.0, lens)
    findings += more
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    drawn = [(shapely.Polygon(room.frame.to_en_m([p.as_tuple() for p in area.polygon])), area.probability) for area in request.areas]
    count = sum(area.area for area, _ in drawn) / lens.spacing_m**2
    if count > MOST_CELLS:
        message = (
            f"The map would have about {count:,.0f} cells of {lens.spacing_m:.1f} m; {MOST_CELLS} can be ordered. Fly higher or cut it."
        )
        return PlanResult(None, None, (*findings, error("too_many_cells", message, room.frame.origin)))
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
                ),
            ),
        )
    budget_s = request.budget_s or context.energy.usable_wh * 3600.0 / context.energy.level_power_w(lens.speed_mps)
    rise_s = lens.distance_m / CopterDynamics().climb_mps + lens.distance_m / CopterDynamics().descent_mps + 20.0
    home = centres[likely.argmax()] if room.home is None else room.home
    straight_s = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1)) / lens.speed_mps
    out_s = np.maximum(room.finder.distances_from(home, centres) / lens.speed_mps, 1e-3)
    order = likely_cells.likeliest_first(straight_s, out_s, likely, budget_s - rise_s)
    result = PlanResult(None, None, ())
    while order:
        points = centres[order] if len(order) > 1 else np.vstack([centres[order], centres[order] + [1.0, 0.0]])
        line = Leg(_at(points, lens.distance_m), EveryMetres(lens.step_m))
        extras = Extras(detection=float(likely[order].sum() * request.detection), area_m2=len(order) * lens.spacing_m**2)
        remarks = list(findings)
        if len(order) < len(likely):
            left = float(likely.sum() - likely[order].sum())
            message = f"{len(order)} of {len(likely)} cells fit into {budget_s:.0f} s; what is left holds a probability of {left:.3f}."
            remarks.append(Finding(Severity.INFO, "budget", None, message))
        result = finished(request, context, lens=lens, room=room, lines=(line,), findings=remarks, extras=extras)
        if result.statistics is None or result.statistics.duration_s <= budget_s:
            return result
        # Turns and detours cost more than the straight way: the least likely end is given up.
        order = order[: min(len(order) - 1, int(len(order) * 0.97 * budget_s / result.statistics.duration_s) + 1)]
    message = f"Within {budget_s:.0f} s no cell can be reached and home again. Give more time or move home nearer."
    return PlanResult(None, None, (*findings, error("budget", message)))


def plan_points(request: asked.PointsRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, default_altitude_m=30.0)
    room, more = _room(request, [point.place for point in request.points], 0.0, lens)
    findings += more
    if len(request.points) > MOST_PLACES:
        findings.append(error("too_many_points", f"{len(request.points)} places are too many for one flight. Give {MOST_PLACES} at most."))
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    places = room.frame.to_en_m([point.place.as_tuple() for point in request.points])
    order = list(range(len(places)))
    if request.order == "best":
        between = np.nan_to_num(room.finder.distances(places), posinf=1e6)
        out = np.zeros(len(places)) if room.home is None else np.nan_to_num(room.finder.distances_from(room.home, places), posinf=1e6)
        order = visits.shortest_order(between, out)
    lines = []
    for index in order:
        point = request.points[index]
        camera = Shots(point.shots, lens.camera.min_interval_s) if point.shots else None
        up = point.altitude_m if point.altitude_m is not None else lens.distance_m
        lines.append(Leg(_at(places[index : index + 1], up), camera, Gaze(point.pitch_deg, point.heading_deg), hover_s=point.hover_s))
    return finished(request, context, lens=lens, room=room, lines=tuple(lines), findings=findings, extras=Extras(one_scale=False))


def plan_panorama(request: asked.PanoramaRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, default_altitude_m=50.0)
    room, more = _room(request, (request.place,), 0.0, lens)
    findings += more
    if lens is None or room is None or _wrong(findings):
        return PlanResult(None, None, tuple(findings))
    place = _at(np.array([room.frame.offset_m(request.place)]), lens.distance_m)
    view = [
        float(np.degrees(2.0 * np.arctan(size_mm / 2.0 / lens.camera.focal_length_mm)))
        for size_mm in (lens.camera.sensor_width_mm, lens.camera.sensor_height_mm)
    ]
    overlap = min(request.front_overlap, 0.6)
    aims = sphere.directions(view[0], view[1], overlap, request.highest_pitch_deg)
    lines = tuple(Leg(place, Shots(1, lens.camera.min_interval_s), Gaze(pitch_deg, heading_deg)) for pitch_deg, heading_deg in aims)
    return finished(request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras(one_scale=False))


def _room(request: PlanRequest, drawn: Sequence[LonLat], reach_m: float, lens: Lens | None) -> tuple[FlightRoom | None, list[Finding]]:
    speed_mps = 8.0 if lens is None else lens.speed_mps
    return flight_room(request, drawn, reach_m, speed_mps**2 / (2.0 * CopterDynamics().acceleration_mps2))


def _at(points: Points, up_m: float) -> Points:
    return np.column_stack([points, np.full(len(points), up_m)])


def _chord(ring: Points) -> float:
    # A little short, so that rounding never loses the last photo of a turn.
    return float(np.floor(np.hypot(*(ring[1] - ring[0])) * 1000.0)) / 1000.0


def _bearing_to_home(centre: Points, room: FlightRoom) -> float:
    if room.home is None:
        return 0.0
    east, north = room.home - centre
    return float(np.degrees(np.arctan2(east, north)))


def _line_findings(line: Sequence[LonLat], what: str) -> list[Finding]:
    if len(set(line)) < 2:
        return [error("too_few_points", f"{what} has {len(set(line))} different points. Draw at least two.", line[0] if line else None)]
    for number, (first, second) in enumerate(pairwise(line), start=1):
        if first == second:
            message = f"Points {number} and {number + 1} of {what[0].lower()}{what[1:]} are the same. Remove one of them."
            return [error("repeated_point", message, first)]
    return []


def _levels_findings(bottom_m: float, top_m: float) -> list[Finding]:
    if top_m < bottom_m:
        return [error("levels", f"The top at {top_m:g} m is below the bottom at {bottom_m:g} m. Exchange them.")]
    return []


def _wrong(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
