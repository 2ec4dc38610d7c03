"""How many officers a case needs, and what their decisions make of it. Pure: the database asks it inside its transaction.

A case is *new* until enough officers have looked, each blind to the others. Whoever disagrees makes it *unclear*, and a further officer
settles it; after `MOST_LOOKS` it stays unclear, which is no accusation.
"""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal
from uuid import UUID

Decision = Literal["accept", "reject", "unclear"]
REJECTION_REASONS = (
    "no_violation",
    "wrong_vehicle",
    "plate_unreadable",
    "special_vehicle",
    "scene_wrong",
    "measurement_doubtful",
    "picture_poor",
    "other",
)
NEW, ACCEPTED, REJECTED, UNCLEAR = "new", "accepted", "rejected", "unclear"
OPEN_STATES = (NEW, UNCLEAR)
MOST_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a case needs: looks before anything is said of it, and equal decisions to accept or to reject it."""

    looks: int = 1
    accepts: int = 1
    rejects: int = 1


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """`key` draws the samples: whoever holds it can draw them again, an officer cannot foretell them."""

    key: bytes
    two_person_rules: Collection[str] = ()
    two_person_tiers: Collection[str] = ("A",)
    double_look_share: float = 0.0
    known_bad_share: float = 0.0

    def asked(self, violation_id: UUID, rule: str, evidence_tier: str) -> Asked:
        """One officer may always spare a driver, but of a sampled case both decisions are wanted."""
        sampled = self.is_sampled(violation_id)
        two_persons = rule in self.two_person_rules or evidence_tier in self.two_person_tiers
        if not sampled and not two_persons:
            return Asked()
        return Asked(looks=2, accepts=2, rejects=2 if sampled else 1)

    def is_sampled(self, violation_id: UUID) -> bool:
        return self._drawn(f"double look {violation_id}") < self.double_look_share

    def shows_known_bad(self, reviewer: str, looks_before: int) -> bool:
        """Whether the next case of this officer is one that is known to be no violation."""
        return self._drawn(f"known bad {reviewer} {looks_before}") < self.known_bad_share

    def _drawn(self, what: str) -> float:
        """A number from 0 to 1, the same whenever it is asked for."""
        return int.from_bytes(hmac.digest(self.key, what.encode(), sha256)[:8]) / 2**64


def state_after(decisions: Sequence[str], asked: Asked) -> str:
    """What the decisions taken so far, each of another officer, make of the case."""
    if decisions.count("reject") >= asked.rejects:
        return REJECTED
    if decisions.count("accept") >= asked.accepts:
        return ACCEPTED
    return NEW if len(decisions) < asked.looks else UNCLEAR


def looks_left(decided: int, asked: Asked) -> int:
    """Of an open case: how many officers may look now, besides those who have."""
    return min(max(asked.looks, decided + 1), MOST_LOOKS) - decided
