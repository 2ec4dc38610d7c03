"""Limits of the law: every one has its source; a plan that meets one is told so with the number."""

import pytest

from geo.primitives import LonLat, MissionError
from missions import Command, MissionItem, MissionPlan, law_limits, limit_findings

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
    findings = limit_findings(plan(up), law_limits("kz"), mass_kg=mass_kg, aerodrome_m=aerodrome_m)
    assert {f.code.removeprefix("law_kz_") for f in findings if f.severity == "warning"} == warned
    assert any(f.code == "law_kz_crowd" and f.severity == "info" for f in findings)


def test_a_country_without_limits_is_refused_with_those_there_are() -> None:
    with pytest.raises(MissionError) as refusal:
        law_limits("xx")
    assert "kz" in refusal.value.hint
