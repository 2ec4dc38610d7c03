"""Simple items of `.plan` files, and those inside a pattern, both ways."""

from dataclasses import replace
from typing import Any

from geo.primitives import LonLat
from missions.commands import GLOBAL_FRAMES, Command, Frame, is_place
from missions.formats.json_node import JsonNode
from missions.formats.qgc_members import OWN_MEMBER
from missions.plan import MissionItem

# QGroundControl's AltitudeMode: 1 relative to launch, 2 AMSL, 4 terrain frame.
_ALTITUDE_MODES = {0: 2, 5: 2, 3: 1, 6: 1, 10: 4, 11: 4}


def pattern_items(node: JsonNode) -> list[JsonNode]:
    """What a pattern flies, as far as its file says; the items of a structure scan stand in our own member."""
    return [item for word in ("TransectStyleComplexItem", OWN_MEMBER) if node.has(word) for item in _items_in(node.member(word))]


def _items_in(node: JsonNode) -> list[JsonNode]:
    return node.member("Items").array() if node.has("Items") else []


def read_simple(node: JsonNode, jump_ids: list[int]) -> MissionItem:
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


def renumbered_jumps(items: list[MissionItem], jump_ids: list[int]) -> tuple[MissionItem, ...]:
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


def simple_json(item: MissionItem, number: int) -> dict[str, Any]:
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
