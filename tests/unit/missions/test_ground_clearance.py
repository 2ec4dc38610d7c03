"""The least height above the ground along every leg: exact, wherever it lies, also on the way home."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import LocalFrame, LonLat, distance_m
from geo.terrain import Heights
from missions import (
    Command,
    Frame,
    LegClearance,
    LegKind,
    MissionItem,
    MissionPlan,
    PlanClearance,
    RallyPoint,
    ReturnRule,
    Severity,
    clearance,
)
from tests.support.ground import ground, rough_ground

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)


def at(east_m: float, north_m: float) -> LonLat:
    return FRAME.place(east_m, north_m)


def flight(*points: Sequence[float], frame: int = Frame.GLOBAL_RELATIVE_ALT, **changed: object) -> MissionPlan:
    """Take-off to the height of the first point, the points (east, north, altitude), and back."""
    items = [MissionItem(Command.TAKEOFF, altitude_m=50.0)]
    items += [MissionItem(Command.WAYPOINT, frame, position=at(east, north), altitude_m=up) for east, north, up in points]
    items.append(MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION))
    return MissionPlan(home=HOME, items=tuple(items), **changed)  # type: ignore[arg-type]


def leg_to(found: PlanClearance, item: int) -> LegClearance:
    return next(leg for leg in found.planned if leg.leg.item == item)


def hill(height_m: float = 40.0, north_m: float = 500.0) -> Heights:
    return ground(
        HOME, lambda east, north: 100.0 + np.maximum(height_m - np.hypot(east, north - north_m) / 5.0, 0.0), step_m=5.0, half_side_m=2500.0
    )


def test_a_hill_between_two_waypoints_is_found_though_both_are_high_above_the_ground() -> None:
    found = clearance(flight((0, 0, 50), (0, 1000, 50)), hill())
    leg = leg_to(found, 3)
    assert leg.least_agl_m == pytest.approx(10.0, abs=1.0)
    assert leg.at is not None
    assert distance_m(leg.at, at(0, 500)) < 30.0
    assert found.least_agl_m == leg_to(found, 3).least_agl_m


def test_a_leg_into_the_ground_is_an_error_with_the_place_and_a_low_one_a_warning() -> None:
    found = clearance(flight((0, 0, 30), (0, 1000, 30)), hill())
    finding = next(finding for finding in found.findings if finding.code == "into_ground")
    assert (finding.severity, finding.item) == (Severity.ERROR, 3)
    assert "below the ground at 43.654" in finding.message
    low = clearance(flight((0, 0, 50), (0, 1000, 50)), hill(), wanted_agl_m=20.0)
    assert {finding.code for finding in low.findings if finding.item == 3} == {"low_clearance", "return_low"}
    assert not clearance(flight((0, 0, 90), (0, 1000, 90)), hill(), wanted_agl_m=20.0).findings


def test_the_way_home_is_flown_level_and_no_lower_than_the_return_altitude() -> None:
    plan = flight((0, 0, 90), (700, 0, 90), (0, 1000, 20))
    assert leg_to(clearance(plan, hill()), 5).least_agl_m == pytest.approx(-20.0, abs=1.0)
    high = clearance(plan, hill(), rule=ReturnRule(60.0, 3.0))
    assert leg_to(high, 5).least_agl_m == pytest.approx(20.0, abs=1.0)
    assert leg_to(clearance(flight((0, 0, 90), (0, 1000, 20), autopilot="px4"), hill()), 4).least_agl_m == pytest.approx(20.0, abs=1.0)


def test_a_return_nobody_planned_is_told_with_the_altitude_it_needs() -> None:
    plan = flight((-1500, 0, 30), (-1500, 1500, 30), (0, 2000, 30), (-1500, 1800, 30), (-1500, 0, 30))
    found = clearance(plan, hill())
    low = next(finding for finding in found.findings if finding.code == "return_low")
    assert low.severity is Severity.WARNING
    assert found.return_altitude_m == pytest.approx(50.0, abs=2.0)
    assert "50 m or more" in low.message or "49 m or more" in low.message
    enough = clearance(plan, hill(), rule=ReturnRule(found.return_altitude_m or 0.0, 3.0))
    assert not [finding for finding in enough.findings if finding.code == "return_low"]


def test_a_plane_that_would_land_through_a_hill_is_told() -> None:
    items = (
        MissionItem(22, params=(15.0, 0.0, 0.0, None), altitude_m=60.0),
        MissionItem(16, position=at(0.0, 1000.0), altitude_m=40.0),
        MissionItem(21, position=HOME, altitude_m=0.0),
    )
    plan = MissionPlan(items=items, home=HOME, vehicle_type="plane")
    landing = [finding for finding in clearance(plan, hill(45.0, north_m=500.0)).findings if finding.item == 3]
    assert [finding.code for finding in landing] == ["into_ground"]
    assert not [finding for finding in clearance(plan, hill(2.0, north_m=500.0)).findings if finding.item == 3]


def test_the_nearest_rally_point_is_returned_to() -> None:
    plan = flight((0, 900, 45), (0, 1000, 45), rally_points=(RallyPoint(at(0, 1200), 30.0),))
    returns = [leg.leg for leg in clearance(plan, hill()).legs if leg.leg.kind is LegKind.UNPLANNED_RETURN]
    assert {leg.end for leg in returns if leg.start.lat_deg > at(0, 700).lat_deg} == {at(0, 1200)}
    assert {leg.end for leg in returns if leg.start.lat_deg < at(0, 500).lat_deg} == {HOME}


def test_altitudes_above_the_sea_and_above_the_ground_are_each_their_own() -> None:
    amsl = clearance(flight((0, 0, 150), (0, 1000, 150), frame=Frame.GLOBAL), hill())
    assert leg_to(amsl, 3).least_agl_m == pytest.approx(10.0, abs=1.0)
    above = clearance(flight((0, 0, 50), (0, 1000, 40), frame=Frame.GLOBAL_TERRAIN_ALT), hill())
    assert leg_to(above, 3).least_agl_m == 40.0


def test_what_the_model_does_not_cover_is_said_with_its_length() -> None:
    small = ground(HOME, lambda east, north: 100.0 + 0.0 * east, half_side_m=600.0)
    found = clearance(flight((0, 0, 50), (0, 1600, 50)), small)
    leg = leg_to(found, 3)
    assert leg.unknown_m == pytest.approx(1000.0, abs=31.0)
    gap = next(finding for finding in found.findings if finding.code == "dem_gap")
    assert gap.severity is Severity.ERROR
    assert "of 3,200 m of the way lie where the elevation model 'ground' knows no ground" in gap.message
    elsewhere = ground(LonLat(52.0, 44.0), lambda east, north: 0.0 * east)
    assert [finding.code for finding in clearance(flight((0, 0, 50)), elsewhere).findings] == ["dem_no_home"]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), above_ground=st.booleans())
def test_nowhere_is_the_ground_nearer_than_the_proof_says(seed: int, above_ground: bool) -> None:
    random = np.random.default_rng(seed)
    heights = rough_ground(HOME, seed, step_m=float(random.choice([10.0, 30.0, 90.0])))
    points = np.column_stack([random.uniform(-1400, 1400, (6, 2)), random.uniform(20, 150, 6)])
    plan = flight(*points.tolist(), frame=Frame.GLOBAL_TERRAIN_ALT if above_ground else Frame.GLOBAL_RELATIVE_ALT)
    home_amsl_m = heights.heights_amsl_m([HOME.as_tuple()])[0]
    for proven in clearance(plan, heights).legs:
        leg, length_m = proven.leg, proven.length_m
        if leg.kind is LegKind.TAKEOFF or leg.over_terrain:
            continue
        samples = max(2, int(np.ceil(4 * length_m / heights.resolution_m)))
        share = np.linspace(0, 1, samples)[:, None]
        ends = FRAME.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()])
        below = heights.heights_amsl_m(FRAME.to_lonlat_deg(ends[0] + share * (ends[1] - ends[0]))) - home_amsl_m
        sampled = (leg.start_up_m + share[:, 0] * (leg.end_up_m - leg.start_up_m) - below).min()
        assert proven.least_agl_m is not None
        assert proven.at is not None
        assert sampled >= proven.least_agl_m - 1e-9
        there = heights.heights_amsl_m([proven.at.as_tuple()])[0] - home_amsl_m
        gone = distance_m(leg.start, proven.at) / max(length_m, 1e-9)
        assert leg.start_up_m + gone * (leg.end_up_m - leg.start_up_m) - there == pytest.approx(proven.least_agl_m, abs=0.05)
