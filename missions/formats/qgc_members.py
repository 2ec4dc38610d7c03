"""Members of a `.plan` file that other programs put there: found on reading, written back where they stood.

They are what an object of the file has and this room's writing of the same plan has not. A member of an item or of a fence area stays
with it as long as that item or area is the one it was read with; members of the file's frame stay always.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from missions.plan import FileMembers, MissionPlan, canonical_json

Members = dict[str, Any]
# Our own member of the file and of patterns: QGroundControl ignores members it does not know.
OWN_MEMBER = "sunqar"


def foreign_members(given: Members, written: Members) -> tuple[FileMembers, ...]:
    """What `given`, a file that was read, has over `written`, the document of the plan read from it."""
    ours = dict(_objects(written))
    found = []
    for place, members in _objects(given):
        own = ours.get(place, {})
        foreign = {name: value for name, value in members.items() if name not in own and (place, name) not in _converted(given)}
        if foreign:
            found.append(FileMembers(place, _part(place, own), json.dumps(foreign, ensure_ascii=False)))
    return tuple(found)


def still_placed(plan: MissionPlan, written: Members) -> MissionPlan:
    """The plan without members whose item or area was changed, moved to another number or removed."""
    return replace(plan, extras=tuple(extra for extra, _, _ in _placed(plan.extras, written)))


def put_back(extras: Iterable[FileMembers], written: Members) -> None:
    """Adds the members to the document of a plan, in place. What the plan itself says is never replaced."""
    for _, members, place in list(_placed(extras, written)):
        place.update(members)


def _placed(extras: Iterable[FileMembers], written: Members) -> Iterator[tuple[FileMembers, Members, Members]]:
    """What may be written: the members as they will be read again, their values, the object they belong to."""
    wanted = {extra.place: extra for extra in extras}
    for place, own in _objects(written):
        extra = wanted.get(place)
        if extra is None or extra.part != _part(place, own):
            continue
        members = {name: value for name, value in json.loads(extra.members).items() if name not in own}
        if members:
            yield replace(extra, members=json.dumps(members, ensure_ascii=False)), members, own


def _objects(root: Members) -> Iterator[tuple[str, Members]]:
    """Every object of a file that was found in order, patterns aside, which are kept whole. Items are numbered as in the plan."""
    yield "", root
    mission = root.get("mission")
    if mission is not None:
        yield "mission", mission
        number = 1
        for item in mission["items"]:
            if item["type"] == "SimpleItem":
                yield f"mission.items[{number}]", item
                number += 1
            else:
                number += _pattern_length(item)
    fence = root.get("geoFence")
    if fence is not None:
        yield "geoFence", fence
        if fence["version"] != 1:
            for number, polygon in enumerate(fence["polygons"], start=1):
                yield f"geoFence.polygons[{number}]", polygon
            for number, circle in enumerate(fence["circles"], start=1):
                yield f"geoFence.circles[{number}]", circle
                yield f"geoFence.circles[{number}].circle", circle["circle"]
    rally = root.get("rallyPoints")
    if rally is not None:
        yield "rallyPoints", rally


def _pattern_length(pattern: Members) -> int:
    """How many items a pattern flies, as far as its file says; not checked."""
    parts = (pattern.get("TransectStyleComplexItem"), pattern.get(OWN_MEMBER))
    return sum(len(part.get("Items") or []) for part in parts if isinstance(part, dict))


def _converted(given: Members) -> tuple[tuple[str, str], ...]:
    """A fence of version 1 is one polygon; it is written as the first of `polygons`."""
    fence = given.get("geoFence")
    return (("geoFence", "polygon"),) if fence is not None and fence["version"] == 1 else ()


def _part(place: str, own: Members) -> str:
    """Tells an item or area from another at its number; empty for the frame of the file."""
    return hashlib.sha256(canonical_json(own).encode()).hexdigest()[:16] if place.endswith("]") or place.endswith(".circle") else ""
