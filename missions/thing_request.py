"""A request about a thing on the map: its place, flown as a template says."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geo.primitives import LocalFrame, LonLat, MissionError
from missions.patterns.catalogue import pattern_named

# How a thing is looked at when nobody says otherwise: low enough to see what is wrong, with a camera every simulator has.
DEFAULT_HOW: dict[str, Any] = {
    "camera": "sunqar-sim-nadir",
    "altitude_m": 40,
    "front_overlap": 0.7,
    "side_overlap": 0.6,
    "speed_mps": 6,
}
# Ground beside a line, and around a point, that is looked at with it.
LINE_HALF_WIDTH_M = 25.0
POINT_RADIUS_M = 40.0
_DRAWN = "x-geometry"


def without_place(request: Mapping[str, Any]) -> dict[str, Any]:
    """How a request is flown, to be used elsewhere: without what is drawn, homes and its name."""
    places = {"name", "vehicles", *_drawn(request)}
    return {member: value for member, value in request.items() if member not in places}


def request_about(geometry: Mapping[str, Any], how: Mapping[str, Any]) -> dict[str, Any]:
    """The request that flies `how` (a request without its place) over a GeoJSON geometry.

    Raises: `MissionError` with code `mission.place` when the geometry is none the pattern of `how` can be flown over.
    """
    shape = _shape(geometry)
    required = pattern_named(how).request.schema()["required"]
    member, kind, several = next((name, *what) for name, what in _drawn(how).items() if name in required)
    if kind == "Polygon" and not several:
        return {**how, member: _ground(shape)}
    if kind == "LineString" and shape.geom_type == "LineString":
        return {**how, member: {"type": "LineString", "coordinates": shapely.get_coordinates(shape).tolist()}}
    if kind == "Point":
        point = shape.representative_point()
        return {**how, member: [[point.x, point.y]] if several else [point.x, point.y]}
    raise _wrong(geometry, f"a {kind}, which the template is flown over")


def _drawn(request: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Members of the request's pattern that are drawn: their geometry, and whether there are several."""
    drawn = {}
    for name, member in pattern_named(request).request.schema()["properties"].items():
        for part, several in ((member, False), (member.get("items", {}), True)):
            if _DRAWN in part:
                drawn[name] = (part[_DRAWN], several)
                break
    return drawn


def _shape(geometry: Mapping[str, Any]) -> BaseGeometry:
    try:
        shape = shapely.force_2d(shapely.geometry.shape(dict(geometry)))
        for lon_deg, lat_deg in shapely.get_coordinates(shape).tolist():
            LonLat(lon_deg, lat_deg)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise _wrong(geometry, "a GeoJSON geometry") from error
    if shape.is_empty:
        raise _wrong(geometry, "a geometry with a place")
    return shape


def _ground(shape: BaseGeometry) -> dict[str, Any]:
    """The area to photograph: an area itself, the ground along a line, the ground around points."""
    areas = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if areas:
        largest = max(areas, key=lambda part: float(part.area))
        return dict(shapely.geometry.mapping(largest))
    centre = shape.envelope.centroid
    frame = LocalFrame(LonLat(centre.x, centre.y))
    local = shapely.transform(shape, frame.to_en_m)
    reach_m = LINE_HALF_WIDTH_M if "Line" in shape.geom_type else POINT_RADIUS_M
    ground = local.convex_hull.buffer(reach_m) if "Point" in shape.geom_type else local.buffer(reach_m, cap_style="flat")
    if ground.geom_type != "Polygon":
        ground = ground.convex_hull
    outline = np.round(frame.to_lonlat_deg(shapely.get_coordinates(shapely.simplify(shapely.Polygon(ground.exterior), 0.5))), 7)
    return {"type": "Polygon", "coordinates": [outline.tolist()]}


def _wrong(value: object, expected: str) -> MissionError:
    return MissionError(
        f"The place is {value!r:.80}, expected {expected}.", code="mission.place", hint="Give a Point, LineString or Polygon in degrees."
    )
