"""Video sources, what their pictures mean on the ground, and what was seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, Named, geometry, one_of

SOURCE_CATEGORIES = ("public_space", "enforcement_complex", "fixed", "drone")
SOURCE_TIERS = ("health", "patrol", "watch", "enforcement")


class VideoSource(Named, Base):
    """A camera. Without `url` it is drawn, but not connected; `sub_url` is its smaller stream. `calibration` is as in a scene file."""

    __tablename__ = "video_source"
    __table_args__ = (
        CheckConstraint(one_of("category", *SOURCE_CATEGORIES), name="category"),
        CheckConstraint(one_of("tier", *SOURCE_TIERS), name="tier"),
        Index(None, "category"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str]
    url: Mapped[str | None]
    sub_url: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(server_default="true")
    camera_count: Mapped[int] = mapped_column(server_default="1")
    tier: Mapped[str | None]
    models: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    heading_deg: Mapped[float | None]
    hfov_deg: Mapped[float | None]
    calibration: Mapped[dict[str, Any] | None]
    vehicle_id: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    position: Mapped[Any | None] = geometry("POINT", nullable=True)


class SourceEvent(Base):
    """A source was lost or came back, or its picture or clock was troubled. `source_id` is no foreign key: events outlive cameras."""

    __tablename__ = "source_event"
    __table_args__ = (
        CheckConstraint(one_of("severity", "info", "warning", "critical"), name="severity"),
        Index(None, "source_id", "at"),
        Index(None, "at"),
        Index("source_event_doubtful_idx", "source_id", "at", postgresql_where=text("doubtful_since IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    severity: Mapped[str]
    what: Mapped[str | None]
    text: Mapped[str]
    lasted_s: Mapped[float | None]
    doubtful_since: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CameraCalibration(Base):
    """A calibration of a fixed camera as it was fitted at one time, with the still (JPEG) it was made on. The newest is in force."""

    __tablename__ = "camera_calibration"
    __table_args__ = (Index(None, "source_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("video_source.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[str]
    calibration: Mapped[dict[str, Any]]
    kind: Mapped[str]
    residual_px: Mapped[float]
    left_out_m: Mapped[float | None]
    note: Mapped[str] = mapped_column(server_default="")
    still: Mapped[bytes | None]


class Scene(Base):
    """Lanes, stop lines, zones and limits seen by a source, as GeoJSON, valid from one instant to another."""

    __tablename__ = "scene"

    source_id: Mapped[str] = mapped_column(ForeignKey("video_source.id", ondelete="CASCADE"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    features: Mapped[dict[str, Any]]
    calibration: Mapped[dict[str, Any] | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(server_default="")
    area: Mapped[Any | None] = geometry("POLYGON", nullable=True)


class Observation(Base):
    """Something seen, with its place when the source is calibrated. Partitioned by month of `started_at`.

    `source_id` is no foreign key: a finding is kept even when its camera was never registered here.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index(None, "started_at", "id"),
        Index(None, "source_id", "started_at"),
        Index(None, "kind", "started_at"),
        Index(None, "vehicle_id", "started_at", postgresql_where=text("vehicle_id IS NOT NULL")),
        CheckConstraint("trajectory IS NULL OR ST_IsValidTrajectory(trajectory)", name="trajectory_time_grows"),
        {"postgresql_partition_by": "RANGE (started_at)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
    revision: Mapped[int]
    source_id: Mapped[str]
    vehicle_id: Mapped[str | None]
    kind: Mapped[str]
    label: Mapped[str]
    confidence: Mapped[float]
    track_id: Mapped[int]
    bbox_px: Mapped[list[float]] = mapped_column(ARRAY(Double))
    accuracy_m: Mapped[float | None]
    ellipse_major_m: Mapped[float | None]
    ellipse_minor_m: Mapped[float | None]
    ellipse_bearing_deg: Mapped[float | None]
    heading_deg: Mapped[float | None]
    speed_mps: Mapped[float | None]
    speed_sigma_mps: Mapped[float | None]
    rule: Mapped[str | None]
    rule_edition: Mapped[str | None]
    model: Mapped[str]
    same_as: Mapped[UUID | None]
    doubtful_why: Mapped[str | None]
    review_state: Mapped[str] = mapped_column(server_default="new")
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    position: Mapped[Any | None] = geometry("POINT", nullable=True)
    trajectory: Mapped[Any | None] = geometry("LINESTRINGM", dimension=3, nullable=True)
