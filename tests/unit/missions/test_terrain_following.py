"""Terrain following: never lower than wanted - tolerance along any leg, no steeper than the vehicle, and few waypoints."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import LocalFrame, LonLat
from missions import (
    Command,
    FacadeRequest,
    OrbitRequest,
    PlanContext,
    Severity,
    StructureRequest,
    SurveyRequest,
    VehicleStart,
    clearance,
    plan_request,
    plan_survey,
)
from missions.planning.flight import EveryMetres, Leg, path_of
from missions.terrain.follow import ClimbLimits, FollowTask, follow_terrain, longest_chords
from tests.support.ground import Array, ground, rough_ground

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)


def field(side_m: float = 700.0) -> tuple[LonLat, ...]:
    return tuple(FRAME.place(100 + x * side_m, 100 + y * side_m) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)))


def ridge(east: Array, north: Array) -> Array:
    """A ridge to the north, 80 m high, its flanks one in four."""
    return np.asarray(200.0 + np.maximum(80.0 - np.abs(north - 450.0) / 4.0, 0.0) + 0.0 * east)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_sampled_ever_so_densely_the_ground_is_never_nearer_than_wanted_less_the_tolerance(seed: int) -> None:
    random = np.random.default_rng(seed)
    heights = rough_ground(HOME, seed, relief_m=float(random.uniform(5, 200)), step_m=float(random.choice([10.0, 30.0, 90.0])))
    home_amsl_m = float(heights.heights_amsl_m([HOME.as_tuple()])[0])
    wanted_m, tolerance_m = float(random.uniform(20, 120)), float(random.uniform(1, 12))
    corners = np.column_stack([np.vstack([[0.0, 0.0], random.uniform(-1400, 1400, (7, 2))]), np.full(8, wanted_m)])
    flight = tuple(Leg(np.array(pair), EveryMetres(20.0) if n % 2 else None) for n, pair in enumerate(pairwise(corners)))
    limits = ClimbLimits(2.5, 1.5, 0.5)
    speed_mps = float(random.uniform(3, 15))
    followed = follow_terrain(flight, FollowTask(heights, FRAME, home_amsl_m, tolerance_m, speed_mps, limits))
    assert len(followed.flight) == len(flight)
    for leg, given_leg in zip(followed.flight, flight, strict=True):
        assert leg.points[[0, -1], :2] == pytest.approx(given_leg.points[[0, -1], :2])
        climb, descent = limits.slopes(leg.speed_mps or speed_mps)
        for start, end in pairwise(leg.points):
            level_m = float(np.hypot(*(end - start)[:2]))
            if level_m > 1e-3:
                assert -descent - 1e-6 <= (end - start)[2] / level_m <= climb + 1e-6
            share = np.linspace(0, 1, max(2, int(4 * level_m / heights.resolution_m)))[:, None]
            line = start + share * (end - start)
            above_m = line[:, 2] + home_amsl_m - heights.heights_amsl_m(FRAME.to_lonlat_deg(line[:, :2]))
            assert above_m.min() >= wanted_m - tolerance_m - 0.01
    steps = [np.abs(after.points[0] - before.points[-1]).max() for before, after in pairwise(followed.flight)]
    assert max(steps) < 0.01, "legs hang together"


def test_level_ground_needs_no_waypoint_and_a_ridge_only_a_few() -> None:
    line = np.array([[0.0, 0.0, 60.0], [0.0, 1000.0, 60.0]])
    level = ground(HOME, lambda east, north: 50.0 + 0.0 * east)
    task = FollowTask(level, FRAME, 50.0, 5.0, 8.0, ClimbLimits())
    assert len(path_of(follow_terrain((Leg(line, EveryMetres(10.0)),), task).flight)) == 2
    over = FollowTask(ground(HOME, ridge, step_m=10.0), FRAME, 200.0, 5.0, 8.0, ClimbLimits(4.0, 4.0))
    assert 4 <= len(path_of(follow_terrain((Leg(line, EveryMetres(10.0)),), over).flight)) <= 7


def test_ground_steeper_than_the_vehicle_climbs_is_met_by_climbing_earlier() -> None:
    wall = ground(HOME, lambda east, north: np.where(north > 500.0, 100.0, 0.0) + 0.0 * east, step_m=10.0)
    line = np.array([[0.0, 0.0, 60.0], [0.0, 1000.0, 60.0]])
    quick = FollowTask(wall, FRAME, 0.0, 5.0, 10.0, ClimbLimits(2.5, 1.5), may_slow=False)
    followed = follow_terrain((Leg(line, EveryMetres(10.0)),), quick)
    assert followed.highest_m == pytest.approx(100.0, abs=10.0)
    assert followed.raised_m == pytest.approx(400.0, abs=50.0)
    slow = follow_terrain((Leg(line, EveryMetres(10.0)),), FollowTask(wall, FRAME, 0.0, 5.0, 10.0, ClimbLimits(2.5, 1.5)))
    assert slow.raised_m < 0.5 * followed.raised_m
    assert slow.flight[0].speed_mps == pytest.approx(4.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_chords_stay_within_their_tolerances(seed: int) -> None:
    random = np.random.default_rng(seed)
    along = np.cumsum(random.uniform(0.1, 30, 40))
    curve = np.cumsum(random.normal(0, 3, 40))
    kept = [0, *longest_chords(along, curve, 2.0, 5.0)]
    off = np.interp(along, along[kept], curve[kept]) - curve
    assert kept[-1] == 39
    assert off.min() >= -2.0 - 1e-9
    assert off.max() <= 5.0 + 1e-9


def test_a_survey_over_a_ridge_follows_it_and_proves_its_clearance() -> None:
    heights = ground(HOME, ridge, step_m=10.0)
    request = SurveyRequest(polygon=field(), gsd_cm=2.0, home=HOME, terrain="follow")
    followed = plan_survey(request, PlanContext(heights=heights))
    level = plan_survey(SurveyRequest(polygon=field(), gsd_cm=2.0, home=HOME), PlanContext(heights=heights))
    assert followed.plan is not None
    assert followed.statistics is not None
    height_m = followed.statistics.altitude_m
    assert followed.statistics.least_agl_m is not None
    assert followed.statistics.least_agl_m >= 0.9 * height_m
    assert clearance(followed.plan, heights).least_agl_m == followed.statistics.least_agl_m
    assert followed.statistics.gsd_max_cm is not None
    assert followed.statistics.gsd_max_cm < 2.6
    assert "into_ground" in {finding.code for finding in level.findings}
    assert level.plan is None
    triggers = [item for item in followed.plan.items if item.command == Command.DO_SET_CAM_TRIGG_DIST]
    assert len(triggers) == 2 * followed.statistics.lines  # type: ignore[attr-defined]


CENTRE = FRAME.place(150.0, 120.0)
LOOKING = {
    "orbit": OrbitRequest(centre=CENTRE, radius_m=60.0, altitude_m=40.0, target_height_m=10.0),
    "structure": StructureRequest(centre=CENTRE, bottom_m=12.0, top_m=30.0),
    "facade": FacadeRequest(wall=(FRAME.place(100, 100), FRAME.place(180, 100), FRAME.place(180, 160)), side="right", bottom_m=12.0),
}


def slope(east: Array, north: Array) -> Array:
    return np.asarray(50.0 + 0.08 * east + 0.05 * north + 4.0 * np.sin(east / 40.0))


@pytest.mark.parametrize("pattern", LOOKING)
def test_what_looks_at_things_keeps_its_height_along_every_leg_of_a_slope(pattern: str) -> None:
    heights = ground(HOME, slope, step_m=10.0)
    lowest_m = {"orbit": 40.0, "structure": 12.0, "facade": 12.0}[pattern]
    result = plan_request(replace(LOOKING[pattern], home=HOME, terrain="follow"), PlanContext(heights=heights))
    assert result.plan is not None
    assert result.statistics is not None
    assert result.statistics.least_agl_m is not None
    assert result.statistics.least_agl_m >= lowest_m - max(2.0, 0.1 * lowest_m)
    assert clearance(result.plan, heights).least_agl_m == result.statistics.least_agl_m
    home_amsl_m = float(heights.heights_amsl_m([HOME.as_tuple()])[0])
    for photo in result.photos:
        above_m = photo.altitude_m + home_amsl_m - float(heights.heights_amsl_m([photo.position.as_tuple()])[0])
        assert above_m >= lowest_m - max(2.0, 0.1 * lowest_m) - 0.01


@pytest.mark.parametrize(("pattern", "pitch_deg", "off_deg"), [("orbit", -26.6, 8.0), ("structure", 0.0, 20.0)])
def test_on_a_slope_the_camera_looks_at_the_thing_where_it_stands(pattern: str, pitch_deg: float, off_deg: float) -> None:
    heights = ground(HOME, slope, step_m=10.0)
    result = plan_request(replace(LOOKING[pattern], home=HOME, terrain="follow"), PlanContext(heights=heights))
    assert np.abs(np.array([photo.pitch_deg for photo in result.photos]) - pitch_deg).max() < off_deg


@pytest.mark.parametrize("pattern", LOOKING)
def test_a_model_that_ends_before_the_thing_is_refused_at_its_place(pattern: str) -> None:
    small = ground(HOME, slope, step_m=10.0, half_side_m=60.0)
    result = plan_request(replace(LOOKING[pattern], home=HOME, terrain="follow"), PlanContext(heights=small))
    found = {finding.code: finding for finding in result.findings}
    assert result.plan is None
    assert found["dem_gap"].place is not None


@pytest.mark.parametrize(
    ("home", "half_side_m", "code"),
    [
        (HOME, 500.0, "dem_gap"),
        (None, 3000.0, "home_needed"),
        (FRAME.place(-1500.0, 0.0), 1200.0, "dem_no_home"),
        (HOME, None, "dem_missing"),
    ],
)
def test_what_keeps_a_survey_from_following_is_said(home: LonLat | None, half_side_m: float | None, code: str) -> None:
    heights = None if half_side_m is None else ground(HOME, ridge, half_side_m=half_side_m)
    result = plan_survey(SurveyRequest(polygon=field(), gsd_cm=2.0, home=home, terrain="follow"), PlanContext(heights=heights))
    assert result.plan is None
    assert [finding.code for finding in result.findings if finding.severity is Severity.ERROR] == [code]


def test_what_the_ground_forbids_one_of_several_flights_is_said_with_its_name() -> None:
    outside = FRAME.place(700.0, 300.0)
    request = SurveyRequest(
        polygon=field(450.0),
        camera="sunqar-sim-nadir",
        altitude_m=60.0,
        terrain="follow",
        vehicles=(VehicleStart(HOME, "west"), VehicleStart(outside, "east")),
    )
    small = ground(HOME, lambda east, north: 50.0 + 0.0 * east, half_side_m=620.0)
    result = plan_survey(request, PlanContext(heights=small))
    found = [finding for finding in result.findings if finding.code == "dem_no_home"]
    assert result.plan is None
    assert len(found) == 1
    assert found[0].message.startswith("east, flight ")
