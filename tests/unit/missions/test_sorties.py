"""Plans of several flights, several vehicles, several grids."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely

from geo.primitives import LocalFrame, LonLat
from missions import (
    Command,
    CorridorRequest,
    EnergyModel,
    ExpandingSquareRequest,
    FacadeRequest,
    InspectionPoint,
    OrbitRequest,
    PanoramaRequest,
    PerimeterRequest,
    PlanContext,
    PlanRequest,
    PlanResult,
    PointsRequest,
    SectorRequest,
    StructureRequest,
    SurveyRequest,
    SurveyStatistics,
    VehicleStart,
    Wind,
    check_plan,
    plan_request,
    plan_survey,
)
from missions.planning.sorties import SEPARATION_M
from tests.support.plans import AKTAU, ring

FRAME = LocalFrame(AKTAU)
ZONE = [(300, 200), (420, 200), (420, 330), (300, 330)]
FIELD = SurveyRequest(
    polygon=ring([(0, 0), (900, 0), (900, 700), (0, 700)]),
    camera="dji-phantom-4-pro",
    altitude_m=80.0,
    home=FRAME.place(-40.0, -40.0),
    avoid=(ring(ZONE),),
    name="Field",
)
HOME = FRAME.place(-40.0, -40.0)
CENTRE = FRAME.place(300.0, 300.0)
PATTERNS: dict[str, PlanRequest] = {
    "corridor": CorridorRequest(axis=ring([(0, 0), (900, 200), (1500, 800)]), width_m=160.0, altitude_m=60.0, home=HOME),
    "perimeter": PerimeterRequest(polygon=ring([(0, 0), (900, 0), (900, 700), (0, 700)]), laps=2, altitude_m=60.0, home=HOME),
    "square": ExpandingSquareRequest(datum=CENTRE, radius_m=280.0, altitude_m=50.0, home=HOME),
    "sector": SectorRequest(datum=CENTRE, radius_m=500.0, sweeps=2, altitude_m=50.0, home=HOME),
    "points": PointsRequest(
        points=tuple(InspectionPoint(place=FRAME.place(i * 137 % 1100, i * 311 % 900), shots=2, hover_s=10.0) for i in range(24)), home=HOME
    ),
    "structure": StructureRequest(centre=CENTRE, structure_radius_m=20.0, top_m=80.0, home=HOME),
    "facade": FacadeRequest(wall=ring([(0, 100), (500, 100)]), top_m=60.0, home=HOME),
    "orbit": OrbitRequest(centre=CENTRE, radius_m=120.0, turns=4, altitude_m=60.0, home=HOME),
}
SMALL = PlanContext(energy=EnergyModel(battery_wh=110.0))


def planned(request: SurveyRequest, context: PlanContext | None = None) -> tuple[PlanResult, SurveyStatistics]:
    result = plan_survey(request, context)
    assert isinstance(result.statistics, SurveyStatistics), [finding.message for finding in result.findings]
    assert result.plan is not None
    return result, result.statistics


def codes(request: SurveyRequest, context: PlanContext | None = None) -> set[str]:
    return {finding.code for finding in plan_survey(request, context).findings if finding.severity == "error"}


def test_a_battery_s_reserve_is_kept_by_every_sortie() -> None:
    result, numbers = planned(replace(FIELD, sorties=True, reserve=0.3), SMALL)
    assert numbers.sorties == len(result.sorties) > 1
    assert all(sortie.energy_wh <= 0.7 * 110.0 for sortie in result.sorties)
    # As few as the energy of all allows, and none is a small rest.
    assert len(result.sorties) <= np.ceil(numbers.energy_wh / (0.7 * 110.0)) + 1
    energies = [sortie.energy_wh for sortie in result.sorties]
    assert max(energies) < 1.7 * min(energies)


def test_each_sortie_is_a_plan_from_home_to_home_that_enters_no_zone() -> None:
    result, _ = planned(replace(FIELD, sorties=True), SMALL)
    zone = shapely.Polygon(ZONE)
    for sortie in result.sorties:
        assert sortie.plan.home == FIELD.home
        assert sortie.plan.items[-1].command == Command.RETURN_TO_LAUNCH
        assert not [finding for finding in check_plan(sortie.plan) if finding.severity == "error"]
        path = shapely.LineString(FRAME.to_en_m([place.as_tuple() for place in sortie.path]))
        assert path.distance(zone) > FIELD.clearance_m - 0.05


def test_nothing_is_photographed_twice_or_left_out_and_the_next_flight_resumes_at_the_first_photo_missing() -> None:
    whole, numbers = planned(FIELD)
    split, cut = planned(replace(FIELD, sorties=True), SMALL)
    assert sum(sortie.photos for sortie in split.sorties) == numbers.photos == cut.photos
    for before, after in pairwise(split.sorties):
        assert before.resume == after.start
    assert split.sorties[-1].resume is None
    assert whole.sorties == ()


def test_a_line_longer_than_a_battery_is_cut_between_two_photos() -> None:
    strip = replace(FIELD, polygon=ring([(0, 0), (6000, 0), (6000, 60), (0, 60)]), avoid=(), sorties=True, home=FRAME.place(3000.0, -40.0))
    split, numbers = planned(strip, PlanContext(energy=EnergyModel(battery_wh=160.0)))
    assert numbers.sorties > 1
    assert sum(sortie.photos for sortie in split.sorties) == len(plan_survey(replace(strip, sorties=False)).photos)
    assert "out_of_reach" in codes(strip, PlanContext(energy=EnergyModel(battery_wh=25.0)))


def test_several_vehicles_share_the_work_from_homes_of_their_own() -> None:
    starts = (VehicleStart(FRAME.place(-40.0, -40.0), "west"), VehicleStart(FRAME.place(950.0, 750.0), "east"))
    alone, one = planned(FIELD)
    shared, two = planned(replace(FIELD, vehicles=starts))
    assert [sortie.plan.home for sortie in shared.sorties] == [starts[sortie.vehicle].home for sortie in shared.sorties]
    assert two.largest_sortie_s is not None
    assert one.largest_sortie_s is not None
    assert two.largest_sortie_s < 0.65 * one.largest_sortie_s
    assert sum(sortie.photos for sortie in shared.sorties) == len(alone.photos)
    # To the lines and home again one above the other, at the lines all at the height the resolution asks for.
    heights = [{item.altitude_m for item in sortie.plan.items if item.position is not None} for sortie in shared.sorties]
    assert [max(used) for used in heights] == [80.0 + SEPARATION_M * (sortie.vehicle + 1) for sortie in shared.sorties]
    assert all(min(used) == 80.0 for used in heights)


def test_a_vehicle_that_starts_in_a_zone_or_far_away_is_named() -> None:
    good = VehicleStart(FRAME.place(-40.0, -40.0))
    assert "home_blocked" in codes(replace(FIELD, vehicles=(good, VehicleStart(FRAME.place(350.0, 250.0)))))
    assert "home_far" in codes(replace(FIELD, vehicles=(good, VehicleStart(LonLat(53.0, 43.65)))))
    assert "home_needed" in codes(replace(FIELD, home=None, sorties=True))


def test_wind_costs_time_or_energy_and_too_much_of_it_is_refused() -> None:
    calm, windy = planned(FIELD)[1], planned(replace(FIELD, wind=Wind(9.0, 90.0)))[1]
    assert windy.duration_s > calm.duration_s
    assert windy.energy_wh > 1.1 * calm.energy_wh
    assert "wind" in codes(replace(FIELD, wind=Wind(18.0, 90.0)))


def test_a_second_grid_crosses_the_first_and_oblique_ones_look_to_four_sides() -> None:
    single, crossed = planned(FIELD)[1], planned(replace(FIELD, passes="crosshatch"))[1]
    assert crossed.photos == pytest.approx(2 * single.photos, rel=0.15)
    oblique, numbers = planned(replace(FIELD, passes="oblique"))
    # The tilted grids are a little closer: their lower edges are nearer to the ground.
    assert 5 * single.photos < numbers.photos < 6.5 * single.photos
    sides = {(photo.pitch_deg, round(photo.heading_deg)) for photo in oblique.photos if photo.pitch_deg > -90.0}
    assert len(sides) == 4
    assert {pitch for pitch, _ in sides} == {-50.0}


def test_data_volume_and_overlap_are_said() -> None:
    numbers = planned(FIELD)[1]
    assert numbers.data_bytes == round(numbers.photos * 5472 * 3648 * 0.45)
    assert numbers.overlapping_share is not None
    assert numbers.overlapping_share > 0.95


def test_every_sortie_is_proven_by_a_certificate_of_its_own() -> None:
    result = plan_request(replace(FIELD, sorties=True), SMALL)
    assert len(result.sorties) > 1
    for sortie in result.sorties:
        assert sortie.certificate is not None
        assert sortie.certificate.forbidden_m == 0.0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_cut_by_the_battery_and_gone_on_with_at_the_photo_that_is_missing(pattern: str) -> None:
    whole = plan_request(PATTERNS[pattern])
    assert whole.statistics is not None, whole.findings
    usable_wh = 0.7 * whole.statistics.energy_wh
    energy = EnergyModel(battery_wh=usable_wh, reserve=0.0)
    cut = plan_request(replace(PATTERNS[pattern], sorties=True), PlanContext(energy=energy))
    assert cut.statistics is not None, cut.findings
    assert cut.plan is not None, cut.findings
    assert cut.statistics.sorties == len(cut.sorties) > 1
    assert cut.statistics.photos == whole.statistics.photos == sum(sortie.photos for sortie in cut.sorties)
    for sortie in cut.sorties:
        assert sortie.energy_wh <= usable_wh + 0.1
        assert sortie.plan.home == HOME
        assert sortie.plan.items[-1].command == Command.RETURN_TO_LAUNCH
        assert not [finding for finding in check_plan(sortie.plan) if finding.severity == "error"]
    assert all(before.resume == after.start for before, after in pairwise(cut.sorties))


@pytest.mark.parametrize("pattern", ["corridor", "square", "points", "perimeter"])
def test_several_vehicles_share_a_pattern_and_their_climbs_one_above_the_other_are_counted(pattern: str) -> None:
    starts = (VehicleStart(HOME), VehicleStart(FRAME.place(1000.0, 900.0)))
    alone, shared = plan_request(PATTERNS[pattern]), plan_request(replace(PATTERNS[pattern], vehicles=starts))
    assert shared.plan is not None, shared.findings
    assert alone.statistics is not None
    assert shared.statistics is not None
    assert {sortie.vehicle for sortie in shared.sorties} == {0, 1}
    assert shared.statistics.photos == alone.statistics.photos
    assert shared.statistics.largest_sortie_s is not None
    assert shared.statistics.largest_sortie_s < 0.85 * alone.statistics.duration_s
    # What is flown down again above the lines is in the metres of each flight: twice 10 m for the first, twice 20 m for the second.
    for sortie in shared.sorties:
        level_m = float(np.hypot(*np.diff(FRAME.to_en_m([place.as_tuple() for place in sortie.path]), axis=0).T).sum())
        assert sortie.distance_m >= level_m + SEPARATION_M * (sortie.vehicle + 1) - 1.0


def test_what_one_vehicle_alone_can_do_is_said() -> None:
    starts = (VehicleStart(HOME), VehicleStart(FRAME.place(1000.0, 900.0)))
    for request in (replace(PATTERNS["orbit"], vehicle="plane", radius_m=150.0), PanoramaRequest(place=CENTRE, home=HOME, sorties=True)):
        result = plan_request(replace(request, vehicles=starts))
        assert result.plan is not None
        assert result.sorties == ()
        assert [finding.code for finding in result.findings].count("not_counted") == 1


def test_what_stands_upright_is_shared_by_its_levels() -> None:
    starts = (VehicleStart(HOME), VehicleStart(FRAME.place(200.0, 0.0)))
    for request in (
        StructureRequest(centre=CENTRE, top_m=60.0, home=HOME),
        FacadeRequest(wall=(FRAME.place(40.0, 60.0), FRAME.place(140.0, 90.0)), top_m=40.0, home=HOME),
        OrbitRequest(centre=CENTRE, radius_m=60.0, altitude_m=40.0, turns=3, home=HOME),
    ):
        alone, shared = plan_request(request), plan_request(replace(request, vehicles=starts))
        assert shared.plan is not None, shared.findings
        assert alone.statistics is not None
        assert shared.statistics is not None
        assert {sortie.vehicle for sortie in shared.sorties} == {0, 1}
        assert shared.statistics.photos == alone.statistics.photos
        assert shared.statistics.in_zones_m == 0.0


def test_wind_counts_for_every_pattern() -> None:
    for request in PATTERNS.values():
        calm, windy = plan_request(request).statistics, plan_request(replace(request, wind=Wind(9.0, 45.0))).statistics
        assert calm is not None
        assert windy is not None
        assert windy.energy_wh > calm.energy_wh
        refused = plan_request(replace(request, wind=Wind(18.0, 45.0)))
        assert refused.plan is None
        assert "wind" in {finding.code for finding in refused.findings}
