"""Findings on plans whoever made them."""

from dataclasses import replace

import pytest

from geo.primitives import LonLat
from missions import FenceCircle, FencePolygon, Geofence, MissionItem, MissionPlan, Severity, check_plan
from tests.support.plans import ring

HOME, NORTH, EAST = ring([(0, 0), (0, 300), (300, 0)])
PLAN = MissionPlan(
    home=HOME,
    items=(
        MissionItem(22, altitude_m=30.0),
        MissionItem(16, position=NORTH, altitude_m=30.0),
        MissionItem(16, position=EAST, altitude_m=30.0),
        MissionItem(20, 2),
    ),
)
BOX = FencePolygon(ring([(-50, -50), (350, -50), (350, 350), (-50, 350)]))


def codes(plan: MissionPlan) -> set[str]:
    return {finding.code for finding in check_plan(plan)}


def with_item(item: MissionItem) -> MissionPlan:
    return replace(PLAN, items=(*PLAN.items[:2], item, *PLAN.items[3:]))


def test_a_sound_plan_has_no_findings() -> None:
    assert check_plan(replace(PLAN, geofence=Geofence((BOX,)))) == ()


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(PLAN, items=()), "no_items"),
        (replace(PLAN, items=PLAN.items[1:]), "no_takeoff"),
        (replace(PLAN, items=PLAN.items[:-1]), "no_landing"),
        (replace(PLAN, home=None), "home_unknown"),
        (with_item(MissionItem(16, 77, position=EAST, altitude_m=5.0)), "frame"),
        (with_item(MissionItem(16, altitude_m=5.0)), "no_place"),
        (with_item(MissionItem(16, position=EAST, altitude_m=None)), "no_altitude"),
        (with_item(MissionItem(177, 2, params=(9.0, 1.0, 0.0, 0.0))), "jump"),
        (with_item(MissionItem(16, position=EAST, altitude_m=-5.0)), "below_home"),
        (with_item(MissionItem(16, position=LonLat(15.16, 43.65), altitude_m=5.0)), "long_leg"),
        (with_item(MissionItem(16, position=LonLat(0.0, 0.0), altitude_m=5.0)), "invalid_waypoint"),
        (with_item(MissionItem(16, position=EAST, altitude_m=90_000.0)), "invalid_waypoint"),
        (with_item(MissionItem(16, position=EAST, altitude_m=-9_999.0)), "invalid_waypoint"),
        (replace(PLAN, items=(MissionItem(22, altitude_m=0.0), *PLAN.items[1:])), "takeoff_altitude"),
        (replace(PLAN, geofence=Geofence((FencePolygon(ring([(0, 0), (9, 9), (9, 0), (0, 9)])),))), "self_crossing"),
        (replace(PLAN, geofence=Geofence(circles=(FenceCircle(HOME, 0.0),))), "fence_radius"),
        (replace(PLAN, geofence=Geofence(circles=(FenceCircle(HOME, 200.0),))), "outside_fence"),
        (replace(PLAN, geofence=Geofence(circles=(FenceCircle(ring([(150, 150)])[0], 20.0, inclusion=False),))), "inside_zone"),
    ],
)
def test_each_fault_has_its_finding(plan: MissionPlan, code: str) -> None:
    assert code in codes(plan)


def test_the_way_home_is_checked_too() -> None:
    zone = FencePolygon(ring([(140, -10), (160, -10), (160, 10), (140, 10)]), inclusion=False)
    crossing = [finding for finding in check_plan(replace(PLAN, geofence=Geofence((BOX, zone)))) if finding.code == "inside_zone"]
    assert [finding.item for finding in crossing] == [4]
    assert "way home (item 4) is 20 m inside" in crossing[0].message


def test_a_concave_fence_is_checked_along_the_leg_not_only_at_its_ends() -> None:
    fence = FencePolygon(ring([(-20, -20), (320, -20), (320, 20), (20, 20), (20, 320), (-20, 320)]))
    outside = [finding for finding in check_plan(replace(PLAN, geofence=Geofence((fence,)))) if finding.code == "outside_fence"]
    assert [(finding.item, finding.severity) for finding in outside] == [(3, Severity.ERROR)]
