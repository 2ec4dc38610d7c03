"""GeoJSON both ways (RFC 7946): one feature a part of the plan, told apart by `properties.kind`.

Kinds: home, item, fence_polygon, fence_circle, breach_return, rally_point, and path, which is for looking at and ignored on reading.
A file of others is read as a flight line: the first LineString, whose positions must have an altitude (metres above home).
"""

import json
from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from missions.commands import Command
from missions.formats.json_node import JsonNode
from missions.formats.plan_format import Notes, PlanFormat, unreadable
from missions.plan import ANY_HEADING, MissionItem, MissionPlan, RallyPoint, plan_from_json, plan_to_json

_OWN_MEMBER = "sunqar"


def read_geojson(data: bytes, source: str, _: Notes) -> MissionPlan:
    root = JsonNode.parse(data, source)
    kind = root.member("type").text()
    if kind == "FeatureCollection":
        features = list(root.member("features"))
    elif kind == "Feature":
        features = [root]
    else:
        raise root.member("type").wrong('"FeatureCollection" or "Feature"')
    if root.has(_OWN_MEMBER):
        return _read_own(root.member(_OWN_MEMBER), features)
    return _read_line(features, source)


def _read_own(head: JsonNode, features: list[JsonNode]) -> MissionPlan:
    value = dict(head.object())
    fence: dict[str, Any] = {"polygons": [], "circles": [], "breach_return": None}
    items, rally = [], []
    for feature in features:
        properties = feature.member("properties")
        kind, member = properties.member("kind").text(), dict(properties.object())
        if kind == "path":
            continue
        if kind == "item":
            if feature.has("geometry"):
                place, altitude_m = _point(feature)
                member |= {"lon_deg": place.lon_deg, "lat_deg": place.lat_deg, "altitude_m": altitude_m}
            items.append(member)
        elif kind == "fence_polygon":
            rings = feature.member("geometry").member("coordinates").array(1)
            fence["polygons"].append(member | {"vertices": [list(_lonlat(position).as_tuple()) for position in rings[0].array()[:-1]]})
        else:
            place, altitude_m = _point(feature)
            position = list(place.as_tuple())
            if kind == "home":
                value |= {"home": position, "home_altitude_amsl_m": altitude_m or 0.0}
            elif kind == "fence_circle":
                fence["circles"].append(member | {"centre": position})
            elif kind == "breach_return":
                fence["breach_return"] = {"position": position, "altitude_m": altitude_m or 0.0}
            elif kind == "rally_point":
                rally.append({"position": position, "altitude_m": altitude_m or 0.0})
            else:
                raise properties.member("kind").wrong("a kind of plan feature")
    return plan_from_json(value | {"items": items, "geofence": fence, "rally_points": rally})


def _point(feature: JsonNode) -> tuple[LonLat, float | None]:
    geometry = feature.member("geometry")
    if geometry.member("type").value != "Point":
        raise geometry.member("type").wrong('"Point"')
    position = geometry.member("coordinates")
    parts = position.array()
    return _lonlat(position), parts[2].number() if len(parts) > 2 else None


def _lonlat(position: JsonNode) -> LonLat:
    parts = position.array()
    if len(parts) < 2:
        raise position.wrong("[longitude, latitude]")
    return position.lonlat(parts[0], parts[1])


def _read_line(features: list[JsonNode], source: str) -> MissionPlan:
    kinds = []
    for feature in features:
        geometry = feature.member("geometry")
        if geometry.value is None:
            continue
        kinds.append(geometry.member("type").text())
        if kinds[-1] != "LineString":
            continue
        items = []
        for position in geometry.member("coordinates"):
            parts = position.array()
            if len(parts) < 3:
                raise position.wrong("[longitude, latitude, altitude above home in metres]")
            items.append(MissionItem(Command.WAYPOINT, params=ANY_HEADING, position=_lonlat(position), altitude_m=parts[2].number()))
        return MissionPlan(name=source.rsplit(".", 1)[0], items=tuple(items))
    found = f"only {', '.join(sorted(set(kinds)))}" if kinds else "no geometry"
    raise unreadable(source, "features", found, "a LineString to fly (plan an area with `sunqar plan survey`)")


def carried(plan: MissionPlan) -> MissionPlan:
    """Everything, except that patterns of QGroundControl become the items they fly."""
    return replace(plan, items=plan.flight_items(), complex_items=())


def write_geojson(plan: MissionPlan) -> bytes:
    plan = carried(plan)
    head = plan_to_json(plan)
    for member in ("items", "geofence", "rally_points"):
        del head[member]
    features = [*_item_features(plan), *_area_features(plan)]
    if plan.home is not None:
        del head["home"], head["home_altitude_amsl_m"]
        features.insert(0, _feature({"kind": "home"}, _point_json(plan.home, plan.home_altitude_amsl_m)))
    collection = {"type": "FeatureCollection", _OWN_MEMBER: head, "features": features}
    return (json.dumps(collection, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _item_features(plan: MissionPlan) -> list[dict[str, Any]]:
    features = []
    for number, item in enumerate(plan.items, start=1):
        properties = {"kind": "item", "number": number, **item.to_json()}
        geometry = None
        if item.position is not None:
            for member in ("lon_deg", "lat_deg", "altitude_m"):
                del properties[member]
            geometry = _point_json(item.position, item.altitude_m)
        features.append(_feature(properties, geometry))
    path = [list(item.position.as_tuple()) for item in plan.items if item.position is not None and item.command != Command.DO_SET_ROI]
    if len(path) > 1:
        features.append(_feature({"kind": "path"}, {"type": "LineString", "coordinates": path}))
    return features


def _area_features(plan: MissionPlan) -> list[dict[str, Any]]:
    fence = plan.geofence
    features = [
        _feature(
            {"kind": "fence_polygon", "inclusion": polygon.inclusion},
            {"type": "Polygon", "coordinates": [[list(v.as_tuple()) for v in (*polygon.vertices, polygon.vertices[0])]]},
        )
        for polygon in fence.polygons
    ]
    features += [
        _feature({"kind": "fence_circle", "inclusion": c.inclusion, "radius_m": c.radius_m}, _point_json(c.centre, None))
        for c in fence.circles
    ]
    if fence.breach_return is not None:
        features.append(_rally_feature("breach_return", fence.breach_return))
    return features + [_rally_feature("rally_point", point) for point in plan.rally_points]


def _rally_feature(kind: str, point: RallyPoint) -> dict[str, Any]:
    return _feature({"kind": kind}, _point_json(point.position, point.altitude_m))


def _feature(properties: dict[str, Any], geometry: dict[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _point_json(place: LonLat, altitude_m: float | None) -> dict[str, Any]:
    coordinates = [place.lon_deg, place.lat_deg] if altitude_m is None else [place.lon_deg, place.lat_deg, altitude_m]
    return {"type": "Point", "coordinates": coordinates}


FORMAT = PlanFormat("GeoJSON", (".geojson", ".json"), read_geojson, write_geojson, carried, "application/geo+json")
