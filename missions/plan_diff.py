"""What differs between two plans: items, the request behind them, where they fly, their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.primitives import LocalFrame, LonLat
from missions.commands import command_name
from missions.plan import MissionItem, MissionPlan, canonical_json

Json = dict[str, Any]

# Two paths closer than this are the same way: a tenth of what a receiver without corrections tells apart.
SAME_WAY_M = 0.25
# Figures of the same plan made twice differ by rounding alone.
_SAME_NUMBER = 1e-9


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that is not the same. `before` and `after` are its numbers in the two plans, counted from 1.

    moved = another place, the rest the same; changed = another parameter, altitude, frame or command.
    """

    kind: Literal["added", "removed", "moved", "changed"]
    before: int | None
    after: int | None
    command: str
    place: LonLat | None

    def to_json(self) -> Json:
        place = None if self.place is None else list(self.place.as_tuple())
        return {"kind": self.kind, "before": self.before, "after": self.after, "command": self.command, "place": place}


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """`only_before`, `only_after` and `both` are GeoJSON MultiLineStrings of the ways flown.

    `request` and `statistics` map each member that differs to its two values; a member that one side lacks is None there.
    """

    same_flight: bool
    items: tuple[ItemChange, ...]
    request: Mapping[str, tuple[Any, Any]]
    statistics: Mapping[str, tuple[Any, Any]]
    only_before: Json
    only_after: Json
    both: Json

    def to_json(self) -> Json:
        return {
            "same_flight": self.same_flight,
            "items": [change.to_json() for change in self.items],
            "request": _pairs(self.request),
            "statistics": _pairs(self.statistics),
            "only_before": self.only_before,
            "only_after": self.only_after,
            "both": self.both,
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """One side of a comparison. `path` is what is drawn, from home to home; `request` and `statistics` are JSON objects."""

    plan: MissionPlan
    path: tuple[LonLat, ...] = ()
    request: Mapping[str, Any] | None = None
    statistics: Mapping[str, Any] | None = None


def plan_diff(before: Compared, after: Compared) -> PlanDiff:
    """Total and pure: any two plans can be compared, also of different patterns."""
    only_before, only_after, both = _ways(before.path, after.path)
    return PlanDiff(
        same_flight=before.plan.content_hash() == after.plan.content_hash(),
        items=_item_changes(before.plan.items, after.plan.items),
        request=_members(before.request or {}, after.request or {}),
        statistics=_members(before.statistics or {}, after.statistics or {}),
        only_before=only_before,
        only_after=only_after,
        both=both,
    )


def _item_changes(before: tuple[MissionItem, ...], after: tuple[MissionItem, ...]) -> tuple[ItemChange, ...]:
    keys = [[canonical_json(item.to_json()) for item in items] for items in (before, after)]
    changes: list[ItemChange] = []
    for tag, first, last, start, end in SequenceMatcher(a=keys[0], b=keys[1]).get_opcodes():
        if tag == "equal":
            continue
        # In a stretch that differs, the k-th item of a command is taken for the k-th of the same command.
        left = list(range(first, last))
        for new in range(start, end):
            old = next((old for old in left if before[old].command == after[new].command), None)
            if old is None:
                changes.append(_change("added", None, new, after[new]))
                continue
            left.remove(old)
            if keys[0][old] != keys[1][new]:
                changes.append(_change(_kind(before[old], after[new]), old, new, after[new]))
        changes += [_change("removed", old, None, before[old]) for old in left]
    return tuple(changes)


def _kind(before: MissionItem, after: MissionItem) -> Literal["moved", "changed"]:
    rest = [item.to_json() | {"lon_deg": None, "lat_deg": None} for item in (before, after)]
    return "moved" if before.position and after.position and rest[0] == rest[1] else "changed"


def _change(kind: Literal["added", "removed", "moved", "changed"], before: int | None, after: int | None, item: MissionItem) -> ItemChange:
    numbers = [None if index is None else index + 1 for index in (before, after)]
    return ItemChange(kind, numbers[0], numbers[1], command_name(item.command), item.position)


def _members(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = [*before, *(name for name in after if name not in before)]
    return {name: (before.get(name), after.get(name)) for name in names if not _same(before.get(name), after.get(name))}


def _same(before: object, after: object) -> bool:
    numbers = [value for value in (before, after) if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == 2:
        return abs(numbers[0] - numbers[1]) <= _SAME_NUMBER * max(1.0, *(abs(number) for number in numbers))
    return before == after


def _ways(before: tuple[LonLat, ...], after: tuple[LonLat, ...]) -> tuple[Json, Json, Json]:
    """Where only the first goes, only the second, and both, compared on the ground."""
    origin = next(iter((*before, *after)), None)
    if origin is None:
        return (_lines(None, None), _lines(None, None), _lines(None, None))
    frame = LocalFrame(origin)
    first, second = (_line(frame, path) for path in (before, after))
    near_first, near_second = (line.buffer(SAME_WAY_M, cap_style="flat") for line in (first, second))
    return (
        _lines(frame, first.difference(near_second)),
        _lines(frame, second.difference(near_first)),
        _lines(frame, second.intersection(near_first)),
    )


def _line(frame: LocalFrame, path: tuple[LonLat, ...]) -> BaseGeometry:
    return shapely.LineString(frame.to_en_m([place.as_tuple() for place in path])) if len(path) > 1 else shapely.LineString()


def _lines(frame: LocalFrame | None, shape: BaseGeometry | None) -> Json:
    coordinates: list[list[list[float]]] = []
    if frame is not None and shape is not None and not shape.is_empty:
        parts = [part for part in shapely.get_parts(shapely.line_merge(shape)) if part.length > 2.0 * SAME_WAY_M]
        coordinates = [frame.to_lonlat_deg(shapely.get_coordinates(part)).round(7).tolist() for part in parts]
    return {"type": "MultiLineString", "coordinates": coordinates}


def _pairs(values: Mapping[str, tuple[Any, Any]]) -> Json:
    return {name: {"before": before, "after": after} for name, (before, after) in values.items()}
