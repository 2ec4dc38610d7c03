"""A survey request becomes a plan, or the reasons why not."""

from dataclasses import replace

import pytest

from geo.primitives import LocalFrame, LonLat, MissionError, distance_m
from missions import CAMERA_MODELS, Command, SurveyRequest, SurveyStatistics, VehicleStart, Wind, check_plan, plan_survey
from tests.support.plans import AKTAU, ring

FRAME = LocalFrame(AKTAU)
FIELD = SurveyRequest(
    polygon=ring([(0, 0), (400, 0), (400, 300), (0, 300)]),
    camera="dji-phantom-4-pro",
    altitude_m=100.0,
    home=FRAME.place(-30.0, -30.0),
    name="Field",
)


def messages(request: SurveyRequest) -> dict[str, str]:
    result = plan_survey(request)
    assert result.plan is None
    return {finding.code: finding.message for finding in result.findings if finding.severity == "error"}


def test_items_take_off_photograph_every_line_and_return() -> None:
    result = plan_survey(FIELD)
    assert result.plan is not None
    assert isinstance(result.statistics, SurveyStatistics)
    commands = [item.command for item in result.plan.items]
    assert commands[:2] == [Command.TAKEOFF, Command.DO_CHANGE_SPEED]
    assert commands[-1] == Command.RETURN_TO_LAUNCH
    triggers = [item.params[0] for item in result.plan.items if item.command == Command.DO_SET_CAM_TRIGG_DIST]
    assert triggers == [25.0, 0.0] * result.statistics.lines
    # 300 m across 52.5 m spacing: six lines along the long side.
    assert (result.statistics.lines, result.statistics.angle_deg) == (6, 90.0)
    assert all(item.altitude_m == 100.0 for item in result.plan.items if item.position is not None)


def test_no_waypoint_turns_the_vehicle_to_the_north() -> None:
    plan = plan_survey(FIELD).plan
    assert plan is not None
    headings = {item.params[3] for item in plan.items if item.command in (Command.TAKEOFF, Command.WAYPOINT)}
    assert headings == {None}


def test_lines_are_spread_evenly_and_no_further_apart_than_the_overlap_allows() -> None:
    result = plan_survey(FIELD)
    assert isinstance(result.statistics, SurveyStatistics)
    norths = sorted({round(FRAME.offset_m(photo.position)[1], 1) for photo in result.photos})
    assert norths == pytest.approx([25.0, 75.0, 125.0, 175.0, 225.0, 275.0], abs=0.2)
    assert result.statistics.line_spacing_m == 52.5
    assert result.statistics.covered_share == 1.0


def test_a_given_angle_is_kept_and_auto_is_no_slower() -> None:
    fixed = plan_survey(replace(FIELD, angle_deg=30.0))
    auto = plan_survey(FIELD)
    assert isinstance(fixed.statistics, SurveyStatistics)
    assert isinstance(auto.statistics, SurveyStatistics)
    assert fixed.statistics.angle_deg == 30.0
    assert auto.statistics.duration_s < fixed.statistics.duration_s


def test_the_same_request_gives_the_same_plan() -> None:
    first, second = plan_survey(FIELD).plan, plan_survey(FIELD).plan
    assert first is not None
    assert second is not None
    assert first.content_hash() == second.content_hash()


def test_statistics_include_the_way_from_home() -> None:
    with_home, without = plan_survey(FIELD), plan_survey(replace(FIELD, home=None))
    assert isinstance(with_home.statistics, SurveyStatistics)
    assert isinstance(without.statistics, SurveyStatistics)
    assert with_home.statistics.distance_m > without.statistics.distance_m
    assert FIELD.home is not None
    assert distance_m(with_home.path[0], FIELD.home) < 0.02
    assert distance_m(with_home.path[-1], FIELD.home) < 0.02
    assert "home_unknown" in {finding.code for finding in without.findings}


def test_photos_are_a_trigger_distance_apart() -> None:
    photos = [photo.position for photo in plan_survey(FIELD).photos]
    assert distance_m(photos[0], photos[1]) == pytest.approx(25.0, abs=0.02)


def test_the_camera_interval_is_kept_and_the_speed_that_could_is_said() -> None:
    complaint = messages(replace(FIELD, speed_mps=15.0))["camera_too_slow"]
    assert "needs 2 s" in complaint
    assert "12.5 m/s or slower" in complaint
    assert plan_survey(replace(FIELD, speed_mps=12.5)).plan is not None


def test_without_a_speed_the_camera_sets_it() -> None:
    result = plan_survey(replace(FIELD, altitude_m=40.0))
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.speed_mps == pytest.approx(5.0)


def test_ground_sample_distance_gives_the_altitude() -> None:
    result = plan_survey(replace(FIELD, altitude_m=None, gsd_cm=2.0))
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.gsd_cm == pytest.approx(2.0)
    assert result.statistics.altitude_m == pytest.approx(72.96)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"camera": "box"}, "camera_unknown", "dji-mavic-3e"),
        ({"front_overlap": 75.0}, "out_of_range", "0.75 means 75 %"),
        ({"gsd_cm": 2.0}, "gsd_or_altitude", "either"),
        ({"altitude_m": None, "gsd_cm": 0.05}, "altitude", "Choose a GSD between"),
        ({"altitude_m": -10.0}, "out_of_range", "-10"),
        ({"altitude_m": float("nan")}, "out_of_range", "nan"),
        ({"speed_mps": 40.0, "altitude_m": 1500.0}, "out_of_range", "25 m/s"),
        ({"polygon": ring([(0, 0), (100, 100), (100, 0), (0, 100)])}, "self_crossing", "crosses itself at 51.16"),
        ({"polygon": ring([(0, 0), (100, 0)])}, "too_few_points", "2 different points"),
        ({"polygon": ring([(0, 0), (0.5, 0), (0, 0.5)])}, "area_too_small", "at least 1 m2"),
        ({"polygon": ring([(0, 0), (90e3, 0), (0, 90e3)])}, "area_too_large", "90 km across"),
        ({"polygon": ring([(0, 0), (30e3, 0), (30e3, 30e3), (0, 30e3)])}, "too_many_photos", "photos"),
        ({"polygon": (LonLat(179.0, 43.0), LonLat(-179.0, 43.0), LonLat(179.0, 44.0))}, "antimeridian", "longitude 180"),
        ({"avoid": (ring([(-50, -50), (500, -50), (500, 400), (-50, 400)]),)}, "nothing_to_fly", "leave nothing"),
        ({"home": FRAME.place(200.0, 150.0), "holes": (ring([(150, 100), (250, 100), (250, 200), (150, 200)]),)}, "home_blocked", "zone"),
        ({"fence": ring([(0, 0), (400, 0), (400, 300), (0, 300)])}, "home_blocked", "fence"),
        ({"polygon": tuple(LonLat(p.lat_deg, p.lon_deg) for p in FIELD.polygon)}, "home_far", "exchanged"),
    ],
)
def test_what_cannot_be_planned_is_said_with_the_way_out(change: dict[str, object], code: str, words: str) -> None:
    assert words in messages(replace(FIELD, **change))[code]  # type: ignore[arg-type]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert set(messages(replace(FIELD, camera="box", side_overlap=2.0, polygon=FIELD.polygon[:2]))) == {
        "camera_unknown",
        "out_of_range",
        "too_few_points",
    }


def test_the_fence_goes_along_with_the_plan_and_legs_keep_the_braking_distance() -> None:
    fence = ring([(-100, -100), (500, -100), (500, 310), (-100, 310)])
    result = plan_survey(replace(FIELD, fence=fence))
    assert result.plan is not None
    assert result.plan.geofence.polygons[0].vertices == fence
    # 10 m/s at 2.5 m/s2 is 20 m, and 2.5 m of position error.
    assert max(FRAME.offset_m(place)[1] for place in result.path) <= 310.0 - 22.5 + 0.02
    assert not any(finding.severity == "error" for finding in check_plan(result.plan))


def test_the_way_home_leads_around_a_zone_before_return_to_launch() -> None:
    zone = ring([(-200, -80), (600, -80), (600, -40), (-200, -40)])
    result = plan_survey(replace(FIELD, home=FRAME.place(200.0, -150.0), avoid=(zone,)))
    assert result.plan is not None
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.in_zones_m == 0.0
    assert result.plan.items[-1].command == Command.RETURN_TO_LAUNCH
    last = result.plan.items[-2].position
    assert last is not None
    assert FRAME.offset_m(last)[1] < -80.0


def test_an_area_cut_in_two_is_flown_whole_and_said() -> None:
    wall = ring([(190, -20), (210, -20), (210, 320), (190, 320)])
    result = plan_survey(replace(FIELD, avoid=(wall,)))
    assert result.plan is not None
    assert "area_in_parts" in {finding.code for finding in result.findings}
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.covered_share >= 0.995
    assert result.statistics.in_zones_m == 0.0


def test_a_part_that_cannot_be_reached_is_refused() -> None:
    wall = ring([(190, -5000), (210, -5000), (210, 5000), (190, 5000)])
    around = ring([(-100, -100), (500, -100), (500, 400), (-100, 400)])
    assert "unreachable" in messages(replace(FIELD, avoid=(wall,), fence=around))


@pytest.mark.parametrize("camera", CAMERA_MODELS)
def test_every_camera_plans_the_field(camera: str) -> None:
    result = plan_survey(replace(FIELD, camera=camera))
    assert result.plan is not None
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.trigger_m / result.statistics.speed_mps >= CAMERA_MODELS[camera].min_interval_s - 1e-9


def test_a_survey_request_survives_json() -> None:
    request = replace(
        FIELD,
        holes=(ring([(50, 50), (60, 50), (60, 60)]),),
        fence=ring([(-1e3, -1e3), (1e3, -1e3), (1e3, 1e3)]),
        angle_deg=12.5,
        vehicles=(VehicleStart(AKTAU, "north"), VehicleStart(FRAME.place(400.0, 0.0))),
        wind=Wind(6.0, 315.0),
        sorties=True,
        reserve=0.3,
        passes="crosshatch",
    )
    assert SurveyRequest.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"polygon": None}, "'polygon'"),
        ({"polygon": {"type": "Point", "coordinates": [1, 2]}}, "GeoJSON Polygon"),
        ({"polygon": {"type": "Polygon", "coordinates": [[["a", 1]]]}}, "longitude, latitude"),
        ({"polygon": {"type": "Polygon", "coordinates": [[[10, 143]]]}}, "Latitude 143"),
        ({"camera": 5}, "'camera'"),
        ({"gsd_cm": "two"}, "'gsd_cm'"),
        ({"home": [1]}, "'home'"),
        ({"wind": 5}, "'wind'"),
        ({"vehicle": "submarine"}, "copter, plane"),
        ({"vehicles": [{"home": None}]}, "vehicles[0].home"),
        ({"sorties": "auto"}, "true or false"),
        ({"passes": "double"}, "crosshatch"),
    ],
)
def test_a_broken_survey_object_names_the_member(change: dict[str, object], words: str) -> None:
    with pytest.raises(MissionError) as refusal:
        SurveyRequest.from_json(FIELD.to_json() | change)
    assert words in refusal.value.message
