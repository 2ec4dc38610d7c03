"""Patterns of `.plan` files that do not say what they fly: planned here, so that a plan is never flown without them.

QGroundControl leaves the items of structure scans and landings to whoever opens the file, and other programs leave those of surveys and
corridors out. What is planned is put into the pattern where QGroundControl itself keeps it (`Items` of TransectStyleComplexItem, which it
then flies), for the others into our own member of it.
"""

from dataclasses import replace
from typing import Any

from geo.primitives import MissionError
from missions.commands import TAKEOFFS, Command
from missions.findings import Severity
from missions.formats.json_node import JsonNode
from missions.formats.plan_format import Notes, note
from missions.formats.qgc_items import pattern_items, simple_json
from missions.formats.qgc_landing import LANDING_PATTERNS, landing_items
from missions.formats.qgc_members import OWN_MEMBER
from missions.formats.qgc_pattern_read import Setting, request_of_pattern
from missions.plan import MissionItem
from missions.requests.request import PlanRequest

_TRANSECTS = "TransectStyleComplexItem"
_MADE = {"landing_made": "are made as QGroundControl makes them", "pattern_planned": "were planned here for it"}
_OWN_ENDS = TAKEOFFS | {Command.DO_CHANGE_SPEED, Command.RETURN_TO_LAUNCH}


def expand_patterns(mission: JsonNode, setting: Setting, name: str, notes: Notes) -> None:
    """Gives every pattern without items those it would fly, in place; says so, or says why not."""
    number, jump_id = 1, _highest_jump_id(mission)
    for node in mission.member("items"):
        if node.member("type").value == "ComplexItem":
            if not pattern_items(node):
                jump_id += _expand(node, setting, name, number, jump_id, notes)
            number += len(pattern_items(node))
        else:
            number += 1


def _highest_jump_id(mission: JsonNode) -> int:
    nodes = [one for node in mission.member("items") for one in (node, *(pattern_items(node) if isinstance(node.value, dict) else ()))]
    return max((node.member("doJumpId").whole() for node in nodes if node.has("doJumpId")), default=0)


def _expand(node: JsonNode, setting: Setting, name: str, number: int, jump_id: int, notes: Notes) -> int:
    """How many items the pattern was given."""
    kind = node.member("complexItemType").text()
    if kind in LANDING_PATTERNS:
        items, why_not = _landing(node)
        form = "landing_made"
    else:
        request = request_of_pattern(node, setting, name, notes)
        if request is None:
            return 0
        items, why_not = _flown(request)
        form = "pattern_planned"
    if not items:
        message = f"The '{kind}' pattern before item {number} has no items in the file and cannot be planned: {why_not}"
        notes.append(note("pattern_not_planned", message, number, pattern=kind, item=number, why=why_not))
        return 0
    written = [simple_json(item, jump_id + index) for index, item in enumerate(items, start=1)]
    value: dict[str, Any] = node.object()
    if _TRANSECTS in value:
        value[_TRANSECTS]["Items"] = written
        value[_TRANSECTS]["VisualTransectPoints"] = [
            [item.position.lat_deg, item.position.lon_deg] for item in items if item.position is not None
        ]
    else:
        value[OWN_MEMBER] = {"Items": written}
    last = number + len(items) - 1
    message = f"The '{kind}' pattern had no items in the file: items {number} to {last} {_MADE[form]}."
    notes.append(note(form, message, number, pattern=kind, item=number, last=last))
    return len(items)


def _landing(node: JsonNode) -> tuple[tuple[MissionItem, ...], str]:
    try:
        return landing_items(node), ""
    except MissionError as refusal:
        return (), refusal.message


def _flown(request: PlanRequest) -> tuple[tuple[MissionItem, ...], str]:
    """What the pattern itself flies, without take-off, speed and return, which the plan around it says; or why there is nothing."""
    # Planners are loaded for such files alone: all others open without them.
    from missions.planning.plan_request import plan_request

    if request.terrain is not None:
        return (), "its heights follow the ground, which a plan file does not hold."
    result = plan_request(request)
    if result.plan is None and request.home is not None:
        # The pattern may be far from home, with ways of its own in the plan.
        result = plan_request(replace(request, home=None))
    if result.plan is None:
        reasons = [finding.message for finding in result.findings if finding.severity is Severity.ERROR]
        return (), " ".join(reasons) or "nothing is left to fly."
    items = list(result.plan.items)
    while items and items[0].command in _OWN_ENDS:
        items.pop(0)
    while items and items[-1].command in _OWN_ENDS:
        items.pop()
    return tuple(items), ""
