"""Recorded video: segments, why they are kept, receipts of what was deleted, clips cut from them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

FOOTAGE_CLOCKS = ("stamped", "arrival")
KEEP_REASONS = ("finding", "observation", "event", "person")
RECEIPT_REASONS = ("age", "budget", "missing")
EXPORT_STATES = ("queued", "running", "done", "failed", "cancelled", "deleted")


class FootageSegment(Base):
    """A stretch of video as it came. `ended_at` is empty while it is being written; `view` is the ground seen meanwhile.

    `source_id` is no foreign key: what was recorded outlives its camera's registration.
    """

    __tablename__ = "footage_segment"
    __table_args__ = (
        CheckConstraint(one_of("clock", *FOOTAGE_CLOCKS), name="clock"),
        Index(None, "source_id", "started_at"),
        Index(None, "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    vehicle_id: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    path: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int]
    codec: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    clock: Mapped[str]
    sha256: Mapped[str | None]
    view: Mapped[Any | None] = geometry("POLYGON", nullable=True)


class FootageKeep(Base):
    """Why a segment is kept longer than the rest, and until when. `subject` names what it is kept for."""

    __tablename__ = "footage_keep"
    __table_args__ = (CheckConstraint(one_of("reason", *KEEP_REASONS), name="reason"),)

    segment_id: Mapped[UUID] = mapped_column(ForeignKey("footage_segment.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FootageReceipt(Base):
    """What was deleted of one source in one go. `digest` is the SHA-256 of the lines in `detail`."""

    __tablename__ = "footage_receipt"
    __table_args__ = (CheckConstraint(one_of("reason", *RECEIPT_REASONS), name="reason"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    source_id: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    segments: Mapped[int]
    size_bytes: Mapped[int]
    reason: Mapped[str]
    digest: Mapped[str]
    detail: Mapped[dict[str, Any]]


class FootagePolicy(Base):
    """What differs from the settings for one source; empty columns follow the settings."""

    __tablename__ = "footage_policy"

    source_id: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool | None]
    days: Mapped[float | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FootageExport(Base):
    """A clip somebody asked for. `detail` is the description that lies beside it."""

    __tablename__ = "footage_export"
    __table_args__ = (CheckConstraint(one_of("state", *EXPORT_STATES), name="state"), Index(None, "asked_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    original: Mapped[bool]
    reason: Mapped[str]
    state: Mapped[str]
    progress: Mapped[float] = mapped_column(server_default="0")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    path: Mapped[str | None]
    size_bytes: Mapped[int | None]
    sha256: Mapped[str | None]
    failure: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[dict[str, Any] | None]
