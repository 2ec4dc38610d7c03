"""Fence and rally points of `.plan` files, both ways. Latitude comes before longitude."""

from typing import Any

from geo.primitives import LonLat
from missions.formats.json_node import JsonNode
from missions.plan import FenceCircle, FencePolygon, Geofence, RallyPoint

FENCE_VERSION = RALLY_VERSION = 2


def read_fence(node: JsonNode) -> Geofence:
    version = node.member("version")
    if version.whole() == 1:
        # Version 1 held one polygon of bare vertices and was an inclusion area.
        vertices = _vertices(node.member("polygon")) if node.has("polygon") else ()
        return Geofence(polygons=(FencePolygon(vertices),) if vertices else ())
    if version.whole() != FENCE_VERSION:
        raise version.wrong(f"geoFence version {FENCE_VERSION}")
    back: RallyPoint | None = None
    if node.has("breachReturn"):
        back = _rally_point(node.member("breachReturn"))
    circles = []
    for circle in node.member("circles"):
        centre = circle.member("circle").member("center")
        lat, lon = centre.array(2)
        radius_m = circle.member("circle").member("radius").number()
        circles.append(FenceCircle(centre.lonlat(lon, lat), radius_m, circle.member("inclusion").boolean()))
    return Geofence(
        polygons=tuple(FencePolygon(_vertices(p.member("polygon")), p.member("inclusion").boolean()) for p in node.member("polygons")),
        circles=tuple(circles),
        breach_return=back,
    )


def _vertices(node: JsonNode) -> tuple[LonLat, ...]:
    vertices = []
    for vertex in node:
        lat, lon = vertex.array(2)
        vertices.append(vertex.lonlat(lon, lat))
    return tuple(vertices)


def read_rally(node: JsonNode) -> tuple[RallyPoint, ...]:
    version = node.member("version")
    if version.whole() not in (1, RALLY_VERSION):
        raise version.wrong(f"rallyPoints version {RALLY_VERSION}")
    return tuple(_rally_point(point) for point in node.member("points"))


def _rally_point(node: JsonNode) -> RallyPoint:
    lat, lon, altitude = node.array(3)
    return RallyPoint(node.lonlat(lon, lat), altitude.number())


def fence_json(fence: Geofence) -> dict[str, Any]:
    value: dict[str, Any] = {
        "circles": [
            {"circle": {"center": [c.centre.lat_deg, c.centre.lon_deg], "radius": c.radius_m}, "inclusion": c.inclusion, "version": 1}
            for c in fence.circles
        ],
        "polygons": [
            {"inclusion": p.inclusion, "polygon": [[v.lat_deg, v.lon_deg] for v in p.vertices], "version": 1} for p in fence.polygons
        ],
        "version": FENCE_VERSION,
    }
    if fence.breach_return is not None:
        value["breachReturn"] = rally_json(fence.breach_return)
    return value


def rally_json(point: RallyPoint) -> list[float]:
    return [point.position.lat_deg, point.position.lon_deg, point.altitude_m]
