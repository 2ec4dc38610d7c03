"""What a rule is, what it finds, and when it holds back.

A rule judges one thing's path among the others. What it finds is a `Violation` with the value measured, its uncertainty, the limit and the
instants that prove it; where the law's condition seems met but the picture does not prove it, it says so in an `Abstention`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from geo.primitives import radius_95_m
from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene

SourceTier = Literal["T0", "T1", "T2", "T3"]
EvidenceTier = Literal["A", "B", "C"]
BEFORE_S = 0.5  # the still before: the thing has moved by less than its length


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a rule with its unit and its reason; changing one makes another edition."""

    value: float
    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured, two sigmas of it, and the limit it was held against, in `unit`."""

    value: float
    uncertainty: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Violation:
    """Times are seconds of the source; `at_s` is when it was complete. `proof_s` are the instants of the stills: before, at, after.

    The place, east and north of the source's local frame, is the thing's at `at_s`.
    """

    rule: str
    edition: str
    track_id: int
    feature: str
    legal_order: str | None
    from_s: float
    at_s: float
    en_m: tuple[float, float]
    accuracy_m: float
    proof_s: tuple[float, ...]
    measure: Measure | None = None

    @property
    def evidence_tier(self) -> EvidenceTier:
        """Without a legal order it is statistics (C); else a matter for an officer (B). A needs a certified device, which no film is."""
        return "C" if self.legal_order is None else "B"


@dataclass(frozen=True, slots=True)
class Abstention:
    """A rule could not tell; `why` is one of few texts, to be counted."""

    rule: str
    track_id: int
    feature: str
    at_s: float
    why: str


Verdict = Violation | Abstention


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What a rule is. `edition` changes whenever a verdict could; `source_tier` is how closely a source must be looked at for it."""

    code: str
    edition: str
    source_tier: SourceTier
    subjects: frozenset[str]
    parameters: Mapping[str, Parameter]

    def number(self, name: str) -> float:
        return self.parameters[name].value


class Rule(Protocol):
    @property
    def card(self) -> RuleCard: ...

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        """What `path` did, and where that could not be told; `others` were there with it."""
        ...


def held_back(verdict: Verdict, why: str) -> Abstention:
    return Abstention(verdict.rule, verdict.track_id, verdict.feature, verdict.at_s, why)


class Bound(Protocol):
    """A feature of the scene that a rule holds things against."""

    @property
    def id(self) -> str: ...
    @property
    def legal_order(self) -> str | None: ...


def violation(
    rule: Rule, path: GroundPath, against: Bound, *, from_s: float, at_s: float, until_s: float, measure: Measure | None = None
) -> Violation:
    """What `rule` found of `path`, its place and stills taken from the path; `until_s` is the instant of the last still."""
    row = path.at(at_s)
    place = path.en_m[row]
    proof_s = tuple(float(path.times_s[path.at(instant)]) for instant in (from_s - BEFORE_S, at_s, until_s))
    return Violation(
        rule.card.code,
        rule.card.edition,
        path.track_id,
        against.id,
        against.legal_order,
        from_s,
        at_s,
        (float(place[0]), float(place[1])),
        radius_95_m(path.covariance_m2[row]),
        proof_s,
        measure,
    )
