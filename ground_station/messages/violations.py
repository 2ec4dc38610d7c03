"""Verdicts of rules on their way to becoming cases."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ground_station.messages.base import Message

EvidenceTierName = Literal["A", "B", "C"]
ViolationState = Literal["new", "accepted", "rejected", "unclear", "withdrawn", "handed_over"]


class ViolationMeasure(BaseModel):
    """What was measured, two sigmas of it, and the limit it was held against, in `unit`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    uncertainty: float
    limit: float
    unit: str


class ViolationMessage(Message):
    """What a rule found of a tracked thing, with the instants that prove it.

    `violation_id` is derived from the track and the verdict, so a resend is the same case. Plates are not told here.
    """

    violation_id: UUID
    rule: str
    rule_edition: str
    source_id: str
    vehicle_id: str | None = None
    observation_id: UUID | None = None
    track_id: int
    scene_edition: int | None = None
    model: str
    label: str
    confidence: float = Field(ge=0, le=1)
    from_at: datetime
    at: datetime = Field(description="When it was complete")
    until_at: datetime
    proof_at: list[datetime] = Field(description="Instants of the stills: before, at, after")
    bbox_px: tuple[float, float, float, float] = Field(description="In the source's picture at `at`")
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = Field(None, description="Radius that holds the true place with about 95 % probability")
    measure: ViolationMeasure | None = None
    feature: str = Field(description="Of the scene: the line, lane or area it was held against")
    legal_order: str | None = Field(None, description="That the scene names; told by the store, the one it holds by")
    doubtful_why: str | None = None
    verdict_hash: str
    evidence_tier: EvidenceTierName | None = Field(None, description="Told by the store, where orders and certificates are kept")
    state: ViolationState = Field("new", description="Told by the store")
