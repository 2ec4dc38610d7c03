"""KML for maps, both ways. Every part of a plan is a placemark; what KML has no word for stands in its ExtendedData.

Coordinates always come from the geometry, so that a point moved in a map program is moved in the plan. Files of others are read too:
the point placemarks QGroundControl exports, or else the first line, flown as waypoints. Format: OGC 12-007r2 (KML 2.3).
"""

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from missions.commands import Command, Frame, command_name
from missions.formats.json_node import JsonNode, lonlat_or_refuse
from missions.formats.plan_format import Notes, PlanFormat, unreadable
from missions.formats.xml_tree import parse_xml
from missions.plan import (
    ANY_HEADING,
    FenceCircle,
    FencePolygon,
    Geofence,
    MissionItem,
    MissionPlan,
    RallyPoint,
    plan_from_json,
    plan_to_json,
)

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_OWN_DATA = "sunqar"
ET.register_namespace("", _NAMESPACE)
_ALTITUDE_MODES = {0: "absolute", 5: "absolute"}
_QGC_TITLES = {"Takeoff": Command.TAKEOFF, "Land": Command.LAND, "VTOL Takeoff": Command.VTOL_TAKEOFF, "VTOL Land": Command.VTOL_LAND}

Position = tuple[float, float, float | None]


def read_kml(data: bytes, source: str, _: Notes) -> MissionPlan:
    root = parse_xml(data, source, "kml")
    document = root.find("Document")
    own = None if document is None else _own_data(document, source)
    if own is not None:
        return _read_own(root, own, source)
    return _read_foreign(root, source)


def _own_data(element: ET.Element, source: str) -> JsonNode | None:
    value = element.find(f"ExtendedData/Data[@name='{_OWN_DATA}']/value")
    return None if value is None else JsonNode.parse((value.text or "").encode(), source)


def _read_own(root: ET.Element, head: JsonNode, source: str) -> MissionPlan:
    """A file written by `write_kml`: its ExtendedData hold a plan object without coordinates, the geometries hold those."""
    value = dict(head.object())
    fence: dict[str, Any] = {"polygons": [], "circles": [], "breach_return": None}
    items, rally = [], []
    for placemark in root.iter("Placemark"):
        node = _own_data(placemark, source)
        if node is None:
            continue
        positions = _positions(placemark, source)
        kind, member = node.member("kind").text(), dict(node.object())
        first = positions[0] if positions else None
        if kind == "item":
            if first is not None:
                member |= {"lon_deg": first[0], "lat_deg": first[1], "altitude_m": first[2]}
            items.append(member)
        elif first is None:
            raise unreadable(source, f"placemark '{placemark.findtext('name', '')}'", "no coordinates", "a geometry")
        elif kind == "home":
            value |= {"home": [first[0], first[1]], "home_altitude_amsl_m": first[2] or 0.0}
        elif kind == "fence_polygon":
            fence["polygons"].append(member | {"vertices": [p[:2] for p in positions[:-1]]})
        elif kind == "fence_circle":
            fence["circles"].append(member | {"centre": first[:2]})
        elif kind == "breach_return":
            fence["breach_return"] = {"position": first[:2], "altitude_m": first[2] or 0.0}
        elif kind == "rally_point":
            rally.append({"position": first[:2], "altitude_m": first[2] or 0.0})
    return plan_from_json(value | {"items": items, "geofence": fence, "rally_points": rally})


def _positions(element: ET.Element, source: str) -> list[Position]:
    coordinates = element.find(".//coordinates")
    if coordinates is None:
        return []
    positions: list[Position] = []
    for text in (coordinates.text or "").split():
        where = f"placemark '{element.findtext('name', '').strip()}'"
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError as error:
            raise unreadable(source, where, f"coordinates '{text:.40}'", "longitude,latitude[,altitude]") from error
        if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
            raise unreadable(source, where, f"coordinates '{text:.40}'", "longitude,latitude[,altitude]")
        place = lonlat_or_refuse(numbers[0], numbers[1], source, where)
        positions.append((place.lon_deg, place.lat_deg, numbers[2] if len(numbers) == 3 else None))
    return positions


def _read_foreign(root: ET.Element, source: str) -> MissionPlan:
    plan = MissionPlan(name=source.rsplit(".", 1)[0])
    points = [p for p in root.iter("Placemark") if p.find("Point") is not None and "Alt Rel:" in p.findtext("description", "")]
    if points:
        items = [_qgc_point(point, source) for point in points]
        # QGroundControl numbers from home: its index 0.
        if "Index: 0" in points[0].findtext("description", "") and items[0].position is not None:
            absolute_m = _positions(points[0], source)[0][2] or 0.0
            return replace(plan, home=items[0].position, home_altitude_amsl_m=absolute_m, items=tuple(items[1:]))
        return replace(plan, items=tuple(items))
    line = next((p for p in root.iter("Placemark") if p.find(".//LineString") is not None), None)
    if line is None:
        polygons = sum(1 for _ in root.iter("Polygon"))
        found = f"{polygons} polygons and no line" if polygons else "no line and no waypoints"
        raise unreadable(source, "", found, "a flight line (plan an area with `sunqar plan survey`)")
    mode = line.findtext(".//altitudeMode", "clampToGround")
    if mode not in ("absolute", "relativeToGround"):
        raise unreadable(source, "flight line", f"altitudeMode '{mode}'", "absolute or relativeToGround, so that the altitude is known")
    frame = Frame.GLOBAL if mode == "absolute" else Frame.GLOBAL_TERRAIN_ALT
    items = []
    for lon, lat, altitude_m in _positions(line, source):
        if altitude_m is None:
            raise unreadable(source, "flight line", "a position without altitude", "longitude,latitude,altitude")
        items.append(MissionItem(Command.WAYPOINT, frame, ANY_HEADING, LonLat(lon, lat), altitude_m=altitude_m))
    return replace(plan, items=tuple(items))


def _qgc_point(placemark: ET.Element, source: str) -> MissionItem:
    description = placemark.findtext("description", "")
    lon, lat, _ = _positions(placemark, source)[0]
    relative = re.search(r"Alt Rel:\s*(-?\d+(?:\.\d+)?)", description)
    if relative is None:
        raise unreadable(source, f"placemark '{placemark.findtext('name', '').strip()}'", "no relative altitude", "'Alt Rel: <metres>'")
    lines = [text.strip() for text in description.splitlines() if text.strip()]
    command = next((_QGC_TITLES[text] for text in lines if text in _QGC_TITLES), Command.WAYPOINT)
    return MissionItem(command, Frame.GLOBAL_RELATIVE_ALT, ANY_HEADING, LonLat(lon, lat), altitude_m=float(relative.group(1)))


def carried(plan: MissionPlan) -> MissionPlan:
    """Everything, except that patterns of QGroundControl become the items they fly."""
    return replace(plan, items=plan.flight_items(), complex_items=())


def write_kml(plan: MissionPlan) -> bytes:
    plan = carried(plan)
    root = ET.Element(_tag("kml"))
    document = ET.SubElement(root, _tag("Document"))
    ET.SubElement(document, _tag("name")).text = plan.name
    head = plan_to_json(plan)
    for member in ("items", "geofence", "rally_points", "home", "home_altitude_amsl_m"):
        del head[member]
    _extend(document, head)
    if plan.home is not None:
        _point(document, "Home", {"kind": "home"}, plan.home, plan.home_altitude_amsl_m, mode="absolute")
    else:
        head["home_altitude_amsl_m"] = plan.home_altitude_amsl_m
        _extend(document, head)
    _items_folder(document, plan)
    _areas_folder(document, plan.geofence, plan.rally_points)
    ET.indent(root)
    encoded: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return encoded


def _items_folder(document: ET.Element, plan: MissionPlan) -> None:
    folder = ET.SubElement(document, _tag("Folder"))
    ET.SubElement(folder, _tag("name")).text = "Items"
    for number, item in enumerate(plan.items, start=1):
        value = {"kind": "item", **item.to_json()}
        name = f"{number} {command_name(item.command)}"
        if item.position is None:
            _placemark(folder, name, value)
            continue
        for member in ("lon_deg", "lat_deg", "altitude_m"):
            del value[member]
        _point(folder, name, value, item.position, item.altitude_m, mode=_ALTITUDE_MODES.get(item.frame, "relativeToGround"))
    path = [(item.position, item.altitude_m) for item in plan.items if item.position is not None and item.command != Command.DO_SET_ROI]
    if len(path) > 1:
        line = _placemark(folder, "Flight path", None)
        geometry = ET.SubElement(line, _tag("LineString"))
        ET.SubElement(geometry, _tag("altitudeMode")).text = "relativeToGround"
        ET.SubElement(geometry, _tag("coordinates")).text = " ".join(_coordinates(place, altitude) for place, altitude in path)


def _areas_folder(document: ET.Element, fence: Geofence, rally_points: Sequence[RallyPoint]) -> None:
    if not fence and not rally_points:
        return
    folder = ET.SubElement(document, _tag("Folder"))
    ET.SubElement(folder, _tag("name")).text = "Fence and rally points"
    for polygon in fence.polygons:
        _polygon(folder, polygon)
    for circle in fence.circles:
        _circle(folder, circle)
    if fence.breach_return is not None:
        _point(folder, "Fence return", {"kind": "breach_return"}, fence.breach_return.position, fence.breach_return.altitude_m)
    for point in rally_points:
        _point(folder, "Rally point", {"kind": "rally_point"}, point.position, point.altitude_m)


def _polygon(folder: ET.Element, polygon: FencePolygon) -> None:
    value = {"kind": "fence_polygon", "inclusion": polygon.inclusion}
    placemark = _placemark(folder, "Stay inside" if polygon.inclusion else "Stay out", value)
    geometry = ET.SubElement(placemark, _tag("Polygon"))
    ring = ET.SubElement(ET.SubElement(geometry, _tag("outerBoundaryIs")), _tag("LinearRing"))
    closed: Iterable[LonLat] = (*polygon.vertices, polygon.vertices[0])
    ET.SubElement(ring, _tag("coordinates")).text = " ".join(_coordinates(vertex, None) for vertex in closed)


def _circle(folder: ET.Element, circle: FenceCircle) -> None:
    value = {"kind": "fence_circle", "inclusion": circle.inclusion, "radius_m": circle.radius_m}
    _point(folder, "Stay inside" if circle.inclusion else "Stay out", value, circle.centre, None)


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _placemark(parent: ET.Element, name: str, value: dict[str, Any] | None) -> ET.Element:
    placemark = ET.SubElement(parent, _tag("Placemark"))
    ET.SubElement(placemark, _tag("name")).text = name
    if value is not None:
        _extend(placemark, value)
    return placemark


def _extend(element: ET.Element, value: dict[str, Any]) -> None:
    """Sets the ExtendedData of an element to one JSON object."""
    existing = element.find(_tag("ExtendedData"))
    if existing is not None:
        element.remove(existing)
    data = ET.SubElement(ET.SubElement(element, _tag("ExtendedData")), _tag("Data"), {"name": _OWN_DATA})
    ET.SubElement(data, _tag("value")).text = json.dumps(value, ensure_ascii=False, allow_nan=False)


def _point(
    parent: ET.Element, name: str, value: dict[str, Any], place: LonLat, altitude_m: float | None, *, mode: str = "relativeToGround"
) -> None:
    geometry = ET.SubElement(_placemark(parent, name, value), _tag("Point"))
    ET.SubElement(geometry, _tag("altitudeMode")).text = mode
    ET.SubElement(geometry, _tag("coordinates")).text = _coordinates(place, altitude_m)


def _coordinates(place: LonLat, altitude_m: float | None) -> str:
    plain = f"{place.lon_deg!r},{place.lat_deg!r}"
    return plain if altitude_m is None else f"{plain},{altitude_m!r}"


FORMAT = PlanFormat("KML", (".kml",), read_kml, write_kml, carried, "application/vnd.google-earth.kml+xml")
