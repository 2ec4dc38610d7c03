"""A mission changed while it is flown: another waypoint, the rest higher or lower. The result is judged and approved like any other."""

from dataclasses import replace

from geo.primitives import LonLat, MissionError
from missions.commands import LANDINGS, NAVIGATION_WITH_PLACE, Command
from missions.plan import ANY_HEADING, MissionItem, MissionPlan

LOWEST_M = 2.0


def with_waypoint(plan: MissionPlan, before: int, place: LonLat, altitude_m: float) -> MissionPlan:
    """Fly over `place` on the way to item `before` (counted from 1). `altitude_m` counts as that of the items around it does.

    What is in force there, as the camera's trigger and the speed, stays in force. Raises: `MissionError`.
    """
    _check_item(plan, before)
    around = [item for item in (*plan.items[before - 1 :], *reversed(plan.items[: before - 1])) if item.command in NAVIGATION_WITH_PLACE]
    if not around:
        raise MissionError(f"Plan '{plan.name}' flies to no place.", code="change.no_place", hint="Use goto.")
    added = MissionItem(Command.WAYPOINT, around[0].frame, ANY_HEADING, place, altitude_m=altitude_m)
    items = [_jumping_past(item, before) for item in plan.items]
    return _changed(plan, (*items[: before - 1], added, *items[before - 1 :]))


def with_altitude(plan: MissionPlan, from_item: int, by_m: float) -> MissionPlan:
    """Fly from item `from_item` (counted from 1) on so much higher, or lower when negative. Landings stay. Raises: `MissionError`."""
    _check_item(plan, from_item)
    items = list(plan.items)
    for index in range(from_item - 1, len(items)):
        item = items[index]
        if item.command not in NAVIGATION_WITH_PLACE or item.command in LANDINGS or item.altitude_m is None:
            continue
        if item.altitude_m + by_m < LOWEST_M:
            raise MissionError(
                f"Item {index + 1} would be flown at {item.altitude_m + by_m:g} m.",
                code="change.too_low",
                hint=f"Change it by {LOWEST_M - item.altitude_m:g} m at most.",
            )
        items[index] = replace(item, altitude_m=round(item.altitude_m + by_m, 3))
    return _changed(plan, tuple(items))


def _changed(plan: MissionPlan, items: tuple[MissionItem, ...]) -> MissionPlan:
    # What was asked of a planner, and the patterns of a file, no longer say what is flown.
    return replace(plan, items=items, request=None, complex_items=(), extras=())


def _jumping_past(item: MissionItem, before: int) -> MissionItem:
    """Jumps to what lies behind the new item lead one further."""
    if item.command != Command.DO_JUMP or int(item.params[0] or 0) < before:
        return item
    return replace(item, params=(float(item.params[0] or 0) + 1.0, *item.params[1:]))


def _check_item(plan: MissionPlan, number: int) -> None:
    plan.flight_items()  # a pattern without its items cannot be changed item by item
    if not 1 <= number <= len(plan.items):
        raise MissionError(
            f"Plan '{plan.name}' has {len(plan.items)} items, no item {number}.", code="change.item", hint=f"Choose 1 to {len(plan.items)}."
        )
