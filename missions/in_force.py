"""Which DO commands are in force at an item: what must be told again to a vehicle that comes to the item by another way.

An autopilot carries a DO command out when it passes it. A mission that is entered in the middle, after a pause or a skip, misses those
before: the camera's trigger, the speed, where the camera looks. Of each kind the last one before the item counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from missions.commands import Command, Frame
from missions.plan import MissionItem

SPEED_KINDS = 4  # DO_CHANGE_SPEED: airspeed, ground speed, climb, descent; each is set by itself


@dataclass(frozen=True, slots=True)
class Trigger:
    """How the camera is triggered: each `distance_m` metres or each `interval_s` seconds; both 0 = not."""

    distance_m: float = 0.0
    interval_s: float = 0.0

    def __bool__(self) -> bool:
        return self.distance_m > 0.0 or self.interval_s > 0.0


TRIGGER_COMMANDS = frozenset(
    {Command.DO_SET_CAM_TRIGG_DIST, Command.DO_SET_CAM_TRIGG_INTERVAL, Command.IMAGE_START_CAPTURE, Command.IMAGE_STOP_CAPTURE}
)
_LOOKS = frozenset({Command.DO_SET_ROI_LOCATION, Command.DO_SET_ROI_NONE, Command.DO_SET_ROI})
_GIMBALS = frozenset({Command.DO_MOUNT_CONTROL, Command.DO_GIMBAL_MANAGER_PITCHYAW})
_SPEED_AS_IT_IS = 0.0


def trigger_in_force(items: Sequence[MissionItem], before: int) -> Trigger:
    """The trigger as the items numbered below `before` (counted from 1) leave it."""
    trigger = Trigger()
    for item in items[: max(0, before - 1)]:
        trigger = trigger_after(trigger, item)
    return trigger


def trigger_after(trigger: Trigger, item: MissionItem) -> Trigger:
    """The trigger once this item is carried out. A single photograph changes nothing."""
    first, second, third = item.params[0] or 0.0, item.params[1] or 0.0, item.params[2] or 0.0
    if item.command == Command.DO_SET_CAM_TRIGG_DIST:
        return Trigger(distance_m=max(0.0, first))
    if item.command == Command.DO_SET_CAM_TRIGG_INTERVAL:
        return Trigger(interval_s=max(0.0, first) / 1000.0)
    if item.command == Command.IMAGE_START_CAPTURE and third != 1.0:
        return Trigger(interval_s=max(0.0, second))
    if item.command == Command.IMAGE_STOP_CAPTURE:
        return Trigger()
    return trigger


def trigger_off(items: Sequence[MissionItem]) -> MissionItem:
    """What stops the trigger, in the command the mission itself uses."""
    kinds = {item.command for item in items if item.command in TRIGGER_COMMANDS}
    if Command.IMAGE_START_CAPTURE in kinds and Command.DO_SET_CAM_TRIGG_DIST not in kinds:
        return MissionItem(Command.IMAGE_STOP_CAPTURE, Frame.MISSION)
    return MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION)


def commands_in_force(items: Sequence[MissionItem], before: int) -> tuple[MissionItem, ...]:
    """DO commands to be carried out anew on the way to item `before`, counted from 1, in the order of the mission.

    The trigger is always among them when the mission has any: also switched off it must be said.
    """
    found: dict[object, tuple[int, MissionItem]] = {}
    triggers = any(item.command in TRIGGER_COMMANDS for item in items)
    if triggers:
        found["trigger"] = (-1, trigger_off(items))
    for index, item in enumerate(items[: max(0, before - 1)]):
        kind = _kind(item)
        if kind is not None:
            found[kind] = (index, item)
    return tuple(item for _, item in sorted(found.values(), key=lambda placed: placed[0]))


def _kind(item: MissionItem) -> object:
    if item.command in TRIGGER_COMMANDS:
        single = item.command == Command.IMAGE_START_CAPTURE and item.params[2] == 1.0
        return None if single else "trigger"
    if item.command == Command.DO_CHANGE_SPEED and (item.params[1] or 0.0) > _SPEED_AS_IT_IS:
        return "speed", int(item.params[0] or 0) % SPEED_KINDS
    if item.command in _LOOKS:
        return "look"
    return "gimbal" if item.command in _GIMBALS else None
