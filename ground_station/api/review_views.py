"""Forms of officers' review for clients: none tells what others decided, nor whether a case is known to be no violation."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from geo.core import LegalOrderRow, LookRow, OpenCase, ReviewRow, RuleFigures, ViolationRow
from ground_station.review.agreement import share_with_doubt

Decision = Literal["accept", "reject", "unclear"]
RejectionReason = Literal[
    "no_violation",
    "wrong_vehicle",
    "plate_unreadable",
    "special_vehicle",
    "scene_wrong",
    "measurement_doubtful",
    "picture_poor",
    "other",
]


class WaitingView(BaseModel):
    """A case that may be taken."""

    violation_id: UUID
    rule: str
    evidence_tier: Literal["A", "B", "C"]
    source_id: str
    at: datetime
    position: tuple[float, float] | None
    measure_value: float | None
    measure_limit: float | None
    measure_unit: str | None
    doubtful: bool

    @classmethod
    def of(cls, case: OpenCase) -> "WaitingView":
        values = {name: getattr(case, name) for name in cls.model_fields if name not in ("position", "doubtful")}
        place = None if case.lon_deg is None or case.lat_deg is None else (case.lon_deg, case.lat_deg)
        return cls(**values, position=place, doubtful=case.doubtful_why is not None)


class ReviewQueue(BaseModel):
    items: list[WaitingView]
    counts: dict[str, int] = Field(description="Open cases by rule that this officer has not decided")


class NextBody(BaseModel):
    """Which case to take; nothing given, the oldest."""

    model_config = ConfigDict(extra="forbid")

    rule: str | None = Field(None, max_length=80)
    source_id: str | None = Field(None, max_length=200)
    violation_id: UUID | None = None


class MeasureView(BaseModel):
    value: float
    uncertainty: float = Field(description="Two sigmas")
    limit: float
    unit: str


class OrderView(BaseModel):
    id: str
    authority: str
    number: str
    title_kk: str
    title_ru: str
    title_en: str
    issued_on: str
    document_url: str | None


class CaseView(BaseModel):
    """A case before an officer, until `deadline_at`. Decide with its `look_id`, and `revision` in If-Match."""

    look_id: UUID
    shown_at: datetime
    deadline_at: datetime
    revision: str
    violation_id: UUID
    rule: str
    rule_edition: str
    source_id: str
    vehicle_id: str | None
    track_id: int
    model: str
    label: str
    confidence: float
    evidence_tier: Literal["A", "B", "C"]
    from_at: datetime
    at: datetime
    until_at: datetime
    proof_at: list[datetime]
    bbox_px: tuple[float, float, float, float]
    picture_size_px: tuple[int, int] | None = Field(description="Of the picture that `bbox_px` is in, where it is known")
    position: tuple[float, float] | None
    accuracy_m: float | None
    measure: MeasureView | None
    plate: dict[str, Any] | None
    feature: str
    broke: dict[str, Any] | None = Field(description="What of the scene it broke, a GeoJSON feature")
    scene_edition: int | None
    legal_order: OrderView | None
    doubtful_why: str | None

    @classmethod
    def of(
        cls, look: LookRow, case: ViolationRow, order: LegalOrderRow | None, broke: dict[str, Any] | None, size_px: tuple[int, int] | None
    ) -> "CaseView":
        found = case.found
        plain = ("rule", "rule_edition", "source_id", "vehicle_id", "track_id", "model", "label", "confidence", "from_at", "at", "until_at")
        more = ("bbox_px", "accuracy_m", "feature", "scene_edition", "doubtful_why")
        return cls.model_validate(
            {name: getattr(found, name) for name in (*plain, *more)}
            | {
                "look_id": look.look_id,
                "shown_at": look.shown_at,
                "deadline_at": look.deadline_at,
                "revision": case.updated_at.isoformat(),
                "violation_id": found.violation_id,
                "evidence_tier": case.evidence_tier,
                "proof_at": list(found.proof_at),
                "picture_size_px": size_px,
                "position": None if found.position is None else found.position.as_tuple(),
                "measure": None if found.measure is None else _measure(case),
                "plate": case.plate,
                "broke": broke,
                "legal_order": None if order is None else _order(order),
            }
        )


class NextCase(BaseModel):
    case: CaseView | None = Field(description="Null when nothing waits")


class ReviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    look_id: UUID = Field(description="Of the case as it was shown by `reviews/next`")
    decision: Decision
    reason: RejectionReason | None = Field(None, description="Why it is rejected; not for another decision")
    note: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = ""

    @model_validator(mode="after")
    def _rejected_with_a_reason(self) -> "ReviewBody":
        if (self.decision == "reject") != (self.reason is not None):
            raise ValueError("a rejection has a reason, another decision has none")
        if self.reason == "other" and not self.note:
            raise ValueError("the reason 'other' needs a note")
        return self


class ReviewView(BaseModel):
    review_id: UUID
    violation_id: UUID
    reviewer: str
    decision: Decision
    reason: str
    note: str
    seconds_spent: float = Field(description="From being shown to the decision, by the server's clock")
    blind: bool
    at: datetime

    @classmethod
    def of(cls, review: ReviewRow) -> "ReviewView":
        return cls.model_validate({name: getattr(review, name) for name in cls.model_fields})


class DecisionView(BaseModel):
    """What was written. What it made of the case is not told: another officer may have to look."""

    review_id: UUID
    violation_id: UUID
    decision: Decision
    seconds_spent: float


class ReviewList(BaseModel):
    items: list[ReviewView]
    complete: bool = Field(description="False while officers may still look: then only one's own decision is told")


class KnownBadBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, StringConstraints(min_length=5, max_length=500, strip_whitespace=True)]


class ShareView(BaseModel):
    """A share with its interval of 95 % (Wilson)."""

    share: float
    low: float
    high: float


class RuleFiguresView(BaseModel):
    rule: str
    accepted: int
    rejected: int
    unclear: int
    waiting: int
    oldest_at: datetime | None = Field(description="Of those that wait")
    precision: ShareView | None = Field(description="Accepted among accepted and rejected")
    looks: int
    median_seconds: float | None
    doubles: int = Field(description="Cases that two officers saw, each blind to the other")
    disagreement: ShareView | None
    known_bad_shown: int
    known_bad_found: ShareView | None
    reasons: dict[str, int] = Field(description="Of rejections")

    @classmethod
    def of(cls, figures: RuleFigures) -> "RuleFiguresView":
        plain = ("rule", "accepted", "rejected", "unclear", "waiting", "oldest_at", "looks", "median_seconds", "doubles", "known_bad_shown")
        return cls(
            **{name: getattr(figures, name) for name in plain},
            reasons=figures.reasons,
            precision=_share(figures.accepted, figures.accepted + figures.rejected),
            disagreement=_share(figures.disagreed, figures.doubles),
            known_bad_found=_share(figures.known_bad_found, figures.known_bad_shown),
        )


class ReviewFigures(BaseModel):
    since: datetime
    items: list[RuleFiguresView]


def _share(part: int, whole: int) -> ShareView | None:
    if whole == 0:
        return None
    share, low, high = share_with_doubt(part, whole)
    return ShareView(share=share, low=low, high=high)


def _measure(case: ViolationRow) -> dict[str, Any]:
    measure = case.found.measure
    assert measure is not None
    return {"value": measure.value, "uncertainty": measure.uncertainty, "limit": measure.limit, "unit": measure.unit}


def _order(order: LegalOrderRow) -> OrderView:
    setup = order.setup
    return OrderView(
        id=order.order_id,
        authority=setup.authority,
        number=setup.number,
        title_kk=setup.title_kk,
        title_ru=setup.title_ru,
        title_en=setup.title_en,
        issued_on=setup.issued_on.isoformat(),
        document_url=setup.document_url,
    )
