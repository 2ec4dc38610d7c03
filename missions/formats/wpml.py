"""DJI wayline files: `.kmz` with `wpmz/template.kml` and `wpmz/waylines.wpml`, which DJI Pilot 2 and FlightHub 2 load.

Written is a waypoint flight (template type `waypoint`): straight legs that stop at each waypoint, so that what was checked is what is
flown; splines are curves that pass. Heights are above take-off, above the sea (EGM96; the aircraft itself flies them above the ellipsoid),
or above the ground for aircraft that follow it by themselves. A bare `.wpml` is read only: DJI's apps take the archive. A `.kmz` without
waylines is read as KML.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from geo.primitives import MissionError, distance_m
from missions.commands import AMSL_FRAMES, TAKEOFFS, Command, Frame
from missions.formats.archive import archive_members, is_archive, read_member, write_archive
from missions.formats.dji_models import FOLLOWS_SURFACE, DjiModel, model_for_camera
from missions.formats.dji_route import EXECUTED, DjiRoute
from missions.formats.kml import read_kml
from missions.formats.plan_format import Notes, PlanFormat, not_expressible, unreadable
from missions.formats.wayline import Stop, Wayline, hold_first_wait, items_of, looking_down, wayline_of
from missions.formats.wayline_actions import gimbal, whole_circle
from missions.formats.wpml_read import read_waylines
from missions.formats.wpml_write import template_kml, waylines_wpml
from missions.plan import MissionItem, MissionPlan

NAME = "DJI wayline"
WAYLINES, TEMPLATE = "wpmz/waylines.wpml", "wpmz/template.kml"
FASTEST_MPS = 15.0
TAKEOFF_M = (2.0, 1500.0)
USUAL_TAKEOFF_M = 20.0
FEWEST_STOPS = 2


def read_kmz(data: bytes, source: str, notes: Notes) -> MissionPlan:
    if not data.strip():
        raise unreadable(source, "", "the file is empty", "a mission plan")
    if not is_archive(data):
        raise unreadable(source, "", "not an archive", "a ZIP archive with wpmz/waylines.wpml or a .kml in it")
    members = archive_members(data, source)
    waylines = next((name for lower, name in members.items() if lower.endswith("waylines.wpml")), None)
    if waylines is not None:
        template = next((name for lower, name in members.items() if lower.endswith("template.kml")), None)
        meant = None if template is None else read_member(data, template, source)
        return _plan(read_member(data, waylines, source), meant, source, notes)
    if any(lower.endswith("template.kml") for lower in members):
        raise unreadable(source, "", "template.kml without waylines.wpml", "both; open the route in DJI Pilot 2 and save it there")
    drawn = next((name for lower, name in sorted(members.items()) if lower.endswith(".kml")), None)
    if drawn is None:
        raise unreadable(source, "", f"an archive of {len(members)} other files", "wpmz/waylines.wpml or a .kml")
    return read_kml(read_member(data, drawn, source), source, notes)


def read_wpml(data: bytes, source: str, notes: Notes) -> MissionPlan:
    return _plan(data, None, source, notes)


def _plan(waylines: bytes, template: bytes | None, source: str, notes: Notes) -> MissionPlan:
    file = read_waylines(waylines, template, source, notes)
    plan = MissionPlan(name=source.rsplit(".", 1)[0], home=file.home, items=items_of(file.wayline))
    if file.auto_speed_mps is None:
        return plan
    return replace(plan, cruise_speed_mps=file.auto_speed_mps, hover_speed_mps=file.auto_speed_mps)


def _auto_mps(plan: MissionPlan) -> float:
    return min(plan.hover_speed_mps, FASTEST_MPS) if plan.hover_speed_mps > 0.0 else MissionPlan().hover_speed_mps


def _route(plan: MissionPlan) -> tuple[Wayline, DjiModel]:
    """What of the plan is written. Raises `MissionError` where DJI's aircraft would fly something else."""
    items = plan.flight_items()
    wayline = looking_down(wayline_of([_taken_off(item, plan) for item in items]))
    if len(wayline.stops) < FEWEST_STOPS:
        count = len(wayline.stops)
        raise not_expressible(NAME, f"it has {count} waypoint{'s' if count != 1 else ''}, and a wayline has two or more", "Add waypoints.")
    model = model_for_camera(None if plan.request is None else plan.request.camera)
    _one_reference(items, wayline, model)
    auto_mps = _auto_mps(plan)
    stops = [_dji_stop(stop) for stop in _looking(wayline)]
    said = None if wayline.speed_mps is None else min(wayline.speed_mps, FASTEST_MPS)
    if said is None and stops[0].speed_mps == auto_mps:
        said = auto_mps
    low, high = TAKEOFF_M
    takeoff_m = USUAL_TAKEOFF_M if wayline.takeoff_m is None else min(max(wayline.takeoff_m, low), high)
    return replace(wayline, takeoff_m=takeoff_m, speed_mps=said, interest=None, stops=tuple(stops)), model


def _taken_off(item: MissionItem, plan: MissionPlan) -> MissionItem:
    """Safe heights of take-off count from the take-off place, whatever the wayline counts from."""
    if item.command not in TAKEOFFS or item.frame not in AMSL_FRAMES:
        return item
    up_m = USUAL_TAKEOFF_M if plan.home is None else (item.altitude_m or 0.0) - plan.home_altitude_amsl_m
    return replace(item, frame=Frame.GLOBAL_RELATIVE_ALT, altitude_m=up_m)


def _one_reference(items: Sequence[MissionItem], wayline: Wayline, model: DjiModel) -> None:
    """All heights of a wayline are above take-off, or all above the sea, or all above ground."""
    first = wayline.stops[0].frame
    for stop in wayline.stops:
        if stop.frame != first or stop.frame not in EXECUTED:
            number = next(n for n, item in enumerate(items, start=1) if item.position == stop.place and item.altitude_m == stop.altitude_m)
            what = f"item {number} has another height reference than the items before it"
            raise not_expressible(NAME, what, "Plan all waypoints with heights above home.")
        if stop.frame in AMSL_FRAMES and stop.interest is not None:
            what = f"its waypoints are above the sea and the camera looks at a point {stop.interest.altitude_m:g} m above take-off"
            raise not_expressible(NAME, what, "Plan heights above home, or turn the gimbal instead.")
    if first == Frame.GLOBAL_TERRAIN_ALT and model.drone[0] not in FOLLOWS_SURFACE:
        raise not_expressible(NAME, f"its heights are above ground, which a {model.name} cannot follow", "Plan heights above home.")


def _looking(wayline: Wayline) -> list[Stop]:
    """A nose towards a point of interest needs a gimbal that looks there too: DJI turns the nose alone."""
    stops: list[Stop] = []
    pitch_deg: float | None = None
    for stop in wayline.stops:
        if stop.interest is None:
            stops.append(stop)
            continue
        away_m = distance_m(stop.place, stop.interest.place)
        wanted_deg = round(math.degrees(math.atan2(stop.interest.altitude_m - stop.altitude_m, away_m)), 1)
        turned = any(item.command == Command.DO_MOUNT_CONTROL for item in stop.actions)
        if wanted_deg == pitch_deg or turned:
            stops.append(stop)
        else:
            stops.append(replace(stop, actions=(gimbal(wanted_deg), *stop.actions)))
        pitch_deg = None if turned else wanted_deg
    return stops


def _dji_stop(stop: Stop) -> Stop:
    """Headings in whole degrees, no acceptance radius, speeds up to the fastest; a wait before all else is the stop's hold."""
    heading = None if stop.heading_deg is None or stop.interest is not None else whole_circle(round(stop.heading_deg))
    speed = None if stop.speed_mps is None else min(stop.speed_mps, FASTEST_MPS)
    return hold_first_wait(replace(stop, heading_deg=heading, radius_m=0.0, speed_mps=speed))


def carried(plan: MissionPlan) -> MissionPlan:
    wayline, _ = _route(plan)
    auto_mps = _auto_mps(plan)
    return MissionPlan(name=plan.name, home=plan.home, items=items_of(wayline), cruise_speed_mps=auto_mps, hover_speed_mps=auto_mps)


def write_kmz(plan: MissionPlan) -> bytes:
    wayline, model = _route(plan)
    length_m = sum(distance_m(before.place, after.place) for before, after in pairwise(wayline.stops))
    home_amsl_m = None if plan.home is None else plan.home_altitude_amsl_m
    route = DjiRoute(wayline, model, plan.home, home_amsl_m, _auto_mps(plan), length_m)
    return write_archive({TEMPLATE: template_kml(route), WAYLINES: waylines_wpml(route)})


def _refuse_bare(plan: MissionPlan) -> bytes:
    raise MissionError(
        f"'{plan.name}' is not written as bare waylines: DJI's apps load the archive.",
        code="mission.format",
        hint="Name the file .kmz.",
    )


FORMAT = PlanFormat(NAME, (".kmz",), read_kmz, write_kmz, carried, "application/vnd.google-earth.kmz")
BARE_FORMAT = PlanFormat("DJI bare waylines", (".wpml",), read_wpml, _refuse_bare, carried, "application/xml")
