"""Missions: the plan now in force, every earlier revision, and who approved exactly which content."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

MISSION_STATES = ("proposed", "draft", "approved", "uploaded", "flying", "flown", "failed")


class Mission(Base):
    __tablename__ = "mission"
    __table_args__ = (
        CheckConstraint(one_of("state", *MISSION_STATES), name="state"),
        Index(None, "created_at", "id"),
        Index(None, "group_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    revision: Mapped[int]
    content_hash: Mapped[str]
    plan: Mapped[dict[str, Any]]
    request: Mapped[dict[str, Any] | None]
    statistics: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]]
    area: Mapped[Any | None] = geometry("GEOMETRY", nullable=True)
    path: Mapped[Any | None] = geometry("GEOMETRY", nullable=True)
    group_id: Mapped[UUID | None]
    proposal: Mapped[dict[str, Any] | None]
    vehicle_id: Mapped[str | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MissionRevision(Base):
    """The content as it stood at one revision."""

    __tablename__ = "mission_revision"

    mission_id: Mapped[UUID] = mapped_column(ForeignKey("mission.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    name: Mapped[str]
    plan: Mapped[dict[str, Any]]
    request: Mapped[dict[str, Any] | None]
    statistics: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]]
    area: Mapped[dict[str, Any] | None]
    path: Mapped[dict[str, Any] | None]
    note: Mapped[str | None]
    revised_by: Mapped[str]
    revised_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MissionApproval(Base):
    """An approval binds a person to a content hash, not to a name or a number."""

    __tablename__ = "mission_approval"

    mission_id: Mapped[UUID] = mapped_column(ForeignKey("mission.id", ondelete="CASCADE"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.now())
    revision: Mapped[int]
    approved_by: Mapped[str]


class CameraModel(Base):
    """A camera of one's own, to plan with."""

    __tablename__ = "camera_model"

    id: Mapped[str] = mapped_column(primary_key=True)
    members: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MissionTemplate(Base):
    """How a thing is flown, under a name: a request without its place."""

    __tablename__ = "mission_template"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    request: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
