"""What photographs cover of a plan, what is missing, and the plans that fly the rest or the gaps."""

from dataclasses import replace
from functools import cache

import pytest
import shapely
from hypothesis import given, settings, strategies as st

from geo.primitives import LonLat, MissionError
from missions import (
    CoverageMap,
    CoverageTarget,
    MissionItem,
    MissionPlan,
    Shot,
    SurveyRequest,
    TriggerTrace,
    camera_model,
    certify_part,
    coverage_target,
    part_plan,
    photo_legs,
    pieces_left,
    pieces_over_gaps,
    plan_survey,
    planned_shots,
)
from missions.coverage.footprints import footprints
from tests.support.plans import ring
from tests.support.simulated_flight import AKTAU

CAMERA = camera_model("sunqar-sim-nadir")


@cache
def survey() -> MissionPlan:
    """An area with a bay and a zone."""
    bay = [(20, 20), (320, 20), (320, 220), (220, 220), (220, 150), (90, 150), (90, 220), (20, 220)]
    zone = ring([(120, 60), (190, 60), (190, 130), (120, 130)], AKTAU)
    plan = plan_survey(
        SurveyRequest(polygon=ring(bay, AKTAU), avoid=(zone,), camera=CAMERA.id, altitude_m=60.0, speed_mps=8.0, home=AKTAU)
    ).plan
    assert plan is not None
    return plan


@cache
def target() -> CoverageTarget:
    return coverage_target(survey())


def flown(shots: list[Shot]) -> CoverageMap:
    coverage = CoverageMap(target())
    coverage.add(shots)
    return coverage


def all_shots() -> list[Shot]:
    return planned_shots(target().legs)


def test_a_footprint_is_as_large_as_the_lens_says_and_turned_with_the_heading() -> None:
    north, east = footprints(CAMERA, [Shot(AKTAU, 100.0, 0.0), Shot(AKTAU, 100.0, 90.0)], target().frame)
    across_m, along_m = 100.0 * CAMERA.sensor_width_mm / CAMERA.focal_length_mm, 100.0 * CAMERA.sensor_height_mm / CAMERA.focal_length_mm
    left, low, right, high = north.bounds
    assert (right - left, high - low) == pytest.approx((across_m, along_m))
    left, low, right, high = east.bounds
    assert (right - left, high - low) == pytest.approx((along_m, across_m))


def test_a_tilted_camera_sees_ahead() -> None:
    (down,), (ahead,) = (footprints(CAMERA, [Shot(AKTAU, 100.0, 0.0, pitch)], target().frame) for pitch in (-90.0, -60.0))
    assert ahead.centroid.y > down.centroid.y + 50.0
    assert ahead.area > down.area


def test_every_planned_photograph_taken_covers_the_area() -> None:
    report = flown(all_shots()).report()
    assert report.share > 0.999
    assert report.gaps.is_empty
    assert report.missing == ()


def test_the_plan_expects_as_many_photographs_as_it_was_planned_with() -> None:
    result = plan_survey(survey().request)  # type: ignore[arg-type]
    assert result.statistics is not None
    assert sum(len(leg.along_m) for leg in target().legs) == result.statistics.photos


def test_a_line_broken_off_half_way_goes_on_at_its_first_uncovered_footprint() -> None:
    shots = all_shots()
    half = len(shots) // 2
    part = part_plan(survey(), pieces_left(flown(shots[:half])), "rest")
    assert part.plan is not None
    # Where lines meet at a bend the last picture of one may stand for the first of the next.
    assert len(shots) - half - 1 <= part.shots <= len(shots) - half
    assert part.certificate is not None
    assert part.certificate.is_part
    assert part.certificate.forbidden_m == 0.0
    both = flown(shots[:half])
    both.add(planned_shots(photo_legs(part.plan)))
    assert both.report().share > 0.999


def test_gaps_are_flown_again_and_nothing_else() -> None:
    shots = all_shots()
    broken = flown(shots[:100] + shots[130:200])
    report = broken.report()
    assert not report.gaps.is_empty
    part = part_plan(survey(), pieces_over_gaps(broken), "gaps")
    assert part.plan is not None
    assert part.shots < 60
    broken.add(planned_shots(photo_legs(part.plan)))
    assert broken.report().gaps.is_empty


def test_nothing_is_proposed_when_all_is_covered() -> None:
    part = part_plan(survey(), pieces_over_gaps(flown(all_shots())), "gaps")
    assert part.plan is None
    assert [finding.code for finding in part.findings] == ["nothing_left"]


def test_a_photograph_lost_amid_a_line_is_named_with_its_place() -> None:
    shots = all_shots()
    lost = shots[5]
    report = flown(shots[:5] + shots[6:]).report()
    assert [place.lon_deg for place in report.missing] == pytest.approx([lost.position.lon_deg], abs=1e-6)


def test_legs_not_flown_yet_miss_nothing() -> None:
    legs = target().legs
    shots = planned_shots(legs[:2])
    assert flown(shots).report(flown_to_item=legs[2].item).missing == ()


def test_a_plan_that_photographs_elsewhere_is_no_part() -> None:
    moved = tuple(
        replace(item, position=LonLat(item.position.lon_deg + 2e-4, item.position.lat_deg))
        if item.position and item.command == 16
        else item
        for item in survey().items
    )
    certificate = certify_part(survey(), replace(survey(), items=moved))
    assert not certificate.is_part


def test_a_plan_through_the_zone_is_no_part() -> None:
    middle = survey().geofence.polygons[-1].vertices
    inside = LonLat(sum(p.lon_deg for p in middle) / 4, sum(p.lat_deg for p in middle) / 4)
    items = (survey().items[0], MissionItem(16, position=inside, altitude_m=60.0), survey().items[-1])
    certificate = certify_part(survey(), replace(survey(), items=items))
    assert not certificate.is_part
    assert certificate.forbidden_m > 10.0


def test_a_lower_flight_is_no_part() -> None:
    items = tuple(replace(item, altitude_m=30.0) if item.command == 16 else item for item in survey().items)
    assert not certify_part(survey(), replace(survey(), items=items)).is_part


def test_a_camera_that_tells_nothing_is_counted_from_the_track() -> None:
    trace, shots = TriggerTrace(target()), []
    for leg in target().legs:
        for step in range(int(leg.length_m) + 1):
            east_north = (target().frame.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()])[:2]).tolist()
            (x0, y0), (x1, y1) = east_north
            share = step / leg.length_m
            shots += trace.feed(target().frame.place(x0 + share * (x1 - x0), y0 + share * (y1 - y0)), 60.0)
    assert abs(len(shots) - len(all_shots())) <= len(target().legs)
    assert flown(shots).report().share > 0.98


def test_a_plan_without_a_camera_asks_for_one() -> None:
    with pytest.raises(MissionError, match="which camera"):
        coverage_target(replace(survey(), request=None))
    assert coverage_target(replace(survey(), request=None), CAMERA).area.area > 0.9 * target().area.area


@settings(max_examples=8, deadline=None)
@given(st.sets(st.integers(0, 15), min_size=1, max_size=15))
def test_whatever_lines_are_lost_the_rest_is_a_certified_part_that_covers_all(lost: set[int]) -> None:
    legs = target().legs
    kept = planned_shots([leg for index, leg in enumerate(legs) if index not in lost])
    coverage = flown(kept)
    part = part_plan(survey(), pieces_left(coverage), "rest")
    assert part.plan is not None
    assert part.certificate is not None
    assert part.certificate.is_part, part.certificate.findings
    coverage.add(planned_shots(photo_legs(part.plan)))
    assert coverage.report().share > 0.999
    assert shapely.area(coverage.report().gaps) == 0.0
