"""How closely one source is to be looked at, and why: what a person chose, raised by what its rules need to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vision.rules.rule import RuleCard, SourceTier
from vision.scheduling.tiers import TIERS, Tier, higher

NEEDED: dict[SourceTier, Tier] = dict(zip(("T0", "T1", "T2", "T3"), TIERS, strict=True))

TierWhy = Literal["default", "chosen", "rules"]


@dataclass(frozen=True, slots=True)
class TierInForce:
    """`rules` are those that ask for more than was chosen; empty unless `why` is rules."""

    tier: Tier
    why: TierWhy
    rules: tuple[str, ...] = ()


def tier_in_force(chosen: Tier | None, default: Tier, rules: Iterable[RuleCard]) -> TierInForce:
    """`chosen` by a person for this source, None where nobody did; `rules` are those switched on for it."""
    tier: Tier = default if chosen is None else chosen
    asking = [(NEEDED[card.source_tier], card.code) for card in rules if NEEDED[card.source_tier] != tier]
    raised = [(needed, code) for needed, code in asking if higher(needed, tier) == needed]
    if not raised:
        return TierInForce(tier, "default" if chosen is None else "chosen")
    highest = max((needed for needed, _ in raised), key=TIERS.index)
    return TierInForce(highest, "rules", tuple(sorted(code for needed, code in raised if needed == highest)))
