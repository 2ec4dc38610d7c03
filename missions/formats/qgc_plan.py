"""QGroundControl `.plan` files: JSON version 1, mission version 2, geoFence version 2, rallyPoints version 2.

Latitude comes before longitude in them. Format: https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/plan.html.
Complex items (survey, corridor, structure scan, landing patterns) are kept as they are and written back untouched; what they fly is read
from the `Items` of their TransectStyleComplexItem, planned where a file has none. A pattern alone in a file of another program becomes the
plan's request; our own surveys and corridors are written as patterns. Members this room does not know are kept, wherever they stand.
"""

import json
from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from missions.commands import LANDINGS, NAVIGATION_WITH_PLACE, TAKEOFFS
from missions.formats.json_node import JsonNode
from missions.formats.plan_format import Notes, PlanFormat, note
from missions.formats.qgc_areas import RALLY_VERSION, fence_json, rally_json, read_fence, read_rally
from missions.formats.qgc_expand import expand_patterns
from missions.formats.qgc_items import pattern_items, read_simple, renumbered_jumps, simple_json
from missions.formats.qgc_members import OWN_MEMBER, foreign_members, put_back, still_placed
from missions.formats.qgc_pattern_read import PLANNED_PATTERNS, Setting, request_of_pattern
from missions.formats.qgc_pattern_write import own_pattern
from missions.patterns.catalogue import request_from_json
from missions.plan import ComplexItem, MissionItem, MissionPlan
from missions.requests.request import PlanRequest

MISSION_VERSION = 2

# MAV_AUTOPILOT and MAV_TYPE numbers; several types fly alike and share one name here.
_AUTOPILOTS = {3: "ardupilot", 12: "px4"}
_VEHICLE_TYPES = {
    **{1: "plane", 10: "rover", 11: "rover", 12: "sub"},
    **dict.fromkeys((2, 3, 4, 13, 14, 15, 29), "copter"),
    **dict.fromkeys(range(19, 26), "vtol"),
}
_AUTOPILOT_NUMBERS = {"ardupilot": 3, "px4": 12}
_VEHICLE_NUMBERS = {"plane": 1, "copter": 2, "rover": 10, "sub": 12, "vtol": 20}


def read_qgc_plan(data: bytes, source: str, notes: Notes) -> MissionPlan:
    root = JsonNode.parse(data, source)
    if root.member("fileType").value != "Plan":
        raise root.member("fileType").wrong('"Plan"')
    if root.member("version").whole() != 1:
        raise root.member("version").wrong("plan file version 1")
    plan = MissionPlan(name=source.rsplit(".", 1)[0])
    if root.has("mission"):
        plan = _read_mission(root.member("mission"), plan, notes)
    if root.has("geoFence"):
        plan = replace(plan, geofence=read_fence(root.member("geoFence")))
    if root.has("rallyPoints"):
        plan = replace(plan, rally_points=read_rally(root.member("rallyPoints")))
    if root.has(OWN_MEMBER):
        own = root.member(OWN_MEMBER)
        # Files written before there were other patterns say "survey".
        asked = next((own.member(member) for member in ("request", "survey") if own.has(member)), None)
        plan = replace(plan, name=own.member("name").text(), request=None if asked is None else request_from_json(asked.object()))
        plan = _without_own_pattern(plan)
    else:
        plan = replace(plan, request=_asked(plan, source, notes))
    return replace(plan, extras=foreign_members(root.object(), _document(_writable(plan))))


def _read_mission(mission: JsonNode, plan: MissionPlan, notes: Notes) -> MissionPlan:
    version = mission.member("version")
    if version.whole() != MISSION_VERSION:
        raise version.wrong(f"mission version {MISSION_VERSION}")
    home, home_amsl_m = _read_home(mission)
    vehicle_type = _VEHICLE_TYPES.get(mission.member("vehicleType").whole(), "copter") if mission.has("vehicleType") else "copter"
    expand_patterns(mission, Setting(home, home_amsl_m, vehicle_type), plan.name, notes)
    items: list[MissionItem] = []
    jump_ids: list[int] = []
    patterns: list[ComplexItem] = []
    for node in mission.member("items"):
        kind = node.member("type").text()
        if kind == "SimpleItem":
            items.append(read_simple(node, jump_ids))
        elif kind == "ComplexItem":
            flown = [read_simple(item, jump_ids) for item in pattern_items(node)]
            name = node.member("complexItemType").text()
            patterns.append(ComplexItem(name, len(items), len(flown), json.dumps(node.value, ensure_ascii=False)))
            items.extend(flown)
        else:
            raise node.member("type").wrong('"SimpleItem" or "ComplexItem"')
    return replace(
        plan,
        vehicle_type=vehicle_type,
        autopilot=_AUTOPILOTS.get(mission.member("firmwareType").whole(), "generic") if mission.has("firmwareType") else "generic",
        home=home,
        home_altitude_amsl_m=home_amsl_m,
        cruise_speed_mps=mission.member("cruiseSpeed").number() if mission.has("cruiseSpeed") else plan.cruise_speed_mps,
        hover_speed_mps=mission.member("hoverSpeed").number() if mission.has("hoverSpeed") else plan.hover_speed_mps,
        items=renumbered_jumps(items, jump_ids),
        complex_items=tuple(patterns),
    )


def _read_home(mission: JsonNode) -> tuple[LonLat | None, float]:
    if not mission.has("plannedHomePosition"):
        return None, 0.0
    position = mission.member("plannedHomePosition")
    parts = position.array()
    if len(parts) not in (2, 3):
        raise position.wrong("[latitude, longitude, altitude]")
    return position.lonlat(parts[1], parts[0]), parts[2].number() if len(parts) == 3 else 0.0


def _without_own_pattern(plan: MissionPlan) -> MissionPlan:
    """Our own request, written as a pattern, is a request again; a pattern that was changed since stays one."""
    bare = replace(plan, complex_items=())
    own = own_pattern(bare)
    if own is None or len(plan.complex_items) != 1:
        return plan
    (pattern,) = plan.complex_items
    same = (pattern.first, pattern.count) == (own.first, own.count) and json.loads(pattern.source) == own.value
    return bare if same else plan


def _asked(plan: MissionPlan, source: str, notes: Notes) -> PlanRequest | None:
    """The request of the one pattern of a plan that can be planned here. What the plan flies beside it is said: planning it again would
    leave that out."""
    planned = [pattern for pattern in plan.complex_items if pattern.kind in PLANNED_PATTERNS]
    if len(planned) != 1:
        return None
    (pattern,) = planned
    # What an expanded pattern leaves out was said when it was expanded.
    heard: Notes = []
    setting = Setting(plan.home, plan.home_altitude_amsl_m, plan.vehicle_type)
    request = request_of_pattern(JsonNode(json.loads(pattern.source), source), setting, plan.name, heard)
    notes.extend(remark for remark in heard if remark not in notes)
    inside = range(pattern.first, pattern.first + pattern.count)
    beside = [
        number
        for number, item in enumerate(plan.items, start=1)
        if number - 1 not in inside and item.command in NAVIGATION_WITH_PLACE - TAKEOFFS - LANDINGS
    ]
    if request is not None and beside:
        text = f"Items {', '.join(map(str, beside[:8]))}" + (f" and {len(beside) - 8} more" if len(beside) > 8 else "")
        message = f"{text} are no part of the '{pattern.kind}' pattern: planning it again leaves them out."
        listed = ", ".join(map(str, beside[:8])) + (" …" if len(beside) > 8 else "")
        notes.append(note("beside_pattern", message, beside[0], items=listed, pattern=pattern.kind))
    return request


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
    items = [read_simple(item, []) for item in pattern_items(node)]
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
        "geoFence": fence_json(plan.geofence),
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
        "rallyPoints": {"points": [rally_json(point) for point in plan.rally_points], "version": RALLY_VERSION},
        OWN_MEMBER: {"name": plan.name, "request": None if plan.request is None else plan.request.to_json()},
        "version": 1,
    }


def _items_json(plan: MissionPlan) -> list[Any]:
    patterns: dict[int, list[tuple[int, Any]]] = {}
    for pattern in plan.complex_items:
        patterns.setdefault(pattern.first, []).append((pattern.count, json.loads(pattern.source)))
    if (own := own_pattern(plan)) is not None:
        patterns[own.first] = [(own.count, own.value)]
    written: list[Any] = []
    index = 0
    while index < len(plan.items) or index in patterns:
        here = patterns.pop(index, [])
        written.extend(value for _, value in here)
        skipped = sum(count for count, _ in here)
        if skipped:
            index += skipped
        elif index < len(plan.items):
            written.append(simple_json(plan.items[index], index + 1))
            index += 1
    return written


FORMAT = PlanFormat("QGroundControl plan", (".plan",), read_qgc_plan, write_qgc_plan, carried, "application/json")
