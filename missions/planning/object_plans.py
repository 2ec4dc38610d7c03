"""Patterns that look at things: orbit, structure, façade, points, panorama. Request in metres, lines of the pattern, the rest is common."""

import numpy as np
import shapely

from missions.findings import Finding, error, has_errors
from missions.patterns import circles, sphere, visits, walls
from missions.patterns.grid import surface
from missions.planning.context import PlanContext
from missions.planning.finish import Extras, finished
from missions.planning.flight import Circle, EveryMetres, Gaze, Leg, LookAt, Points, Shots
from missions.planning.lens import lens_of
from missions.planning.pattern_room import at_height, line_findings, room_of
from missions.planning.result import PlanResult
from missions.planning.room import FlightRoom, room_without
from missions.requests import patterns as asked

# More places than this are many flights; ordering them would take minutes.
MOST_PLACES = 150
# Of the distance to a wall or a structure, what ways and corners keep at least.
NEAREST = 0.8

# For the vehicle to turn to the next wall: 90 degrees at the 60 a second of ArduCopter's ATC_SLEW_YAW, and coming to rest.
TURN_S = 3.0


def plan_orbit(request: asked.OrbitRequest, context: PlanContext) -> PlanResult:
    if request.altitude_m is None:
        return PlanResult(None, None, (error("altitude", "An orbit needs its altitude. Give altitude_m.", form="orbit"),))
    distance_m = float(np.hypot(request.radius_m, request.altitude_m - request.target_height_m))
    lens, findings = lens_of(request, context, distance_m=distance_m, across_flight=True)
    room, more = room_of(request, context, (request.centre,), request.radius_m, lens, up_m=(request.altitude_m, request.altitude_m))
    findings += more
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    centre = np.array(room.frame.offset_m(request.centre))
    photos = circles.photos_around(lens.step_m, request.radius_m / 2.0)
    ring = circles.circle(centre, request.radius_m, photos, _bearing_to_home(centre, room))
    gaze = LookAt((float(centre[0]), float(centre[1]), request.target_height_m))
    points = np.vstack([ring, *([ring[1:]] * (request.turns - 1))])
    once = Circle((float(centre[0]), float(centre[1])), request.radius_m, request.turns)
    line = Leg(at_height(points, request.altitude_m), EveryMetres(_chord(ring)), gaze, circle=once)
    return finished(
        request, context, lens=lens, room=room, lines=(line,), findings=findings, extras=Extras(shared=request.vehicle != "plane")
    )


def plan_structure(request: asked.StructureRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, distance_m=request.distance_m, across_flight=True)
    radius_m = request.structure_radius_m + request.distance_m
    room, more = room_of(request, context, (request.centre,), radius_m, lens, up_m=(request.bottom_m, request.top_m))
    findings += [*more, *_levels_findings(request.bottom_m, request.top_m)]
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    centre = np.array(room.frame.offset_m(request.centre))
    solid = shapely.Point(centre).buffer(request.structure_radius_m + NEAREST * request.distance_m)
    room = room_without(room, surface(solid))
    photos = circles.photos_around(lens.step_m, request.structure_radius_m)
    ring = circles.circle(centre, radius_m, photos, _bearing_to_home(centre, room))
    lines = tuple(
        Leg(at_height(ring, float(up)), EveryMetres(_chord(ring)), LookAt((float(centre[0]), float(centre[1]), float(up))))
        for up in circles.levels_m(request.bottom_m, request.top_m, lens.spacing_m)
    )
    return finished(request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras())


def plan_facade(request: asked.FacadeRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, distance_m=request.distance_m, across_flight=True)
    room, more = room_of(request, context, request.wall, request.distance_m, lens, up_m=(request.bottom_m, request.top_m))
    findings += [*more, *line_findings(request.wall, "The wall"), *_levels_findings(request.bottom_m, request.top_m)]
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    wall = room.frame.to_en_m([place.as_tuple() for place in request.wall])
    # Beside a corner a line comes nearer to the next wall than to its own.
    room = room_without(room, surface(shapely.LineString(wall).buffer(NEAREST * request.distance_m)))
    beside = walls.lines_beside(wall, request.distance_m, left=request.side == "left")
    lines: list[Leg] = []
    faced_deg: float | None = None
    for number, up in enumerate(circles.levels_m(request.bottom_m, request.top_m, lens.spacing_m)):
        for points, heading_deg in beside if number % 2 == 0 else beside[::-1]:
            ends = points if number % 2 == 0 else points[::-1]
            settle_s = 0.0 if heading_deg == faced_deg else TURN_S
            lines.append(Leg(at_height(ends, float(up)), EveryMetres(lens.step_m), Gaze(0.0, heading_deg), settle_s=settle_s))
            faced_deg = heading_deg
    area_m2 = float(shapely.LineString(wall).length) * (request.top_m - request.bottom_m + lens.footprint.along_m)
    return finished(request, context, lens=lens, room=room, lines=tuple(lines), findings=findings, extras=Extras(area_m2=area_m2))


def plan_points(request: asked.PointsRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, default_altitude_m=30.0, standing=True)
    heights = [point.altitude_m or (30.0 if lens is None else lens.distance_m) for point in request.points] or [0.0]
    places_drawn = [point.place for point in request.points]
    room, more = room_of(request, context, places_drawn, 0.0, lens, up_m=(min(heights), max(heights)))
    findings += more
    if len(request.points) > MOST_PLACES:
        findings.append(
            error(
                "too_many_points",
                f"{len(request.points)} places are too many for one flight. Give {MOST_PLACES} at most.",
                n=len(request.points),
                most=MOST_PLACES,
            )
        )
    if lens is None or room is None or has_errors(findings):
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
        lines.append(Leg(at_height(places[index : index + 1], up), camera, Gaze(point.pitch_deg, point.heading_deg), hover_s=point.hover_s))
    return finished(request, context, lens=lens, room=room, lines=tuple(lines), findings=findings, extras=Extras(one_scale=False))


def plan_panorama(request: asked.PanoramaRequest, context: PlanContext) -> PlanResult:
    lens, findings = lens_of(request, context, default_altitude_m=50.0, standing=True)
    room, more = room_of(request, context, (request.place,), 0.0, lens)
    findings += more
    if lens is None or room is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    place = at_height(np.array([room.frame.offset_m(request.place)]), lens.distance_m)
    view = [
        float(np.degrees(2.0 * np.arctan(size_mm / 2.0 / lens.camera.focal_length_mm)))
        for size_mm in (lens.camera.sensor_width_mm, lens.camera.sensor_height_mm)
    ]
    overlap = min(request.front_overlap, 0.6)
    aims = sphere.directions(view[0], view[1], overlap, request.highest_pitch_deg)
    lines = tuple(Leg(place, Shots(1, lens.camera.min_interval_s), Gaze(pitch_deg, heading_deg)) for pitch_deg, heading_deg in aims)
    return finished(
        request, context, lens=lens, room=room, lines=lines, findings=findings, extras=Extras(one_scale=False, shared=False, split=False)
    )


def _chord(ring: Points) -> float:
    # A little short, so that rounding never loses the last photo of a turn.
    return float(np.floor(np.hypot(*(ring[1] - ring[0])) * 1000.0)) / 1000.0


def _bearing_to_home(centre: Points, room: FlightRoom) -> float:
    if room.home is None:
        return 0.0
    east, north = room.home - centre
    return float(np.degrees(np.arctan2(east, north)))


def _levels_findings(bottom_m: float, top_m: float) -> list[Finding]:
    if top_m < bottom_m:
        return [
            error("levels", f"The top at {top_m:g} m is below the bottom at {bottom_m:g} m. Exchange them.", top=top_m, bottom=bottom_m)
        ]
    return []
