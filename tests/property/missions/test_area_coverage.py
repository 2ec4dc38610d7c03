"""What holds for every area: lines inside it, nothing over zones, all of it photographed. Areas are random but seeded."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings, strategies as st
from shapely import Polygon

from geo.primitives import LocalFrame
from missions import Command, PlanResult, SurveyRequest, SurveyStatistics, plan_survey
from missions.patterns.grid import lawnmower_lines
from missions.planning.coverage import candidate_headings_deg
from missions.planning.visibility import PathFinder
from tests.support.plans import AKTAU, ring, star

FRAME = LocalFrame(AKTAU)
seeds = st.integers(0, 10_000)
# What the rounding of coordinates to 1e-7 degrees can move a point, with room.
ROUNDING_M = 0.02


def random_request(seed: int, *, zones: int = 3, clearance_m: float = 5.0) -> tuple[SurveyRequest, Polygon, list[Polygon]]:
    generator = np.random.default_rng(seed)
    size_m = float(generator.uniform(120.0, 600.0))
    outer = star(generator, (0.0, 0.0), 0.35 * size_m, size_m, int(generator.integers(3, 18)))
    holes = []
    for _ in range(int(generator.integers(0, zones + 1))):
        east, north = generator.uniform(-0.4, 0.4, 2) * size_m
        holes.append(star(generator, (float(east), float(north)), 0.03 * size_m, 0.15 * size_m, int(generator.integers(3, 8))))
    home = FRAME.place(-1.5 * size_m, float(generator.uniform(-1.0, 1.0)) * size_m)
    request = SurveyRequest(
        polygon=ring(outer),
        avoid=tuple(ring(hole) for hole in holes),
        camera="dji-phantom-4-pro",
        altitude_m=float(generator.uniform(50.0, 110.0)),
        home=home,
        clearance_m=clearance_m,
    )
    return request, Polygon(outer), [Polygon(hole) for hole in holes]


def flown(result: PlanResult) -> shapely.LineString:
    return shapely.LineString(FRAME.to_en_m([place.as_tuple() for place in result.path]))


def photographed_lines(result: PlanResult) -> list[shapely.LineString]:
    """From where the camera is switched on to the waypoint after it, out of the items themselves."""
    assert result.plan is not None
    lines, place, begin = [], None, None
    for item in result.plan.items:
        if item.position is not None:
            place = FRAME.offset_m(item.position)
            if begin is not None:
                # A line that bends goes on from here.
                lines.append(shapely.LineString([begin, place]))
                begin = place
        if item.command == Command.DO_SET_CAM_TRIGG_DIST:
            begin = place if item.params[0] else None
    return lines


@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=seeds)
def test_lines_stay_inside_the_area_and_no_leg_touches_a_zone(seed: int) -> None:
    request, area, zones = random_request(seed)
    result = plan_survey(request)
    assert result.plan is not None, [finding.message for finding in result.findings]
    for line in photographed_lines(result):
        assert shapely.difference(line, area).length <= ROUNDING_M
    for zone in zones:
        assert flown(result).distance(zone) >= request.clearance_m - ROUNDING_M


@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=seeds)
def test_all_but_half_a_percent_is_photographed(seed: int) -> None:
    request, area, zones = random_request(seed)
    result = plan_survey(request)
    assert result.plan is not None
    assert isinstance(result.statistics, SurveyStatistics)
    assert result.statistics.covered_share >= 0.995
    # The same share from nothing but the photo positions and the heading.
    numbers = result.statistics
    half_along, half_across = numbers.footprint_along_m / 2, numbers.footprint_across_m / 2
    picture = shapely.affinity.rotate(shapely.box(-half_across, -half_along, half_across, half_along), -numbers.angle_deg, origin=(0, 0))
    positions = FRAME.to_en_m([photo.position.as_tuple() for photo in result.photos])
    seen = shapely.union_all([shapely.affinity.translate(picture, east, north) for east, north in positions])
    target = shapely.difference(area, shapely.union_all(zones))
    assert shapely.intersection(seen, target).area / target.area == pytest.approx(numbers.covered_share, abs=2e-3)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(seed=seeds)
def test_an_area_in_one_piece_is_never_left_between_its_lines(seed: int) -> None:
    request, area, _ = random_request(seed, zones=0)
    result = plan_survey(request)
    path = FRAME.to_en_m([place.as_tuple() for place in result.path])
    # What lies before the first line and after the last one is the way from home and back.
    lines = photographed_lines(result)
    first, last = np.array(lines[0].coords[0]), np.array(lines[-1].coords[-1])
    begin = int(np.argmin(np.hypot(*(path - first).T)))
    end = len(path) - 1 - int(np.argmin(np.hypot(*(path[::-1] - last).T)))
    assert shapely.difference(shapely.LineString(path[begin : end + 1]), area).length <= ROUNDING_M


@settings(max_examples=30, derandomize=True, deadline=None)
@given(seed=seeds, heading=st.floats(0.0, 179.9), spacing_m=st.floats(5.0, 80.0))
def test_swaths_of_the_spacing_cover_the_extent_of_the_area(seed: int, heading: float, spacing_m: float) -> None:
    _, area, _ = random_request(seed, zones=0)
    sweep = lawnmower_lines(area, area, heading, spacing_m)
    across = np.array([-np.cos(np.radians(heading)), np.sin(np.radians(heading))])
    rows = np.unique(np.round(sweep.lines[:, 0] @ across, 3))
    corners = np.asarray(area.exterior.coords) @ across
    assert np.diff(rows).max(initial=0.0) <= spacing_m + 1e-2
    # The outermost lines may be missing where the area is a spike there, no wider than the shortest line.
    assert abs(rows[0] - corners.min()) <= spacing_m * 1.5 + 0.01
    assert abs(rows[-1] - corners.max()) <= spacing_m * 1.5 + 0.01
    assert sorted(line for cell in sweep.cells for line in cell) == list(range(len(sweep.lines)))


@settings(max_examples=30, derandomize=True, deadline=None)
@given(seed=seeds)
def test_a_way_stays_inside_and_is_as_long_as_said(seed: int) -> None:
    generator = np.random.default_rng(seed)
    area = Polygon(star(generator, (0.0, 0.0), 60.0, 300.0, 12), [star(generator, (0.0, 0.0), 10.0, 40.0, 5)])
    finder = PathFinder(area, 0.05)
    inside = area.buffer(-1.0)
    points = generator.uniform(-300.0, 300.0, (60, 2))
    points = points[shapely.contains_xy(inside, points)][:8]
    lengths = finder.distances(points)
    for i in range(len(points)):
        for j in range(len(points)):
            way = finder.path(points[i], points[j])
            assert way is not None
            assert shapely.LineString(way).length == pytest.approx(lengths[i, j], abs=1e-6)
            assert shapely.difference(shapely.LineString(way), area).length <= 1e-6
            assert lengths[i, j] >= np.hypot(*(points[i] - points[j])) - 1e-9


def test_headings_along_the_edges_are_tried() -> None:
    area = shapely.affinity.rotate(shapely.box(0, 0, 400, 100), -23.0)
    assert any(abs(heading - 113.0) < 0.06 for heading in candidate_headings_deg(area))
