"""Officers' looks at cases, their decisions, cases known to be none, and what was handed over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, one_of

DECISIONS = ("accept", "reject", "unclear")
HANDOVER_STATES = ("waiting", "delivered", "refused", "expired", "cancelled")


class ViolationLook(Base):
    """A case that an officer has before him until `deadline_at`; one at a time."""

    __tablename__ = "violation_look"
    __table_args__ = (UniqueConstraint("reviewer"), Index(None, "violation_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id", ondelete="CASCADE"))
    reviewer: Mapped[str]
    seeded: Mapped[bool]
    shown_at: Mapped[datetime]
    deadline_at: Mapped[datetime]


class ViolationReview(Base):
    """What an officer decided. `blind`: another had decided before, unseen; `seeded`: the case was known to be none."""

    __tablename__ = "violation_review"
    __table_args__ = (
        UniqueConstraint("violation_id", "reviewer"),
        CheckConstraint(one_of("decision", *DECISIONS), name="decision"),
        CheckConstraint("decision <> 'reject' OR reason <> ''", name="rejection_has_a_reason"),
        CheckConstraint("seconds_spent >= 0", name="seconds"),
        Index(None, "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id", ondelete="CASCADE"))
    reviewer: Mapped[str]
    decision: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    seconds_spent: Mapped[float]
    blind: Mapped[bool]
    seeded: Mapped[bool]
    at: Mapped[datetime]


class ViolationKnownBad(Base):
    """A rejected case that is shown to officers again, to see whether they find it."""

    __tablename__ = "violation_known_bad"

    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id", ondelete="CASCADE"), primary_key=True)
    why: Mapped[str]
    marked_by: Mapped[str]
    marked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ViolationHandover(Base):
    """A case, or the withdrawal of one, on its way to an outside system. `tries` and `next_try_at` are the outbox."""

    __tablename__ = "violation_handover"
    __table_args__ = (
        ForeignKeyConstraint(
            ["violation_id", "evidence_tier"], ["violation.id", "violation.evidence_tier"], name="violation_handover_violation_id_fkey"
        ),
        CheckConstraint("evidence_tier IN ('A', 'B')", name="tier_c_stays_here"),
        CheckConstraint(one_of("kind", "case", "withdrawal"), name="kind"),
        CheckConstraint(one_of("state", *HANDOVER_STATES), name="state"),
        CheckConstraint("(state = 'waiting') = (next_try_at IS NOT NULL)", name="waits"),
        CheckConstraint("state <> 'delivered' OR receipt IS NOT NULL", name="receipt"),
        UniqueConstraint("violation_id", "target", "kind"),
        Index(None, "next_try_at", postgresql_where=text("state = 'waiting'")),
        Index(None, "at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    violation_id: Mapped[UUID]
    evidence_tier: Mapped[str] = mapped_column(CHAR(1))
    kind: Mapped[str] = mapped_column(server_default="case")
    target: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(server_default="")
    receipt: Mapped[dict[str, Any] | None]
    asked_by: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
