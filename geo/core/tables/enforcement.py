"""What rules found, and by which right: legal orders, rules switched on, certificates of devices, violations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Double, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

EVIDENCE_TIERS = ("A", "B", "C")
VIOLATION_STATES = ("new", "accepted", "rejected", "unclear", "withdrawn", "handed_over")


class LegalOrder(Base):
    """The act by which a sign, a limit or a marking holds. `area` is where, empty = wherever a scene names it.

    A revoked order is kept: cases that leaned on it are found by it. `void_from` is the instant since which it never held.
    """

    __tablename__ = "legal_order"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid"),
        CheckConstraint("num_nonnulls(revoked_at, revoked_by, revoked_why, void_from) IN (0, 4)", name="revoked"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str]
    number: Mapped[str]
    title_kk: Mapped[str]
    title_ru: Mapped[str]
    title_en: Mapped[str]
    kind: Mapped[str]
    issued_on: Mapped[date]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    document_url: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    revoked_why: Mapped[str | None]
    void_from: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    area: Mapped[Any | None] = geometry("GEOMETRY", nullable=True)


class SourceRule(Base):
    """A rule on one source. `schedule` are the hours it holds in, empty = always; `excluded` are labels and features it leaves alone.

    While `suspended_since` is set the source cannot be judged by, whatever `enabled` says.
    """

    __tablename__ = "source_rule"
    __table_args__ = (CheckConstraint("num_nonnulls(suspended_since, suspended_why) IN (0, 2)", name="suspended"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("video_source.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    schedule: Mapped[dict[str, Any] | None]
    excluded: Mapped[dict[str, Any] | None]
    suspended_since: Mapped[datetime | None]
    suspended_why: Mapped[str | None]
    suitability: Mapped[dict[str, Any] | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[str]


class DeviceCertificate(Base):
    """Type approval and verification of a measuring device; without one in force nothing of it is tier A."""

    __tablename__ = "device_certificate"
    __table_args__ = (CheckConstraint("valid_to > valid_from", name="valid"), Index(None, "source_id", "valid_from"))

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    type_approval: Mapped[str]
    number: Mapped[str]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]


class Violation(Base):
    """A case: what broke which rule, where, when, proved by which instants. `source_id` is no foreign key: cases outlive cameras.

    Tier A has a certificate and no vehicle; A and B have a legal order; C never leaves the house. A hand-over refers to id and tier.
    """

    __tablename__ = "violation"
    __table_args__ = (
        UniqueConstraint("id", "evidence_tier"),
        CheckConstraint(one_of("evidence_tier", *EVIDENCE_TIERS), name="evidence_tier"),
        CheckConstraint("evidence_tier = 'C' OR legal_order_id IS NOT NULL", name="tier_needs_order"),
        CheckConstraint("evidence_tier <> 'A' OR certificate_id IS NOT NULL", name="tier_a_needs_certificate"),
        CheckConstraint("evidence_tier <> 'A' OR vehicle_id IS NULL", name="no_tier_a_from_vehicles"),
        CheckConstraint("state <> 'handed_over' OR evidence_tier <> 'C'", name="tier_c_stays_here"),
        CheckConstraint(one_of("state", *VIOLATION_STATES), name="state"),
        CheckConstraint("from_at <= at AND at <= until_at", name="time_grows"),
        CheckConstraint("num_nonnulls(measure_value, measure_uncertainty, measure_limit, measure_unit) IN (0, 4)", name="measure"),
        Index(None, "at", "id"),
        Index(None, "source_id", "at"),
        Index(None, "rule", "at"),
        Index(None, "state", "at"),
        Index(None, "legal_order_id", "at", postgresql_where=text("legal_order_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_edition: Mapped[str]
    source_id: Mapped[str]
    vehicle_id: Mapped[str | None]
    observation_id: Mapped[UUID | None]
    track_id: Mapped[int]
    scene_edition: Mapped[int | None]
    model: Mapped[str]
    evidence_tier: Mapped[str] = mapped_column(CHAR(1))
    legal_order_id: Mapped[str | None] = mapped_column(ForeignKey("legal_order.id"))
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("device_certificate.id"))
    from_at: Mapped[datetime]
    at: Mapped[datetime]
    until_at: Mapped[datetime]
    proof_at: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    accuracy_m: Mapped[float | None]
    label: Mapped[str]
    confidence: Mapped[float]
    bbox_px: Mapped[list[float]] = mapped_column(ARRAY(Double))
    measure_value: Mapped[float | None]
    measure_uncertainty: Mapped[float | None]
    measure_limit: Mapped[float | None]
    measure_unit: Mapped[str | None]
    plate: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    feature: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="new")
    doubtful_why: Mapped[str | None]
    verdict_hash: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    position: Mapped[Any | None] = geometry("POINT", nullable=True)
