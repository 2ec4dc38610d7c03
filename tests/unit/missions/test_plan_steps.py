"""One walk along a plan is behind the certificate and the clearance: what it makes of jumps, landings and heights nobody gave."""

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat
from geo.terrain import grid_heights
from missions import Command, MissionItem, MissionPlan, certify, clearance
from missions.plan_steps import StepKind, plan_steps

HOME = LonLat(51.2, 43.65)
FRAME = LocalFrame(HOME)
TAKE_OFF = MissionItem(Command.TAKEOFF, altitude_m=30.0)


def waypoint(east_m: float, north_m: float, up_m: float | None = 30.0) -> MissionItem:
    return MissionItem(Command.WAYPOINT, position=FRAME.place(east_m, north_m), altitude_m=up_m)


def jump(target: int, times: int) -> MissionItem:
    return MissionItem(Command.DO_JUMP, 2, (float(target), float(times), 0.0, 0.0))


def plan_of(*items: MissionItem) -> MissionPlan:
    return MissionPlan(home=HOME, items=(TAKE_OFF, *items))


@pytest.mark.parametrize(("times", "legs"), [(0, 0), (1, 1), (3, 3), (-1, 1)], ids=["never", "once", "thrice", "for ever"])
def test_a_jump_is_flown_as_often_as_it_says_and_once_when_it_never_ends(times: int, legs: int) -> None:
    plan = plan_of(waypoint(100.0, 0.0), waypoint(100.0, 100.0), jump(2, times), MissionItem(Command.RETURN_TO_LAUNCH, 2))
    proofs = certify(plan).legs
    assert sum(proof.item == 2 for proof in proofs) == 1 + legs


def test_the_clearance_has_each_leg_of_a_repeated_jump_once() -> None:
    plan = plan_of(waypoint(100.0, 0.0), waypoint(100.0, 100.0), jump(2, 50))
    level = grid_heights(np.zeros((20, 20)), (51.1, 43.75), (0.01, 0.01))
    legs = [leg.leg.item for leg in clearance(plan, level).planned]
    assert legs == [1, 2, 3, 2]


def test_a_vehicle_lands_level_and_then_down_and_what_follows_is_looked_at_too() -> None:
    down = MissionItem(Command.LAND, position=FRAME.place(50.0, 50.0), altitude_m=0.0)
    plan = plan_of(waypoint(100.0, 0.0), down, TAKE_OFF, waypoint(0.0, 100.0))
    kinds = [(step.kind, step.number) for step in plan_steps(plan)]
    assert kinds == [
        (StepKind.TAKE_OFF, 1),
        (StepKind.WAY, 2),
        (StepKind.WAY, 3),
        (StepKind.LANDING, 3),
        (StepKind.TAKE_OFF, 4),
        (StepKind.WAY, 5),
    ]
    assert [proof.low_m for proof in certify(plan).legs] == [0.0, 30.0, 30.0, 0.0, 0.0, 30.0]


def test_an_item_without_a_height_is_flown_as_high_as_the_one_before() -> None:
    here = MissionItem(Command.LOITER_UNLIM)
    plan = plan_of(waypoint(100.0, 0.0, 40.0), waypoint(200.0, 0.0, None), here)
    assert [step.height_m for step in plan_steps(plan)] == [30.0, 40.0, None, None]
    assert certify(plan).high_m == 40.0
    assert [proof.low_m for proof in certify(plan).legs] == [0.0, 30.0, 40.0]
