"""Number plates that were read, lists of plates looked for or let in, and receipts of what was forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

WATCH_KINDS = ("wanted", "permitted")


class PlateWatch(Base):
    """A plate that somebody looks for, or that may enter: with the reason, who answers for it, and an end."""

    __tablename__ = "plate_watch"
    __table_args__ = (
        CheckConstraint(one_of("kind", *WATCH_KINDS), name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        Index(None, "text"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
    owner: Mapped[str]
    expires_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PlateRead(Base):
    """A legible plate of a tracked vehicle. `posterior` is the probability of each character.

    Nothing but a case or a wanted list keeps one for more than 72 hours; the table itself refuses.
    """

    __tablename__ = "plate_read"
    __table_args__ = (
        CheckConstraint(
            "violation_id IS NOT NULL OR watch_id IS NOT NULL OR expires_at <= at + interval '72 hours'", name="seventy_two_hours"
        ),
        Index(None, "text", "at"),
        Index(None, "at"),
        Index(None, "expires_at"),
        Index(None, "observation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    track_id: Mapped[int]
    at: Mapped[datetime]
    text: Mapped[str]
    grammar: Mapped[str | None]
    label: Mapped[str]
    posterior: Mapped[list[Any]]
    votes: Mapped[int]
    accuracy_m: Mapped[float | None]
    observation_id: Mapped[UUID | None]
    violation_id: Mapped[UUID | None] = mapped_column(ForeignKey("violation.id"))
    watch_id: Mapped[UUID | None] = mapped_column(ForeignKey("plate_watch.id"))
    expires_at: Mapped[datetime]
    position: Mapped[Any | None] = geometry("POINT", nullable=True)


class PlateReceipt(Base):
    """So many reads made before an instant were forgotten. It names no plate."""

    __tablename__ = "plate_receipt"
    __table_args__ = (CheckConstraint("count > 0", name="count"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    count: Mapped[int]
    before: Mapped[datetime]
    by_source: Mapped[dict[str, Any]]
