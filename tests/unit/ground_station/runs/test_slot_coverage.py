"""Covered ground of a mission grows over its flights, and what is left is a plan of the photographs nobody took."""

from datetime import UTC, datetime

from geo.primitives import LonLat
from ground_station.runs.coverage import SlotCoverage
from missions import MissionItem, MissionPlan, SurveyRequest, photo_legs, plan_survey, planned_shots
from tests.support.plans import AKTAU, ring

AT = datetime(2026, 5, 1, 6, tzinfo=UTC)


def field() -> MissionPlan:
    area = ring([(40, 40), (240, 40), (240, 160), (40, 160)])
    request = SurveyRequest(polygon=area, camera="sunqar-sim-nadir", altitude_m=40.0, front_overlap=0.6, side_overlap=0.4, home=AKTAU)
    plan = plan_survey(request).plan
    assert plan is not None
    return plan


def fly(coverage: SlotCoverage, plan: MissionPlan, sortie: int, legs: slice) -> None:
    """Along these photographed legs, a place each metre."""
    for leg in photo_legs(plan)[legs]:
        for step in range(int(leg.length_m) + 1):
            share = step / leg.length_m
            lon = leg.start.lon_deg + share * (leg.end.lon_deg - leg.start.lon_deg)
            lat = leg.start.lat_deg + share * (leg.end.lat_deg - leg.start.lat_deg)
            coverage.fly(sortie, LonLat(lon, lat), leg.start_altitude_m, AT)


def test_two_flights_together_cover_what_neither_did() -> None:
    plan = field()
    coverage = SlotCoverage(plan)
    fly(coverage, plan, 1, slice(0, 2))
    first = coverage.covered(1)
    assert first is not None
    assert 0.1 < first.share < 0.9
    rest = coverage.rest("rest", LonLat(AKTAU.lon_deg, AKTAU.lat_deg))
    assert rest is not None
    assert rest.plan is not None
    assert rest.certificate is not None
    assert rest.certificate.is_part
    assert rest.shots < first.expected
    fly(coverage, rest.plan, 2, slice(None))
    second = coverage.covered(2)
    assert second is not None
    assert second.share > 0.98
    assert coverage.nothing_left


def test_a_camera_that_tells_of_its_photographs_is_believed_over_the_track() -> None:
    plan = field()
    coverage = SlotCoverage(plan)
    fly(coverage, plan, 1, slice(None))
    by_track = coverage.covered(1)
    for shot in planned_shots(photo_legs(plan))[:10]:
        assert len(coverage.photographed(1, shot, AT)) == 1
        assert coverage.photographed(1, shot, AT) == []
    by_camera = coverage.covered(1)
    assert by_track is not None
    assert by_camera is not None
    assert (by_track.shots_by, by_camera.shots_by, by_camera.shots) == ("track", "photos", 10)
    assert by_camera.share < by_track.share


def test_what_is_kept_gives_the_same_ground_again() -> None:
    plan = field()
    coverage = SlotCoverage(plan)
    rows = [row for shot in planned_shots(photo_legs(plan))[:20] for row in coverage.photographed(1, shot, AT)]
    assert SlotCoverage(plan, rows).covered(1) == coverage.covered(1)


def test_a_mission_without_photographs_has_no_share_and_no_rest() -> None:
    plan = MissionPlan(name="way", home=AKTAU, items=(MissionItem(22, 3, altitude_m=20.0), MissionItem(20, 2)))
    coverage = SlotCoverage(plan)
    assert coverage.covered(1) is None
    assert coverage.rest("rest", AKTAU) is None
    assert not coverage.nothing_left
