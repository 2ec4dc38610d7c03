"""How closely a source is looked at follows what a person chose, and is raised by rules that need to see more."""

import pytest

from vision import RULES, Tier, TierInForce, tier_in_force
from vision.rules.rule import RuleCard


def _cards(*codes: str) -> list[RuleCard]:
    return [rule.card for rule in RULES if rule.card.code in codes]


@pytest.mark.parametrize(
    ("chosen", "rules", "expected"),
    [
        (None, (), TierInForce("watch", "default")),
        ("patrol", (), TierInForce("patrol", "chosen")),
        ("patrol", ("illegal_stop",), TierInForce("watch", "rules", ("illegal_stop",))),
        ("patrol", ("illegal_stop", "red_light", "speeding"), TierInForce("enforcement", "rules", ("red_light", "speeding"))),
        (None, ("wrong_way",), TierInForce("watch", "default")),
        ("enforcement", ("red_light",), TierInForce("enforcement", "chosen")),
    ],
)
def test_the_tier_is_what_was_chosen_raised_by_rules_that_ask_for_more(
    chosen: Tier | None, rules: tuple[str, ...], expected: TierInForce
) -> None:
    assert tier_in_force(chosen, "watch", _cards(*rules)) == expected
