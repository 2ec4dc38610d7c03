"""Every pattern becomes a flight that keeps to its zones and fence, photographs what it should, and survives JSON."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from geo.primitives import LocalFrame, LonLat, bearing_deg
from missions import (
    PATTERNS,
    Command,
    CorridorRequest,
    ExpandingSquareRequest,
    FacadeRequest,
    InspectionPoint,
    LikelyArea,
    OrbitRequest,
    PanoramaRequest,
    PatternStatistics,
    PerimeterRequest,
    PlanRequest,
    PointsRequest,
    ProbabilityRequest,
    SectorRequest,
    SpiralRequest,
    StructureRequest,
    VehicleStart,
    check_plan,
    pattern_schemas,
    plan_request,
    request_from_json,
)
from tests.support.plans import AKTAU, ring

FRAME = LocalFrame(AKTAU)
HOME = FRAME.place(-60.0, -80.0)
CENTRE = FRAME.place(100.0, 100.0)
ZONE = ring([(120, 40), (160, 40), (160, 75), (120, 75)])
FENCE = ring([(-300, -300), (900, -300), (900, 900), (-300, 900)])
AXIS = ring([(0, 0), (300, 60), (380, 300), (700, 260)])
REQUESTS: dict[str, PlanRequest] = {
    "corridor": CorridorRequest(axis=AXIS, width_m=120.0, altitude_m=60.0, home=HOME),
    "orbit": OrbitRequest(centre=CENTRE, radius_m=60.0, altitude_m=40.0, target_height_m=10.0, home=HOME),
    "structure": StructureRequest(centre=CENTRE, home=HOME),
    "facade": FacadeRequest(wall=ring([(0, 0), (60, 0), (60, 40), (100, 40)]), side="right", home=HOME),
    "perimeter": PerimeterRequest(
        polygon=ring([(0, 0), (300, 0), (300, 200), (150, 90), (0, 200)]), offset_m=-20.0, altitude_m=50.0, home=HOME
    ),
    "expanding_square": ExpandingSquareRequest(datum=CENTRE, radius_m=120.0, heading_deg=30.0, altitude_m=50.0, home=HOME),
    "spiral": SpiralRequest(datum=CENTRE, radius_m=120.0, altitude_m=50.0, home=HOME),
    "sector": SectorRequest(datum=CENTRE, radius_m=150.0, altitude_m=50.0, home=HOME, sweeps=2),
    "probability": ProbabilityRequest(
        areas=(
            LikelyArea(polygon=ring([(0, 0), (200, 0), (200, 200), (0, 200)]), probability=0.3),
            LikelyArea(polygon=ring([(300, 100), (400, 100), (400, 250), (300, 250)]), probability=0.6),
        ),
        altitude_m=40.0,
        home=HOME,
        budget_s=400.0,
    ),
    "points": PointsRequest(
        points=tuple(InspectionPoint(place=FRAME.place(i * 137 % 500, i * 211 % 400), shots=2, heading_deg=i * 25.0) for i in range(12)),
        home=HOME,
    ),
    "panorama": PanoramaRequest(place=CENTRE, altitude_m=60.0, home=HOME),
}
EACH = pytest.mark.parametrize("pattern", REQUESTS)


def test_every_pattern_of_the_catalogue_is_tried_here_or_as_a_survey() -> None:
    assert set(PATTERNS) == {*REQUESTS, "survey"}
    assert all(REQUESTS[word].pattern == word for word in REQUESTS)


@EACH
def test_zones_and_the_fence_are_kept_and_the_plan_passes_its_checks(pattern: str) -> None:
    request = replace(REQUESTS[pattern], avoid=(ZONE,), fence=FENCE)
    result = plan_request(request)
    assert result.plan is not None, result.findings
    assert isinstance(result.statistics, PatternStatistics)
    assert result.statistics.in_zones_m == 0.0
    assert result.statistics.photos == len(result.photos) > 0
    assert not any(finding.severity == "error" for finding in check_plan(result.plan))
    assert result.plan.items[0].command == Command.TAKEOFF
    assert result.plan.items[-1].command == Command.RETURN_TO_LAUNCH
    path = shapely.LineString(FRAME.to_en_m([place.as_tuple() for place in result.path]))
    assert path.distance(shapely.Polygon(FRAME.to_en_m([place.as_tuple() for place in ZONE]))) > request.clearance_m - 0.05


@EACH
def test_a_request_survives_json_and_what_was_drawn_is_a_geometry(pattern: str) -> None:
    request = replace(REQUESTS[pattern], avoid=(ZONE,), fence=FENCE)
    assert request_from_json(request.to_json()) == request
    assert shapely.geometry.shape(request.drawn()).is_valid


@pytest.mark.parametrize("pattern", ["orbit", "structure"])
def test_every_photo_of_a_circle_faces_the_centre(pattern: str) -> None:
    result = plan_request(REQUESTS[pattern])
    for photo in result.photos:
        turn = (photo.heading_deg - bearing_deg(photo.position, CENTRE) + 180.0) % 360.0 - 180.0
        assert abs(turn) < 0.1
    regions = [item for item in result.plan.items if item.command == Command.DO_SET_ROI_LOCATION] if result.plan else []
    assert len(regions) == len({photo.altitude_m for photo in result.photos})


def test_a_facade_is_faced_squarely_and_no_photo_or_way_comes_near_the_wall() -> None:
    request = REQUESTS["facade"]
    assert isinstance(request, FacadeRequest)
    result = plan_request(request)
    assert {round(photo.heading_deg) for photo in result.photos} == {0, 270}
    wall = shapely.LineString(FRAME.to_en_m([place.as_tuple() for place in request.wall]))
    path = shapely.LineString(FRAME.to_en_m([place.as_tuple() for place in result.path]))
    assert path.distance(wall) > 0.79 * request.distance_m


@settings(max_examples=25, deadline=None)
@given(
    turns=st.lists(st.floats(-75.0, 75.0), min_size=1, max_size=6),
    width_m=st.floats(30.0, 200.0),
    lengths=st.lists(st.floats(250.0, 500.0), min_size=7, max_size=7),
)
def test_a_corridor_is_covered_between_its_edges_and_chainage_grows_along_it(
    turns: list[float], width_m: float, lengths: list[float]
) -> None:
    heading, points = 0.0, [np.zeros(2)]
    for turn, length in zip([0.0, *turns], lengths, strict=False):
        heading = float(np.clip(heading + turn, -85.0, 85.0))
        points.append(points[-1] + length * np.array([np.sin(np.radians(heading)), np.cos(np.radians(heading))]))
    result = plan_request(CorridorRequest(axis=ring([(float(e), float(n)) for e, n in points]), width_m=width_m, altitude_m=60.0))
    assert result.statistics is not None
    assert result.statistics.covered_share is not None
    assert result.statistics.covered_share >= 0.995
    chainages = [photo.chainage_m for photo in result.photos]
    assert min(c for c in chainages if c is not None) == pytest.approx(0.0, abs=1.0)
    assert max(c for c in chainages if c is not None) <= sum(lengths) + 1e-6
    assert None not in chainages


@pytest.mark.parametrize("width_m", [60.0, 90.0, 200.0])
@pytest.mark.parametrize("bend_deg", [120.0, 170.0, 178.0, 180.0])
def test_a_hairpin_is_covered(width_m: float, bend_deg: float) -> None:
    back = np.radians(bend_deg)
    axis = ring([(0.0, 0.0), (0.0, 300.0), (300.0 * np.sin(back), 300.0 + 300.0 * np.cos(back))], AKTAU)
    result = plan_request(CorridorRequest(axis=axis, width_m=width_m, altitude_m=60.0, home=AKTAU))
    assert result.statistics is not None
    assert result.statistics.covered_share is not None
    assert result.statistics.covered_share >= 0.995


def test_an_expanding_square_has_the_legs_of_the_manual() -> None:
    result = plan_request(replace(REQUESTS["expanding_square"], spacing_m=20.0, heading_deg=0.0, home=None))  # type: ignore[call-arg]
    points = FRAME.to_en_m([place.as_tuple() for place in result.path])
    lengths = np.hypot(*np.diff(points, axis=0).T)
    assert lengths[:6] == pytest.approx([20, 20, 40, 40, 60, 60], abs=0.1)


def test_the_budget_of_a_search_is_kept_and_the_likelier_area_is_searched_whole() -> None:
    result = plan_request(REQUESTS["probability"])
    assert isinstance(result.statistics, PatternStatistics)
    assert result.statistics.duration_s <= 400.0
    assert result.statistics.detection is not None
    assert 0.8 * 0.6 < result.statistics.detection < 0.8 * 0.9


def test_several_vehicles_share_a_search_and_each_is_home_in_time() -> None:
    starts = (VehicleStart(home=HOME, name="west"), VehicleStart(home=FRAME.place(450.0, 300.0), name="east"))
    alone = plan_request(REQUESTS["probability"]).statistics
    result = plan_request(replace(REQUESTS["probability"], vehicles=starts))
    assert isinstance(alone, PatternStatistics)
    assert isinstance(result.statistics, PatternStatistics)
    assert {sortie.vehicle for sortie in result.sorties} == {0, 1}
    assert all(sortie.duration_s <= 400.0 for sortie in result.sorties)
    assert result.statistics.detection is not None
    assert alone.detection is not None
    assert result.statistics.detection > alone.detection
    # With time for everything, the work is halved instead of done by the first alone.
    roomy = plan_request(replace(REQUESTS["probability"], vehicles=starts, budget_s=3000.0))
    assert roomy.statistics is not None
    assert roomy.statistics.largest_sortie_s < 0.75 * roomy.statistics.duration_s


def test_the_best_order_of_places_is_no_longer_than_the_given_one() -> None:
    given_order = plan_request(replace(REQUESTS["points"], order="given"))  # type: ignore[call-arg]
    best = plan_request(REQUESTS["points"])
    assert best.statistics is not None
    assert given_order.statistics is not None
    assert best.statistics.distance_m < 0.7 * given_order.statistics.distance_m
    assert best.statistics.photos == 24


def test_a_panorama_leaves_no_direction_below_its_highest_row_unseen() -> None:
    photos = plan_request(REQUESTS["panorama"]).photos
    half_diagonal = 35.0  # degrees: less than half of the narrow angle of view and its neighbours' overlap
    aims = np.radians([[photo.heading_deg, photo.pitch_deg] for photo in photos])
    seen = np.column_stack([np.sin(aims[:, 0]) * np.cos(aims[:, 1]), np.cos(aims[:, 0]) * np.cos(aims[:, 1]), np.sin(aims[:, 1])])
    generator = np.random.default_rng(1)
    directions = generator.normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    directions = directions[directions[:, 2] < np.sin(np.radians(15.0))]
    assert np.degrees(np.arccos(np.clip((directions @ seen.T).max(axis=1), -1.0, 1.0))).max() < half_diagonal


@pytest.mark.parametrize(
    ("pattern", "change", "code", "words"),
    [
        ("corridor", {"width_m": -5.0}, "out_of_range", "width_m -5"),
        ("corridor", {"axis": AXIS[:1]}, "too_few_points", "at least two"),
        ("corridor", {"altitude_m": None}, "gsd_or_altitude", "either"),
        ("corridor", {"camera": "box"}, "camera_unknown", "dji-mavic-3e"),
        ("corridor", {"axis": (LonLat(179.9, 43.0), LonLat(-179.9, 43.0))}, "antimeridian", "180"),
        ("corridor", {"home": LonLat(43.65, 51.16)}, "home_far", "exchanged"),
        ("orbit", {"altitude_m": None}, "altitude", "altitude_m"),
        ("structure", {"top_m": 3.0}, "levels", "Exchange"),
        ("perimeter", {"offset_m": -500.0}, "offset", "nothing is left"),
        ("spiral", {"radius_m": 5_000.0, "spacing_m": 5.0}, "too_long", "smaller"),
        ("probability", {"budget_s": 30.0}, "budget", "more time"),
        ("points", {"fence": ring([(-90, -110), (-30, -110), (-30, -50), (-90, -50)])}, "nothing_to_fly", "leave"),
        ("panorama", {"fence": FENCE[:2]}, "too_few_points", "The fence"),
        ("panorama", {"avoid": (ring([(-100, -100), (0, -100), (0, 0), (-100, 0)]),)}, "home_blocked", "Home"),
    ],
)
def test_what_cannot_be_planned_is_said_with_the_way_out(pattern: str, change: dict[str, object], code: str, words: str) -> None:
    result = plan_request(replace(REQUESTS[pattern], **change))  # type: ignore[arg-type]
    assert result.plan is None
    assert words in {finding.code: finding.message for finding in result.findings if finding.severity == "error"}[code]


def test_the_catalogue_says_members_units_defaults_and_limits() -> None:
    corridor = next(entry for entry in pattern_schemas() if entry["pattern"] == "corridor")["request"]
    assert corridor["properties"]["axis"]["x-geometry"] == "LineString"
    assert corridor["required"] == ["axis"]
    width = corridor["properties"]["width_m"]
    assert (width["x-unit"], width["default"], width["exclusiveMinimum"]) == ("m", 40.0, 0.0)
