"""Fences and rally points as the mission protocol carries them, and back. Source: MAVLink mission protocol, "Plan Types".

Fences are in degrees alone; heights of rally points are above home.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.primitives import LonLat, MissionError
from ground_station.mavlink import WireItem, mavlink
from missions import FenceCircle, FencePolygon, Geofence, RallyPoint

_DEGREE = 1e7
RETURN_POINT, INCLUDE_POLYGON, EXCLUDE_POLYGON, INCLUDE_CIRCLE, EXCLUDE_CIRCLE, RALLY = (
    mavlink.MAV_CMD_NAV_FENCE_RETURN_POINT,
    mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION,
    mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION,
    mavlink.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION,
    mavlink.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION,
    mavlink.MAV_CMD_NAV_RALLY_POINT,
)
FEWEST_VERTICES = 3


def fence_to_wire(fence: Geofence) -> list[WireItem]:
    """Vertices of one polygon stand together, each with the polygon's count; inclusion polygons are one group each.

    Raises: `MissionError` for a polygon without an area or a circle without a radius.
    """
    items: list[WireItem] = []
    for number, polygon in enumerate(fence.polygons):
        if len(polygon.vertices) < FEWEST_VERTICES:
            raise MissionError(
                f"Fence polygon {number + 1} has {len(polygon.vertices)} corners.", code="fence.polygon", hint="Give at least 3."
            )
        command = INCLUDE_POLYGON if polygon.inclusion else EXCLUDE_POLYGON
        for vertex in polygon.vertices:
            items.append(_item(command, vertex, (float(len(polygon.vertices)), 0.0, 0.0, 0.0)))
    for number, circle in enumerate(fence.circles):
        if circle.radius_m <= 0:
            raise MissionError(
                f"Fence circle {number + 1} has the radius {circle.radius_m:g} m.", code="fence.circle", hint="Give more than 0."
            )
        command = INCLUDE_CIRCLE if circle.inclusion else EXCLUDE_CIRCLE
        items.append(_item(command, circle.centre, (circle.radius_m, 0.0, 0.0, 0.0)))
    if fence.breach_return is not None:
        items.append(_item(RETURN_POINT, fence.breach_return.position, (0.0, 0.0, 0.0, 0.0), fence.breach_return.altitude_m))
    return [item.renumbered(seq) for seq, item in enumerate(items)]


def rally_to_wire(points: Sequence[RallyPoint]) -> list[WireItem]:
    frame = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT
    items = [_item(RALLY, point.position, (0.0, 0.0, 0.0, 0.0), point.altitude_m, frame) for point in points]
    return [item.renumbered(seq) for seq, item in enumerate(items)]


def _item(
    command: int, place: LonLat, params: tuple[float, float, float, float], z: float = 0.0, frame: int = mavlink.MAV_FRAME_GLOBAL
) -> WireItem:
    return WireItem(0, frame, command, params, round(place.lat_deg * _DEGREE), round(place.lon_deg * _DEGREE), z)


def _place(item: WireItem) -> LonLat:
    return LonLat(item.y / _DEGREE, item.x / _DEGREE)


def fence_from_wire(items: Sequence[WireItem]) -> Geofence:
    """Raises: `MissionError` when the vertices do not make whole polygons."""
    polygons: list[FencePolygon] = []
    circles: list[FenceCircle] = []
    breach_return: RallyPoint | None = None
    at = 0
    while at < len(items):
        item = items[at]
        if item.command in (INCLUDE_POLYGON, EXCLUDE_POLYGON):
            count = round(item.params[0])
            corners = items[at : at + count]
            if count < FEWEST_VERTICES or len(corners) < count or any(corner.command != item.command for corner in corners):
                raise MissionError(f"The fence on board is broken at item {at}.", code="fence.broken", hint="Upload it anew.")
            polygons.append(FencePolygon(tuple(_place(corner) for corner in corners), item.command == INCLUDE_POLYGON))
            at += count
            continue
        if item.command in (INCLUDE_CIRCLE, EXCLUDE_CIRCLE):
            circles.append(FenceCircle(_place(item), item.params[0], item.command == INCLUDE_CIRCLE))
        elif item.command == RETURN_POINT:
            breach_return = RallyPoint(_place(item), item.z)
        at += 1
    return Geofence(tuple(polygons), tuple(circles), breach_return)


def rally_from_wire(items: Sequence[WireItem]) -> list[RallyPoint]:
    return [RallyPoint(_place(item), item.z) for item in items if item.command == RALLY]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What autopilots keep: one unit of 1e-7 degrees, whole metres of rally heights, radii to the decimetre."""

    place_e7: int = 1
    height_m: float = 1.0
    parameter: float = 0.1


def plan_difference(sent: Sequence[WireItem], stored: Sequence[WireItem], tolerance: Tolerance = Tolerance()) -> str | None:
    """Where a stored fence or rally plan means something else than the one sent; None when they mean the same."""
    if len(sent) != len(stored):
        return f"{len(stored)} items instead of {len(sent)}"
    for number, (here, there) in enumerate(zip(sent, stored, strict=True), start=1):
        if here.command != there.command:
            return f"item {number} has command {there.command} instead of {here.command}"
        if max(abs(here.x - there.x), abs(here.y - there.y)) > tolerance.place_e7:
            return f"item {number} lies at {_place(there)} instead of {_place(here)}"
        if abs(here.params[0] - there.params[0]) > tolerance.parameter:
            return f"item {number} has parameter 1 = {there.params[0]:g} instead of {here.params[0]:g}"
        if here.command == RALLY and abs(here.z - there.z) > tolerance.height_m:
            return f"item {number} has altitude {there.z:g} instead of {here.z:g}"
    return None
