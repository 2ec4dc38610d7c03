"""What officers' decisions make of a case, and which cases are looked at twice."""

from uuid import UUID

import pytest

from geo.primitives import derived_id
from ground_station.review.policy import Asked, ReviewPolicy, looks_left, state_after

ONE, TWO_PERSONS, SAMPLED = Asked(), Asked(2, 2, 1), Asked(2, 2, 2)
CASES = [derived_id("case", number) for number in range(2000)]


@pytest.mark.parametrize(
    ("asked", "decisions", "state"),
    [
        (ONE, ["accept"], "accepted"),
        (ONE, ["reject"], "rejected"),
        (ONE, ["unclear"], "unclear"),
        (ONE, ["unclear", "accept"], "accepted"),
        (ONE, ["unclear", "unclear", "unclear"], "unclear"),
        (TWO_PERSONS, ["accept"], "new"),
        (TWO_PERSONS, ["accept", "accept"], "accepted"),
        (TWO_PERSONS, ["accept", "reject"], "rejected"),
        (TWO_PERSONS, ["reject"], "rejected"),
        (TWO_PERSONS, ["accept", "unclear"], "unclear"),
        (TWO_PERSONS, ["accept", "unclear", "accept"], "accepted"),
        (SAMPLED, ["reject"], "new"),
        (SAMPLED, ["reject", "reject"], "rejected"),
        (SAMPLED, ["accept", "reject"], "unclear"),
        (SAMPLED, ["accept", "reject", "reject"], "rejected"),
        (SAMPLED, ["accept", "reject", "unclear"], "unclear"),
    ],
)
def test_decisions_make_a_state(asked: Asked, decisions: list[str], state: str) -> None:
    assert state_after(decisions, asked) == state


def test_a_case_waits_for_as_many_officers_as_it_needs_and_at_most_three() -> None:
    assert [looks_left(decided, ONE) for decided in range(4)] == [1, 1, 1, 0]
    assert [looks_left(decided, SAMPLED) for decided in range(4)] == [2, 1, 1, 0]


def test_the_sample_is_as_large_as_set_drawn_again_alike_and_not_without_the_key() -> None:
    policy = ReviewPolicy(b"key", double_look_share=0.1)
    drawn = [case for case in CASES if policy.is_sampled(case)]
    assert 0.07 < len(drawn) / len(CASES) < 0.13
    assert drawn == [case for case in CASES if ReviewPolicy(b"key", double_look_share=0.1).is_sampled(case)]
    assert drawn != [case for case in CASES if ReviewPolicy(b"other", double_look_share=0.1).is_sampled(case)]


def test_two_officers_are_asked_for_by_rule_and_by_tier() -> None:
    policy = ReviewPolicy(b"key", two_person_rules={"red_light"})
    case = UUID(int=1)
    assert policy.asked(case, "red_light", "B") == TWO_PERSONS
    assert policy.asked(case, "spot_speed", "A") == TWO_PERSONS
    assert policy.asked(case, "spot_speed", "B") == ONE
    assert ReviewPolicy(b"key", double_look_share=1.0).asked(case, "spot_speed", "B") == SAMPLED


def test_known_bad_cases_come_as_often_as_set() -> None:
    policy = ReviewPolicy(b"key", known_bad_share=0.1)
    assert 0.07 < sum(policy.shows_known_bad("aigul", number) for number in range(2000)) / 2000 < 0.13
    assert not any(ReviewPolicy(b"key").shows_known_bad("aigul", number) for number in range(100))
