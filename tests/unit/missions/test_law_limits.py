"""Limits of the law: every one has its source; a plan that meets one is told so with the number."""

import pytest

from geo.primitives import LonLat, MissionError
from missions import Aerodrome, AirspaceZone, Command, MissionItem, MissionPlan, law_limits, limit_findings, limit_marks, nearest_aerodrome
from missions.airspace.zone import ZoneKind

HOME = LonLat(51.2, 43.65)


def plan(up: float) -> MissionPlan:
    places = (MissionItem(Command.TAKEOFF, altitude_m=up), MissionItem(Command.WAYPOINT, position=LonLat(51.202, 43.65), altitude_m=up))
    return MissionPlan(home=HOME, items=places)


def test_every_limit_names_act_date_and_source_and_what_is_not_verified_says_so() -> None:
    law = law_limits("KZ")
    assert len({limit.id for limit in law.limits}) == len(law.limits) >= 10
    for limit in law.limits:
        assert limit.act
        assert limit.date
        assert limit.source.startswith("http")
        assert ("NOT VERIFIED" in limit.sentence()) is not limit.verified
    assert "Verify" in law.note


@pytest.mark.parametrize(
    ("up", "mass_kg", "aerodrome_m", "warned"),
    [
        (40.0, 0.2, 9_000.0, set()),
        (60.0, 0.2, 9_000.0, {"height"}),
        (40.0, 0.25, 9_000.0, {"registration"}),
        (40.0, 4.0, 3_000.0, {"registration", "marking", "aerodrome"}),
    ],
)
def test_a_plan_is_held_against_height_mass_and_aerodromes(up: float, mass_kg: float, aerodrome_m: float, warned: set[str]) -> None:
    aerodrome = Aerodrome("Aktau CTR", aerodrome_m)
    findings = limit_findings(plan(up), law_limits("kz"), mass_kg=mass_kg, aerodrome=aerodrome)
    assert {f.code.removeprefix("law_kz_") for f in findings if f.severity == "warning"} == warned
    assert any(f.code == "law_kz_crowd" and f.severity == "info" for f in findings)


def test_an_aerodrome_is_known_by_the_name_of_its_zone_and_measured_to_its_edge() -> None:
    def zone(name: str, west: float) -> AirspaceZone:
        ring = tuple(LonLat(west + lon, 43.65 + lat) for lon, lat in ((0.0, -0.01), (0.02, -0.01), (0.02, 0.01), (0.0, 0.01)))
        return AirspaceZone(name, name, ZoneKind.CONTROLLED, (ring,))

    zones = [zone("АКТАУ аэропорт", 51.24), zone("Port", 51.203), zone("Kuryk CTR", 52.0)]
    aerodrome = nearest_aerodrome(plan(40.0), zones)
    assert aerodrome is not None
    assert (aerodrome.name, aerodrome.distance_m) == ("АКТАУ аэропорт", pytest.approx(3_064, rel=0.01))
    met = [mark for mark in limit_marks(plan(40.0), law_limits("kz"), aerodrome=aerodrome) if mark.met]
    assert [mark.limit.id for mark in met] == ["aerodrome"]
    assert nearest_aerodrome(plan(40.0), zones[1:2]) is None


def test_a_country_without_limits_is_refused_with_those_there_are() -> None:
    with pytest.raises(MissionError) as refusal:
        law_limits("xx")
    assert "kz" in refusal.value.hint
