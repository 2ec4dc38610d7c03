"""What is wrong or doubtful in any plan, whoever made it: items, jumps, fence, the way home."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely
from shapely import Point, Polygon

from geo.primitives import LocalFrame, LonLat
from missions.commands import NAVIGATION_WITH_PLACE, TAKEOFFS, Command, Frame, command_name
from missions.findings import Finding, Severity, Values
from missions.plan import Geofence, MissionItem, MissionPlan
from missions.planning.area import ring_findings

_ENDS = frozenset({Command.RETURN_TO_LAUNCH, Command.LAND, Command.VTOL_LAND, Command.LOITER_UNLIM})
_KNOWN_FRAMES = frozenset({0, 1, 2, 3, 5, 6, 10, 11})
# Two waypoints further apart than this are more often a slip in a coordinate than a leg.
_LONG_LEG_M = 30_000.0
_MAX_ITEMS = 65_535
# Above home, ground or sea. The Dead Sea lies at -430 m, and no drone flies over the Himalayas.
_LOWEST_M, _HIGHEST_M = -500.0, 9_000.0
_NO_PLACE = LonLat(0.0, 0.0)


def check_plan(plan: MissionPlan) -> tuple[Finding, ...]:
    """All remarks on a plan, errors first. A plan with an error must not be uploaded."""
    findings = [*_whole(plan), *_items(plan), *_fence_shape(plan.geofence)]
    if not any(finding.code in ("self_crossing", "too_few_points", "antimeridian") for finding in findings):
        findings += _legs(plan)
    order = [Severity.ERROR, Severity.WARNING, Severity.INFO]
    placed = (at_its_item(finding, plan) for finding in findings)
    return tuple(sorted(placed, key=lambda finding: (order.index(finding.severity), finding.item or 0)))


def at_its_item(finding: Finding, plan: MissionPlan) -> Finding:
    """With the place of the item it is about, where it has none of its own."""
    if finding.place is not None or finding.item is None or not 1 <= finding.item <= len(plan.items):
        return finding
    return replace(finding, place=plan.items[finding.item - 1].position)


def _whole(plan: MissionPlan) -> Iterable[Finding]:
    for pattern in plan.unexpanded():
        message = f"The '{pattern.kind}' pattern has no items to fly. Open the plan in QGroundControl and save it again."
        yield Finding(Severity.ERROR, "pattern_without_items", pattern.first + 1, message, values={"name": pattern.kind})
    if not plan.items:
        yield Finding(Severity.ERROR, "no_items", None, "The plan has no mission items. Add waypoints or plan a survey.")
        return
    if len(plan.items) > _MAX_ITEMS:
        yield Finding(
            Severity.ERROR,
            "too_many_items",
            None,
            f"The plan has {len(plan.items)} items; MAVLink counts to {_MAX_ITEMS}.",
            values={"items": len(plan.items), "most": _MAX_ITEMS},
        )
    if plan.home is None:
        yield Finding(
            Severity.INFO, "home_unknown", None, "The plan has no home: legs from and to it are not checked.", values={"form": "plan"}
        )
    if plan.vehicle_type in ("copter", "vtol", "plane"):
        if not any(item.command in TAKEOFFS for item in plan.items):
            yield Finding(Severity.WARNING, "no_takeoff", None, "The plan has no take-off: start it in the air or add one as first item.")
        if not any(item.command in _ENDS for item in plan.items):
            yield Finding(
                Severity.WARNING, "no_landing", None, "The plan neither lands nor returns: the vehicle will stay at its last item."
            )


def _items(plan: MissionPlan) -> Iterable[Finding]:
    for number, item in enumerate(plan.items, start=1):
        name = command_name(item.command)
        if item.frame not in _KNOWN_FRAMES:
            yield Finding(
                Severity.ERROR,
                "frame",
                number,
                f"Item {number} ({name}) has frame {item.frame}, which autopilots refuse.",
                values={"item": number, "frame": item.frame},
            )
        if item.command == Command.WAYPOINT and item.position is None and item.is_global:
            yield Finding(
                Severity.ERROR,
                "no_place",
                number,
                f"Item {number} ({name}) has no place. Give it latitude and longitude.",
                values={"item": number},
            )
        if item.command in NAVIGATION_WITH_PLACE and item.position is not None and item.altitude_m is None:
            yield Finding(
                Severity.ERROR,
                "no_altitude",
                number,
                f"Item {number} ({name}) has no altitude. Give it one in metres.",
                values={"item": number},
            )
        if item.command in NAVIGATION_WITH_PLACE:
            yield from _impossible(number, item)
        if item.command == Command.DO_JUMP and not 1 <= (item.params[0] or 0) <= len(plan.items):
            message = f"Item {number} jumps to item {item.params[0] or 0:g}; the plan has items 1 to {len(plan.items)}."
            yield Finding(
                Severity.ERROR, "jump", number, message, values={"item": number, "to": item.params[0] or 0.0, "items": len(plan.items)}
            )
        if item.command in TAKEOFFS and item.frame == Frame.GLOBAL_RELATIVE_ALT and (item.altitude_m or 0.0) <= 0.0:
            message = f"Item {number} takes off to {item.altitude_m or 0:g} m above home. Give it a height above zero."
            yield Finding(Severity.WARNING, "takeoff_altitude", number, message, values={"item": number})
        below = item.frame in (3, 6, 10, 11) and item.command == Command.WAYPOINT and (item.altitude_m or 0.0) < 0.0
        if below and plan.vehicle_type != "sub":
            message = (
                f"Item {number} is {-(item.altitude_m or 0.0):g} m below home or ground. Raise it, or make sure the ground is lower there."
            )
            yield Finding(Severity.WARNING, "below_home", number, message, values={"item": number, "depth": -(item.altitude_m or 0.0)})


def _impossible(number: int, item: MissionItem) -> Iterable[Finding]:
    """A place or a height nobody means: a slip of units or an empty field. What is no number or off the globe no plan can hold."""
    if item.position == _NO_PLACE:
        message = f"Item {number} is at latitude 0, longitude 0, which autopilots take for where they are. Give it its place."
        yield Finding(Severity.ERROR, "invalid_waypoint", number, message, values={"form": "place", "item": number})
    if item.altitude_m is not None and not _LOWEST_M <= item.altitude_m <= _HIGHEST_M:
        message = (
            f"Item {number} is at {item.altitude_m:,.0f} m. Give it a height between {_LOWEST_M:,.0f} and {_HIGHEST_M:,.0f} m; "
            "is it in feet or millimetres?"
        )
        values: Values = {"form": "altitude", "item": number, "height": round(item.altitude_m), "least": _LOWEST_M, "most": _HIGHEST_M}
        yield Finding(Severity.ERROR, "invalid_waypoint", number, message, values=values)


def _fence_shape(fence: Geofence) -> Iterable[Finding]:
    for number, polygon in enumerate(fence.polygons, start=1):
        yield from ring_findings(polygon.vertices, f"Fence polygon {number}")
    for number, circle in enumerate(fence.circles, start=1):
        if not circle.radius_m > 0.0:
            message = f"Fence circle {number} has radius {circle.radius_m:g} m. Give it one above 0."
            yield Finding(Severity.ERROR, "fence_radius", None, message, values={"n": number, "radius": circle.radius_m})


def _flown_places(plan: MissionPlan) -> list[tuple[int, LonLat]]:
    """Item number and place in the order flown without jumps; 0 is home, at both ends of a plan that returns."""
    places = [(0, plan.home)] if plan.home is not None else []
    for number, item in enumerate(plan.items, start=1):
        if item.command in NAVIGATION_WITH_PLACE and item.position is not None:
            places.append((number, item.position))
        elif item.command == Command.RETURN_TO_LAUNCH and plan.home is not None:
            places.append((number, plan.home))
    return places


def _legs(plan: MissionPlan) -> Iterable[Finding]:
    places = _flown_places(plan)
    if not places:
        return
    frame = LocalFrame(places[0][1])
    points = frame.to_en_m([place.as_tuple() for _, place in places])
    lengths = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    for index, length_m in enumerate(lengths):
        if length_m > _LONG_LEG_M:
            number = places[index + 1][0]
            message = f"The leg to item {number} is {length_m / 1000:.0f} km long. Check its latitude and longitude."
            yield Finding(Severity.WARNING, "long_leg", number, message, values={"item": number, "km": round(length_m / 1000)})
    yield from _fence_crossings(plan, frame, points, [number for number, _ in places])


def _fence_crossings(plan: MissionPlan, frame: LocalFrame, points: np.ndarray, numbers: list[int]) -> Iterable[Finding]:
    fence = plan.geofence
    shapes = [(p.inclusion, Polygon(frame.to_en_m([v.as_tuple() for v in p.vertices]))) for p in fence.polygons]
    shapes += [(c.inclusion, Point(frame.offset_m(c.centre)).buffer(c.radius_m, quad_segs=32)) for c in fence.circles]
    allowed = [shape for inclusion, shape in shapes if inclusion]
    inside = shapely.union_all(allowed) if allowed else None
    for index in range(max(len(points) - 1, 1)):
        leg = shapely.LineString(points[index : index + 2]) if len(points) > 1 else Point(points[0])
        number = numbers[min(index + 1, len(numbers) - 1)]
        where = _leg_name(plan.items, number)
        if inside is not None and not inside.covers(leg):
            outside_m = shapely.difference(leg, inside).length
            message = f"{where} is {outside_m:.0f} m outside the fence. Move it inside or widen the fence."
            yield Finding(Severity.ERROR, "outside_fence", number or None, message, values={"item": number, "metres": round(outside_m)})
        for inclusion, shape in shapes:
            if not inclusion and shape.intersects(leg):
                inside_m = shapely.intersection(leg, shape).length
                message = f"{where} is {inside_m:.0f} m inside an area to stay out of. Lead it around."
                yield Finding(Severity.ERROR, "inside_zone", number or None, message, values={"item": number, "metres": round(inside_m)})


def _leg_name(items: tuple[MissionItem, ...], number: int) -> str:
    if number == 0:
        return "Home"
    returning = items[number - 1].command == Command.RETURN_TO_LAUNCH
    return f"The way home (item {number})" if returning else f"The leg to item {number}"
