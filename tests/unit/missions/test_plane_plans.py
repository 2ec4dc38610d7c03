"""Plans for a plane: what it can fly, the room its turns need, and what it is refused with the way out."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely

from geo.primitives import LocalFrame
from missions import (
    CAMERA_MODELS,
    CorridorRequest,
    CoverageMap,
    ExpandingSquareRequest,
    FacadeRequest,
    MissionPlan,
    OrbitRequest,
    PerimeterRequest,
    PlanContext,
    PlanRequest,
    SectorRequest,
    Shot,
    SurveyRequest,
    VehicleDynamics,
    Wind,
    WingDynamics,
    WingEnergyModel,
    coverage_target,
    has_errors,
    part_plan,
    pieces_left,
    plan_request,
)
from missions.commands import NAVIGATION_WITH_PLACE, Command
from missions.planning.dubins import rounded
from tests.support.ground import ground
from tests.support.plans import ring
from tests.support.simulated_flight import AKTAU

FRAME = LocalFrame(AKTAU)
FIELD_M = [(150.0, 150.0), (950.0, 150.0), (950.0, 650.0), (150.0, 650.0)]
WIDE_M = [(-1500.0, -1500.0), (2500.0, -1500.0), (2500.0, 2500.0), (-1500.0, 2500.0)]
SURVEY = SurveyRequest(polygon=ring(FIELD_M, AKTAU), camera="sunqar-sim-nadir", altitude_m=100.0, home=AKTAU, vehicle="plane")


def asked(**changes: object) -> SurveyRequest:
    return SurveyRequest.from_json({**SURVEY.to_json(), **changes})


def codes(request: PlanRequest) -> set[str]:
    return {finding.code for finding in plan_request(request).findings}


def corners_m(plan: MissionPlan) -> np.ndarray:
    items = [item.position for item in plan.items if item.command in NAVIGATION_WITH_PLACE and item.position is not None]
    return FRAME.to_en_m([AKTAU.as_tuple(), *(place.as_tuple() for place in items)])


def test_a_survey_is_covered_with_turns_no_tighter_than_the_wing_allows() -> None:
    result = plan_request(SURVEY)
    assert result.plan is not None
    assert result.plan.vehicle_type == "plane"
    assert result.statistics is not None
    assert result.statistics.covered_share is not None
    assert result.statistics.covered_share >= 0.998
    radius_m = WingDynamics().radius_m(result.statistics.speed_mps)
    for item in result.plan.items:
        if item.command == Command.WAYPOINT:
            # An arc of a quarter turn at most begins no further from its corner than the radius.
            assert 2.0 <= (item.params[1] or 0.0) <= radius_m + 1.0


def test_it_takes_off_with_a_pitch_and_lands_from_a_circle() -> None:
    result = plan_request(asked(wind={"speed_mps": 4.0, "from_deg": 315.0}))
    assert result.plan is not None
    items = result.plan.items
    assert (items[0].command, items[0].params[0]) == (Command.TAKEOFF, 15.0)
    run_e, run_n = FRAME.offset_m(items[0].position or AKTAU)
    # Into the wind from the north-west, or nearly.
    assert run_n - run_e > 95.0
    assert [item.command for item in items[-3:]] == [Command.DO_LAND_START, Command.LOITER_TO_ALT, Command.LAND]
    assert items[-1].position == AKTAU


@pytest.mark.parametrize("angle_deg", [0.0, 37.0, 90.0])
def test_turns_stay_inside_the_fence_and_out_of_zones(angle_deg: float) -> None:
    fence = [(-500.0, -500.0), (1300.0, -500.0), (1300.0, 1000.0), (-500.0, 1000.0)]
    zone = [(1000.0, 350.0), (1060.0, 350.0), (1060.0, 450.0), (1000.0, 450.0)]
    result = plan_request(asked(angle_deg=angle_deg, fence=ring_json(fence), avoid=[ring_json(zone)]))
    assert result.plan is not None, result.findings
    assert result.certificate is not None
    radius_m = WingDynamics().radius_m(15.0)
    flown = shapely.LineString(rounded(corners_m(result.plan), radius_m))
    assert shapely.Polygon(fence).covers(flown)
    assert not shapely.Polygon(zone).intersects(flown)


def ring_json(points: list[tuple[float, float]]) -> dict[str, object]:
    places = [list(FRAME.place(*point).as_tuple()) for point in [*points, points[0]]]
    return {"type": "Polygon", "coordinates": [places]}


def test_a_fence_without_room_for_turns_is_said() -> None:
    field = [(150.0, 150.0), (300.0, 150.0), (300.0, 220.0), (150.0, 220.0)]
    fence = [(130.0, 130.0), (320.0, 130.0), (320.0, 240.0), (130.0, 240.0)]
    home = list(FRAME.place(200.0, 180.0).as_tuple())
    result = plan_request(asked(polygon=ring_json(field), fence=ring_json(fence), home=home))
    assert result.plan is None
    assert "turn_blocked" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "request_",
    [
        CorridorRequest(axis=ring([(200, 0), (900, 100), (1200, 700)], AKTAU), width_m=80.0, altitude_m=100.0, home=AKTAU, vehicle="plane"),
        PerimeterRequest(polygon=ring(FIELD_M, AKTAU), altitude_m=100.0, home=AKTAU, vehicle="plane"),
        ExpandingSquareRequest(
            datum=FRAME.place(400.0, 400.0), radius_m=400.0, spacing_m=100.0, altitude_m=100.0, home=AKTAU, vehicle="plane"
        ),
        SectorRequest(datum=FRAME.place(500.0, 500.0), radius_m=400.0, altitude_m=100.0, home=AKTAU, vehicle="plane"),
        OrbitRequest(centre=FRAME.place(400.0, 400.0), radius_m=120.0, altitude_m=100.0, home=AKTAU, vehicle="plane"),
    ],
    ids=lambda request: request.pattern,
)
def test_patterns_flown_forward_are_planned(request_: PlanRequest) -> None:
    result = plan_request(request_)
    assert not has_errors(result.findings), result.findings
    assert result.plan is not None
    assert result.statistics is not None
    assert result.statistics.photos > 10
    assert result.statistics.in_zones_m == 0.0


def test_no_two_waypoints_of_a_straight_way_lie_next_to_one_another() -> None:
    asked_for = PerimeterRequest(polygon=ring(FIELD_M, AKTAU), camera="sunqar-sim-nadir", altitude_m=60.0, home=AKTAU, vehicle="plane")
    result = plan_request(asked_for)
    assert result.plan is not None
    begun = next(number for number, item in enumerate(result.plan.items) if item.command == Command.DO_SET_CAM_TRIGG_DIST)
    climb = [FRAME.offset_m(item.position) for item in result.plan.items[:begun] if item.command == Command.WAYPOINT and item.position]
    assert min(float(np.hypot(*np.subtract(one, other))) for one, other in pairwise(climb)) > 10.0


def test_an_orbit_that_px4_refuses_is_not_planned_for_it() -> None:
    orbit = OrbitRequest(centre=FRAME.place(400.0, 300.0), radius_m=120.0, altitude_m=80.0, home=AKTAU, vehicle="plane")
    assert plan_request(orbit).plan is not None
    refused = plan_request(replace(orbit, autopilot="px4"))
    assert [finding.code for finding in refused.findings] == ["vehicle_pattern"]


def test_what_a_plane_cannot_fly_is_refused_with_the_way_out() -> None:
    facade = FacadeRequest(wall=ring([(0, 50), (60, 50)], AKTAU), home=AKTAU, vehicle="plane")
    assert codes(facade) == {"vehicle_pattern"}
    small = OrbitRequest(centre=FRAME.place(200.0, 200.0), radius_m=20.0, altitude_m=60.0, home=AKTAU, vehicle="plane")
    assert "turn_too_tight" in codes(small)
    assert "wind" in codes(asked(wind={"speed_mps": 9.0, "from_deg": 0.0}))
    assert "speed" in codes(asked(speed_mps=5.0))


def test_a_plane_follows_the_ground_along_its_lines_and_turns_level() -> None:
    heights = ground(AKTAU, lambda east, north: 100.0 + 0.05 * east + 0.03 * north + 6.0 * np.sin(east / 150.0), step_m=30.0)
    result = plan_request(asked(terrain="follow"), PlanContext(heights=heights))
    assert result.plan is not None
    assert result.statistics is not None
    home_amsl_m = float(heights.heights_amsl_m([AKTAU.as_tuple()])[0])
    above_m = np.array([photo.altitude_m for photo in result.photos]) + home_amsl_m
    above_m -= heights.heights_amsl_m([photo.position.as_tuple() for photo in result.photos])
    assert above_m.min() >= 90.0 - 0.1
    assert np.median(above_m) < 110.0
    level = plan_request(SURVEY, PlanContext(heights=heights))
    flat_m = np.array([photo.altitude_m for photo in level.photos]) + home_amsl_m
    flat_m -= heights.heights_amsl_m([photo.position.as_tuple() for photo in level.photos])
    assert np.ptp(above_m) < 0.7 * np.ptp(flat_m)
    # Between two lines the height stays: a waypoint within a turn would be in the way of its arc.
    triggers = [number for number, item in enumerate(result.plan.items) if item.command == Command.DO_SET_CAM_TRIGG_DIST]
    for off, on in pairwise(triggers):
        if result.plan.items[off].params[0] == 0.0:
            turn = [item.altitude_m for item in result.plan.items[off - 1 : on] if item.command == Command.WAYPOINT]
            assert max(turn) - min(turn) < 0.05  # type: ignore[type-var, operator]
    # No leg climbs or sinks more steeply than the wing.
    steepest = WingDynamics().climb_mps / result.statistics.speed_mps, WingDynamics().sink_mps / result.statistics.speed_mps
    photographed = [part for part in result.plan.items if part.command == Command.WAYPOINT and part.position is not None]
    for before, after in pairwise(photographed):
        assert before.position is not None
        assert after.position is not None
        away_m = float(np.hypot(*(np.array(FRAME.offset_m(after.position)) - FRAME.offset_m(before.position))))
        rise_m = float(after.altitude_m or 0.0) - float(before.altitude_m or 0.0)
        assert -steepest[1] * away_m - 0.05 <= rise_m <= steepest[0] * away_m + 0.05


def test_oblique_grids_are_flown_with_the_gimbal_turned_whichever_way_the_plane_flies() -> None:
    result = plan_request(asked(passes="oblique", angle_deg=0.0))
    single = plan_request(asked(angle_deg=0.0))
    assert result.plan is not None
    assert result.statistics is not None
    assert single.statistics is not None
    assert result.statistics.covered_share == single.statistics.covered_share
    assert {(round(photo.pitch_deg), round(photo.heading_deg) % 360) for photo in result.photos if photo.pitch_deg > -80.0} == {
        (-50, 0),
        (-50, 90),
        (-50, 180),
        (-50, 270),
    }
    # Held by the gimbal, ahead or behind: a plane has no heading of its own to choose.
    aside = {item.params[2] for item in result.plan.items if item.command == Command.DO_MOUNT_CONTROL}
    assert aside == {0.0, 180.0}
    assert not any(item.command == Command.CONDITION_YAW for item in result.plan.items)


def test_a_named_plane_is_planned_for_as_it_flies_itself() -> None:
    named = asked(vehicles=[{"home": [*AKTAU.as_tuple()], "name": "mav-7"}])
    own = WingDynamics.within(cruise_mps=19.0, bank_deg=30.0)
    thirsty = WingEnergyModel(mass_kg=7.0)
    usual = plan_request(named)
    context = PlanContext(moves={"mav-7": VehicleDynamics(wing=own)}, wings={"mav-7": thirsty})
    flown = plan_request(named, context)
    assert flown.statistics is not None
    assert usual.statistics is not None
    assert flown.statistics.speed_mps == pytest.approx(19.0)
    assert flown.statistics.energy_wh > 1.2 * usual.statistics.energy_wh


def test_wind_widens_turns_and_slows_a_survey_down() -> None:
    calm, windy = plan_request(asked(angle_deg=90.0)), plan_request(asked(angle_deg=90.0, wind={"speed_mps": 5.0, "from_deg": 270.0}))
    assert calm.statistics is not None
    assert windy.statistics is not None
    assert windy.statistics.duration_s > calm.statistics.duration_s
    assert WingDynamics().radius_m(15.0, 5.0) > WingDynamics().radius_m(15.0)
    assert Wind(5.0, 270.0).east_mps == pytest.approx(5.0)


def test_the_rest_of_a_plane_plan_is_flown_with_its_turns_and_landing() -> None:
    result = plan_request(SURVEY)
    assert result.plan is not None
    coverage = CoverageMap(coverage_target(result.plan, CAMERA_MODELS[SURVEY.camera]))
    half = result.photos[: len(result.photos) // 2]
    coverage.add([Shot(photo.position, photo.altitude_m, photo.heading_deg) for photo in half])
    part = part_plan(result.plan, pieces_left(coverage), "rest")
    assert part.plan is not None
    assert part.certificate is not None
    assert part.certificate.is_part, part.certificate.findings
    commands = [item.command for item in part.plan.items]
    assert commands[0] == Command.TAKEOFF
    assert Command.DO_LAND_START in commands
    flown = shapely.LineString(rounded(corners_m(part.plan), WingDynamics().radius_m(part.plan.cruise_speed_mps)))
    for piece in part.pieces:
        # Level and on the line where the first photo is due, as in the plan itself.
        assert flown.distance(shapely.Point(FRAME.offset_m(piece.place(piece.from_m)))) < 1.0
