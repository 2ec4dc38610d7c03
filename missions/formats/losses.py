"""What a format leaves out of a plan, item by item: found by comparing what went in with what will come out, so nothing is forgotten."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from missions.commands import command_name
from missions.findings import Finding, Severity, Values
from missions.plan import MissionItem, MissionPlan

_PARTS = {
    "vehicle_type": "have no place for the vehicle type",
    "autopilot": "have no place for the autopilot",
    "home": "cannot hold this home",
    "home_altitude_amsl_m": "have no place for the altitude of home",
    "cruise_speed_mps": "have no place for the cruise speed",
    "hover_speed_mps": "have no place for the hover speed",
    "geofence": "have no place for the geofence: it is left out",
    "rally_points": "have no place for the rally points: they are left out",
    "complex_items": "have no place for patterns: their waypoints are kept",
}
_CHANGES = {
    "left_out": "leave it out",
    "heading": "leave its heading open",
    "before": "get {} before it",
    "after": "get {} after it",
    "replaced": "hold {} in its place",
    "changed": "change its {}",
}
_GRAVE = frozenset({"geofence", "rally_points"})
# How far ahead an item is looked for: formats leave out, change or add items in place, they do not carry them far.
_REACH = 64
_NAMED = 8


def plan_losses(plan: MissionPlan, kept: MissionPlan, format_name: str) -> Iterator[Finding]:
    """`kept` is the plan as the file gives it back. Empty exactly when both are equal, names aside."""
    for field in fields(MissionPlan):
        before, after = getattr(plan, field.name), getattr(kept, field.name)
        if field.name == "name" or before == after:
            continue
        if field.name == "items":
            yield from _item_losses(plan.items, kept.items, format_name)
            continue
        if field.name == "extras":
            yield _extras_loss(plan, kept, format_name)
            continue
        text = _PARTS.get(field.name, f"have no place for the {field.name.replace('_', ' ')} behind the plan: it is left out")
        form = field.name if field.name in _PARTS else "other"
        values: Values = {"form": form, "format": format_name}
        severity = Severity.WARNING if field.name in _GRAVE else Severity.INFO
        yield Finding(severity, "format_loss", None, f"{format_name} files {text}.", values=values)


def _extras_loss(plan: MissionPlan, kept: MissionPlan, format_name: str) -> Finding:
    """Members of other programs: all of them, or those of parts that are not what they were when the file was read."""
    left = {extra.place: set(json.loads(extra.members)) for extra in kept.extras}
    lost = [
        f"{extra.place}.{name}".lstrip(".")
        for extra in plan.extras
        for name in json.loads(extra.members)
        if name not in left.get(extra.place, ())
    ]
    named = ", ".join(f"'{name:.60}'" for name in lost[:_NAMED]) + (f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else "")
    message = f"{format_name} files have no place, or none any more, for what another program kept in its plan file: {named}."
    return Finding(Severity.INFO, "format_loss", None, message, values={"form": "extras", "format": format_name, "names": named})


def _item_losses(before: Sequence[MissionItem], after: Sequence[MissionItem], format_name: str) -> Iterator[Finding]:
    if before and not after:
        message = f"{format_name} files have no place for items here: all {len(before)} are left out."
        yield Finding(Severity.WARNING, "format_loss", 1, message, values={"form": "all", "format": format_name, "n": len(before)})
        return
    groups: dict[tuple[str, _Change], list[int]] = {}
    for number, name, change in _changes(before, after):
        groups.setdefault((name, change), []).append(number)
    for (name, change), numbers in groups.items():
        message = f"{_listed(numbers)} ({name}): {format_name} files {change}."
        listed = ", ".join(map(str, numbers[:_NAMED])) + (" …" if len(numbers) > _NAMED else "")
        values: Values = {"form": change.form, "format": format_name, "items": listed, "name": name, "what": change.what}
        yield Finding(Severity.WARNING, "format_loss", numbers[0], message, values=values)


def _listed(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Item {numbers[0]}"
    named = ", ".join(map(str, numbers[:_NAMED]))
    return f"Items {named}" + (f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else "")


@dataclass(frozen=True, slots=True)
class _Change:
    """What becomes of an item: `what` is the other command, or the members that change, by their code."""

    form: str
    what: str = ""

    def __str__(self) -> str:
        return _CHANGES[self.form].format(" and ".join(self.what.replace("_", " ").split(", ")) if self.form == "changed" else self.what)


def _changes(before: Sequence[MissionItem], after: Sequence[MissionItem]) -> Iterator[tuple[int, str, _Change]]:
    """(item number, its command, what becomes of it)."""
    here, there = 0, 0
    while here < len(before) and there < len(after):
        old, new = before[here], after[there]
        name = command_name(old.command)
        if old == new:
            here, there = here + 1, there + 1
        elif _same_purpose(old, new):
            yield here + 1, name, _difference(old, new)
            here, there = here + 1, there + 1
        elif new in before[here + 1 : here + _REACH] or any(_same_purpose(later, new) for later in before[here + 1 : here + _REACH]):
            yield here + 1, name, _Change("left_out")
            here += 1
        elif old in after[there + 1 : there + _REACH]:
            yield here + 1, name, _Change("before", command_name(new.command))
            there += 1
        else:
            yield here + 1, name, _difference(old, new)
            here, there = here + 1, there + 1
    for index in range(here, len(before)):
        yield index + 1, command_name(before[index].command), _Change("left_out")
    for index in range(there, len(after)):
        yield max(len(before), 1), "end", _Change("after", command_name(after[index].command))


def _same_purpose(old: MissionItem, new: MissionItem) -> bool:
    return old.command == new.command and old.position == new.position and old.position is not None


def _difference(old: MissionItem, new: MissionItem) -> _Change:
    if new.params[3] is None and replace(old, params=(*old.params[:3], None)) == new:
        return _Change("heading")
    if old.command != new.command:
        return _Change("replaced", command_name(new.command))
    changed = [f"parameter_{number}" for number, (a, b) in enumerate(zip(old.params, new.params, strict=True), start=1) if a != b]
    if old.position != new.position or old.params_5_6 != new.params_5_6:
        changed.append("place")
    if old.altitude_m != new.altitude_m:
        changed.append("altitude" if old.position is not None else "parameter_7")
    if old.frame != new.frame:
        changed.append("frame")
    if old.autocontinue != new.autocontinue:
        changed.append("autocontinue")
    return _Change("changed", ", ".join(changed))
