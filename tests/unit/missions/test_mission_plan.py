"""Plan values: JSON, content hash, patterns without items."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings

from geo.primitives import LonLat, MissionError
from missions import ComplexItem, MissionItem, MissionPlan, canonical_json, plan_from_json, plan_to_json
from tests.support.plans import plans

PLACE = LonLat(51.16, 43.65)
PLAN = MissionPlan(name="a", home=PLACE, items=(MissionItem(22, altitude_m=30.0), MissionItem(16, position=PLACE, altitude_m=30.0)))


@settings(max_examples=80, derandomize=True, deadline=None)
@given(plan=plans)
def test_a_plan_survives_json(plan: MissionPlan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan
    assert plan_from_json(plan_to_json(plan)).content_hash() == plan.content_hash()


def test_the_hash_is_of_what_is_flown_not_of_its_name() -> None:
    assert replace(PLAN, name="b").content_hash() == PLAN.content_hash()
    lower = replace(PLAN, items=(PLAN.items[0], replace(PLAN.items[1], altitude_m=29.9)))
    assert lower.content_hash() != PLAN.content_hash()
    assert replace(PLAN, home=LonLat(51.0, 43.0)).content_hash() != PLAN.content_hash()


def test_whole_numbers_hash_alike_however_they_are_written() -> None:
    as_int = replace(PLAN, items=(MissionItem(22, altitude_m=30), PLAN.items[1]))
    assert as_int.content_hash() == PLAN.content_hash()
    assert canonical_json({"b": 1.0, "a": [-0.0, 0.5]}) == '{"a":[0,0.5],"b":1}'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_an_item_holds_no_number_that_is_none(value: float) -> None:
    with pytest.raises(MissionError, match="parameter"):
        MissionItem(16, params=(value, 0.0, 0.0, 0.0))


@pytest.mark.parametrize(
    "broken",
    [{}, {"command": 16}, {"command": 16, "params": [1, 2]}, {"command": "x", "params": [0, 0, 0, 0]}, {"command": 16, "params": 5}],
)
def test_a_broken_item_object_is_refused_with_its_text(broken: dict[str, object]) -> None:
    with pytest.raises(MissionError, match="Mission item"):
        MissionItem.from_json(broken)


def test_a_plan_with_a_pattern_that_says_not_what_it_flies_is_not_flown_in_part() -> None:
    plan = replace(PLAN, complex_items=(ComplexItem("fwLandingPattern", 2, 0, "{}"),))
    with pytest.raises(MissionError, match="fwLandingPattern"):
        plan.flight_items()
    assert PLAN.flight_items() == PLAN.items
