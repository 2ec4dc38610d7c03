"""What the list of legs tells of each: clearance, speed, resolution."""

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat
from geo.terrain import grid_heights
from missions import CAMERA_MODELS, Command, MissionItem, MissionPlan, clearance, leg_numbers

HOME = LonLat(51.2, 43.65)
FRAME = LocalFrame(HOME)
CAMERA = CAMERA_MODELS["dji-phantom-4-pro"]
TAKE_OFF = MissionItem(Command.TAKEOFF, altitude_m=100.0)
RETURN = MissionItem(Command.RETURN_TO_LAUNCH, 2)
TRIGGER = MissionItem(Command.DO_SET_CAM_TRIGG_DIST, 2, (20.0, 0.0, 1.0, 0.0))
SLOW = MissionItem(Command.DO_CHANGE_SPEED, 2, (1.0, 4.0, -1.0, 0.0))


def waypoint(east_m: float, north_m: float) -> MissionItem:
    return MissionItem(Command.WAYPOINT, position=FRAME.place(east_m, north_m), altitude_m=100.0)


def plan_of(*items: MissionItem) -> MissionPlan:
    return MissionPlan(home=HOME, items=(TAKE_OFF, *items, RETURN))


def test_each_leg_has_its_speed_and_only_what_is_photographed_a_resolution() -> None:
    plan = plan_of(waypoint(100.0, 0.0), TRIGGER, SLOW, waypoint(400.0, 0.0))
    legs = leg_numbers(plan, None, CAMERA)
    assert [(leg.proven.leg.kind.value, leg.photographs) for leg in legs] == [
        ("takeoff", False),
        ("mission", False),
        ("mission", True),
        ("return", True),
    ]
    assert legs[2].speed_mps == 4.0
    assert legs[2].gsd_cm == pytest.approx((2.74, 2.74), abs=0.01)
    assert [leg.proven.least_agl_m for leg in legs] == [None] * 4, "nobody knows the ground"


def test_rising_ground_takes_clearance_and_makes_the_photographs_finer() -> None:
    plan = plan_of(waypoint(100.0, 0.0), TRIGGER, waypoint(1100.0, 0.0))
    eastward = np.tile(np.clip(np.linspace(-60.0, 90.0, 200), 0.0, None), (200, 1))
    hill = grid_heights(eastward, (51.18, 43.67), (0.0002, 0.0002))
    leg = leg_numbers(plan, hill, CAMERA, clearance(plan, hill).planned)[2]
    assert leg.gsd_cm is not None
    finest_cm, coarsest_cm = leg.gsd_cm
    assert finest_cm < coarsest_cm <= 2.75
    assert leg.proven.least_agl_m is not None
    assert finest_cm == pytest.approx(2.74 * leg.proven.least_agl_m / 100.0, rel=0.01)


def test_a_camera_that_looks_aside_has_no_resolution_of_the_ground() -> None:
    aside = MissionItem(Command.DO_MOUNT_CONTROL, 2, (-20.0, 0.0, 0.0, 0.0), altitude_m=2.0)
    legs = leg_numbers(plan_of(aside, TRIGGER, waypoint(300.0, 0.0)), None, CAMERA)
    assert [leg.gsd_cm for leg in legs] == [None, None, None]
