"""QGroundControl `.plan` files: JSON version 1, mission version 2, geoFence version 2, rallyPoints version 2.

Latitude comes before longitude in them. Format: https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/plan.html.
Complex items (survey, corridor, structure scan, landing patterns) are kept as they are and written back untouched; what they fly
is read from the `Items` of their TransectStyleComplexItem. Members this room does not know are kept too, wherever they stand.
"""

import json
from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from missions.commands import GLOBAL_FRAMES, Command, Frame, is_place
from missions.formats.json_node import JsonNode
from missions.formats.plan_format import Notes, PlanFormat
from missions.formats.qgc_members import foreign_members, put_back, still_placed
from missions.patterns.catalogue import request_from_json
from missions.plan import ComplexItem, FenceCircle, FencePolygon, Geofence, MissionItem, MissionPlan, RallyPoint

MISSION_VERSION = FENCE_VERSION = RALLY_VERSION = 2

# MAV_AUTOPILOT and MAV_TYPE numbers; several types fly alike and share one name here.
_AUTOPILOTS = {3: "ardupilot", 12: "px4"}
_VEHICLE_TYPES = {
    **{1: "plane", 10: "rover", 11: "rover", 12: "sub"},
    **dict.fromkeys((2, 3, 4, 13, 14, 15, 29), "copter"),
    **dict.fromkeys(range(19, 26), "vtol"),
}
_AUTOPILOT_NUMBERS = {"ardupilot": 3, "px4": 12}
_VEHICLE_NUMBERS = {"plane": 1, "copter": 2, "rover": 10, "sub": 12, "vtol": 20}
# QGroundControl's AltitudeMode: 1 relative to launch, 2 AMSL, 4 terrain frame.
_ALTITUDE_MODES = {0: 2, 5: 2, 3: 1, 6: 1, 10: 4, 11: 4}
# Our own member of the file: QGroundControl ignores members it does not know.
_OWN_MEMBER = "sunqar"


def read_qgc_plan(data: bytes, source: str, _: Notes) -> MissionPlan:
    root = JsonNode.parse(data, source)
    if root.member("fileType").value != "Plan":
        raise root.member("fileType").wrong('"Plan"')
    if root.member("version").whole() != 1:
        raise root.member("version").wrong("plan file version 1")
    plan = MissionPlan(name=source.rsplit(".", 1)[0])
    if root.has("mission"):
        plan = _read_mission(root.member("mission"), plan)
    if root.has("geoFence"):
        plan = replace(plan, geofence=_read_fence(root.member("geoFence")))
    if root.has("rallyPoints"):
        plan = replace(plan, rally_points=_read_rally(root.member("rallyPoints")))
    if root.has(_OWN_MEMBER):
        own = root.member(_OWN_MEMBER)
        # Files written before there were other patterns say "survey".
        asked = next((own.member(member) for member in ("request", "survey") if own.has(member)), None)
        plan = replace(plan, name=own.member("name").text(), request=None if asked is None else request_from_json(asked.object()))
    return replace(plan, extras=foreign_members(root.object(), _document(_writable(plan))))


def _read_mission(mission: JsonNode, plan: MissionPlan) -> MissionPlan:
    version = mission.member("version")
    if version.whole() != MISSION_VERSION:
        raise version.wrong(f"mission version {MISSION_VERSION}")
    items: list[MissionItem] = []
    jump_ids: list[int] = []
    patterns: list[ComplexItem] = []
    for node in mission.member("items"):
        kind = node.member("type").text()
        if kind == "SimpleItem":
            items.append(_read_simple(node, jump_ids))
        elif kind == "ComplexItem":
            flown = [_read_simple(item, jump_ids) for item in _pattern_items(node)]
            name = node.member("complexItemType").text()
            patterns.append(ComplexItem(name, len(items), len(flown), json.dumps(node.value, ensure_ascii=False)))
            items.extend(flown)
        else:
            raise node.member("type").wrong('"SimpleItem" or "ComplexItem"')
    home: LonLat | None = None
    home_altitude_m = 0.0
    if mission.has("plannedHomePosition"):
        position = mission.member("plannedHomePosition")
        parts = position.array()
        if len(parts) not in (2, 3):
            raise position.wrong("[latitude, longitude, altitude]")
        home = position.lonlat(parts[1], parts[0])
        home_altitude_m = parts[2].number() if len(parts) == 3 else 0.0
    return replace(
        plan,
        vehicle_type=_VEHICLE_TYPES.get(mission.member("vehicleType").whole(), "copter") if mission.has("vehicleType") else "copter",
        autopilot=_AUTOPILOTS.get(mission.member("firmwareType").whole(), "generic") if mission.has("firmwareType") else "generic",
        home=home,
        home_altitude_amsl_m=home_altitude_m,
        cruise_speed_mps=mission.member("cruiseSpeed").number() if mission.has("cruiseSpeed") else plan.cruise_speed_mps,
        hover_speed_mps=mission.member("hoverSpeed").number() if mission.has("hoverSpeed") else plan.hover_speed_mps,
        items=_renumber_jumps(items, jump_ids),
        complex_items=tuple(patterns),
    )


def _pattern_items(node: JsonNode) -> list[JsonNode]:
    if not node.has("TransectStyleComplexItem"):
        return []
    style = node.member("TransectStyleComplexItem")
    return style.member("Items").array() if style.has("Items") else []


def _read_simple(node: JsonNode, jump_ids: list[int]) -> MissionItem:
    command, frame = node.member("command").whole(), node.member("frame").whole()
    params = node.member("params").array(7)
    first = tuple(p.number_or_null() for p in params[:4])
    lat, lon, altitude = (p.number_or_null() for p in params[4:])
    jump_ids.append(node.member("doJumpId").whole() if node.has("doJumpId") else -1)
    position: LonLat | None = None
    if is_place(command, frame) and lat is not None and lon is not None and (lat, lon) != (0.0, 0.0):
        position = node.member("params").lonlat(params[5], params[4])
    return MissionItem(
        command=command,
        frame=frame,
        params=(first[0], first[1], first[2], first[3]),
        position=position,
        altitude_m=altitude,
        autocontinue=node.member("autoContinue").boolean(),
        params_5_6=(0.0, 0.0) if position is not None else (lat, lon),
    )


def _renumber_jumps(items: list[MissionItem], jump_ids: list[int]) -> tuple[MissionItem, ...]:
    """DO_JUMP names a doJumpId; ours names the item's number. Ids need not run from 1, and some writers leave them all equal."""
    numbers = {jump_id: index + 1 for index, jump_id in enumerate(jump_ids)}
    if len(numbers) != len(jump_ids):
        return tuple(items)
    return tuple(
        replace(item, params=(float(numbers.get(int(item.params[0]), item.params[0])), *item.params[1:]))
        if item.command == Command.DO_JUMP and item.params[0] is not None
        else item
        for item in items
    )


def _read_fence(node: JsonNode) -> Geofence:
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


def _read_rally(node: JsonNode) -> tuple[RallyPoint, ...]:
    version = node.member("version")
    if version.whole() not in (1, RALLY_VERSION):
        raise version.wrong(f"rallyPoints version {RALLY_VERSION}")
    return tuple(_rally_point(point) for point in node.member("points"))


def _rally_point(node: JsonNode) -> RallyPoint:
    lat, lon, altitude = node.array(3)
    return RallyPoint(node.lonlat(lon, lat), altitude.number())


def carried(plan: MissionPlan) -> MissionPlan:
    """Everything but an unknown home, in whose stead QGroundControl needs a place: the first one of the plan."""
    plan = _writable(plan)
    return still_placed(plan, _document(plan)) if plan.extras else plan


def _writable(plan: MissionPlan) -> MissionPlan:
    return replace(
        plan,
        home=_home(plan),
        autopilot=plan.autopilot if plan.autopilot in _AUTOPILOT_NUMBERS else "generic",
        vehicle_type=plan.vehicle_type if plan.vehicle_type in _VEHICLE_NUMBERS else "copter",
        complex_items=tuple(pattern for pattern in plan.complex_items if _still_flown(plan, pattern)),
    )


def _still_flown(plan: MissionPlan, pattern: ComplexItem) -> bool:
    """False once the items of a pattern were edited: then they are written as the simple items they have become."""
    node = JsonNode(json.loads(pattern.source), plan.name)
    items = [_read_simple(item, []) for item in _pattern_items(node)]
    return list(plan.items[pattern.first : pattern.first + pattern.count]) == items


def _home(plan: MissionPlan) -> LonLat:
    return plan.home or next((item.position for item in plan.items if item.position), None) or LonLat(0.0, 0.0)


def write_qgc_plan(plan: MissionPlan) -> bytes:
    document = _document(_writable(plan))
    put_back(plan.extras, document)
    return (json.dumps(document, indent=4, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _document(plan: MissionPlan) -> dict[str, Any]:
    home = _home(plan)
    return {
        "fileType": "Plan",
        "geoFence": _fence_json(plan.geofence),
        "groundStation": "QGroundControl",
        "mission": {
            "cruiseSpeed": plan.cruise_speed_mps,
            "firmwareType": _AUTOPILOT_NUMBERS.get(plan.autopilot, 0),
            "globalPlanAltitudeMode": 1 if all(item.frame not in (0, 5, 10, 11) for item in plan.items) else 0,
            "hoverSpeed": plan.hover_speed_mps,
            "items": _items_json(plan),
            "plannedHomePosition": [home.lat_deg, home.lon_deg, plan.home_altitude_amsl_m],
            "vehicleType": _VEHICLE_NUMBERS[plan.vehicle_type],
            "version": MISSION_VERSION,
        },
        "rallyPoints": {"points": [_rally_json(point) for point in plan.rally_points], "version": RALLY_VERSION},
        _OWN_MEMBER: {"name": plan.name, "request": None if plan.request is None else plan.request.to_json()},
        "version": 1,
    }


def _items_json(plan: MissionPlan) -> list[Any]:
    patterns: dict[int, list[ComplexItem]] = {}
    for pattern in plan.complex_items:
        patterns.setdefault(pattern.first, []).append(pattern)
    written: list[Any] = []
    index = 0
    while index < len(plan.items) or index in patterns:
        here = patterns.pop(index, [])
        written.extend(json.loads(pattern.source) for pattern in here)
        skipped = sum(pattern.count for pattern in here)
        if skipped:
            index += skipped
        elif index < len(plan.items):
            written.append(_simple_json(plan.items[index], index + 1))
            index += 1
    return written


def _simple_json(item: MissionItem, number: int) -> dict[str, Any]:
    lat, lon = item.params_5_6 if item.position is None else (item.position.lat_deg, item.position.lon_deg)
    value: dict[str, Any] = {
        "autoContinue": item.autocontinue,
        "command": int(item.command),
        "doJumpId": number,
        "frame": int(item.frame),
        "params": [*item.params, lat, lon, item.altitude_m],
        "type": "SimpleItem",
    }
    if is_place(item.command, item.frame) and item.frame != Frame.MISSION and item.frame in GLOBAL_FRAMES:
        value |= {"AMSLAltAboveTerrain": None, "Altitude": item.altitude_m or 0.0, "AltitudeMode": _ALTITUDE_MODES[item.frame]}
    return dict(sorted(value.items(), key=lambda member: member[0].lower()))


def _fence_json(fence: Geofence) -> dict[str, Any]:
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
        value["breachReturn"] = _rally_json(fence.breach_return)
    return value


def _rally_json(point: RallyPoint) -> list[float]:
    return [point.position.lat_deg, point.position.lon_deg, point.altitude_m]


FORMAT = PlanFormat("QGroundControl plan", (".plan",), read_qgc_plan, write_qgc_plan, carried, "application/json")
