"""What the items of a plan ask of a vehicle, step by step in the order flown: the one walk behind every check of its path.

A step says where to and how high as the item has it; what the height means in metres over home or ground is for those who know the ground.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from geo.primitives import LonLat
from missions.commands import AMSL_FRAMES, LANDINGS, NAVIGATION_WITH_PLACE, TAKEOFFS, TERRAIN_FRAMES, Command
from missions.flown_items import flown_items
from missions.plan import MissionItem, MissionPlan


class StepKind(StrEnum):
    """`TAKE_OFF` up from where the vehicle stands, `WAY` straight to a place, `LANDING` down, where it is or towards a place,
    `RETURN` to a landing place of the autopilot's choice, after which nothing of the plan is flown."""

    TAKE_OFF = "take_off"
    WAY = "way"
    LANDING = "landing"
    RETURN = "return"


class HeightOver(StrEnum):
    HOME = "home"
    SEA = "sea"
    GROUND = "ground"


@dataclass(frozen=True, slots=True)
class PlanStep:
    """`number` is that of the item, from 1. `place` None = where the vehicle is, `height_m` None = as high as it is.

    `speed_mps` is the one the plan has asked for last.
    """

    kind: StepKind
    number: int
    item: MissionItem
    place: LonLat | None
    height_m: float | None
    over: HeightOver
    speed_mps: float


def plan_steps(
    plan: MissionPlan, *, each_jump: int | None = None, first_item: int = 1, endless: int = 1, speed_mps: float | None = None
) -> Iterator[PlanStep]:
    """Jumps are followed as often as they say, `each_jump` times at most; endless ones `endless` times, so that their leg is among the
    steps. `speed_mps` is flown until the plan asks for one; that of the plan when not given."""
    if speed_mps is None:
        hovers = plan.vehicle_type in ("copter", "vtol") and plan.hover_speed_mps > 0
        speed_mps = plan.hover_speed_mps if hovers else plan.cruise_speed_mps
    for number, item in flown_items(plan.items, first_item, each=each_jump, endless=endless):
        if item.command == Command.DO_CHANGE_SPEED and (item.params[1] or 0.0) > 0.0:
            speed_mps = float(item.params[1] or speed_mps)
        elif item.command == Command.RETURN_TO_LAUNCH:
            yield PlanStep(StepKind.RETURN, number, item, None, None, HeightOver.HOME, speed_mps)
            return
        elif item.command in TAKEOFFS:
            # Copters climb on the spot whatever place the item names; wings climb towards it.
            place = item.position if plan.vehicle_type == "plane" else None
            yield PlanStep(StepKind.TAKE_OFF, number, item, place, item.altitude_m, _over(item), speed_mps)
        elif item.command in LANDINGS:
            # Level to the place, then down; a wing down the slope that begins where it is.
            slope = item.position if plan.vehicle_type == "plane" else None
            if item.position is not None and slope is None:
                yield PlanStep(StepKind.WAY, number, item, item.position, None, HeightOver.HOME, speed_mps)
            yield PlanStep(StepKind.LANDING, number, item, slope, 0.0, HeightOver.HOME, speed_mps)
        elif item.command in NAVIGATION_WITH_PLACE:
            # Without a place 0 stands for "not given" in the height too.
            height_m = item.altitude_m if item.position is not None else item.altitude_m or None
            yield PlanStep(StepKind.WAY, number, item, item.position, height_m, _over(item), speed_mps)


def _over(item: MissionItem) -> HeightOver:
    if item.frame in TERRAIN_FRAMES:
        return HeightOver.GROUND
    return HeightOver.SEA if item.frame in AMSL_FRAMES else HeightOver.HOME
