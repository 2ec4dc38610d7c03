"""Schedules: what must be seen again before its data is too old."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

TARGET_KINDS = ("fibre_segment", "cleanup_site", "polygon")


class Schedule(Base):
    """`area` only for polygons; `survey` is how it is flown; `mission_id` the mission proposed last."""

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint(one_of("target_kind", *TARGET_KINDS), name="target_kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    target_kind: Mapped[str]
    target_id: Mapped[str | None]
    area: Mapped[Any | None] = geometry("GEOMETRY", nullable=True)
    survey: Mapped[dict[str, Any]]
    every_days: Mapped[float]
    mission_id: Mapped[UUID | None] = mapped_column(ForeignKey("mission.id", ondelete="SET NULL"))
    checked_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
