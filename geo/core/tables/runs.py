"""Runs: missions as they are carried out. A run has a slot for each of its missions, and a slot the photographs taken for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, one_of

RUN_STATES = ("waiting_for_drone", "uploading", "ready", "flying", "paused", "handing_over", "finished", "aborted")
SHOT_SOURCES = ("photos", "track")


class MissionRun(Base):
    """`kept_by` is the process that follows it, until `kept_until`. `least_battery` is what a vehicle must have to be offered, 0..1."""

    __tablename__ = "mission_run"
    __table_args__ = (Index(None, "ended_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    least_battery: Mapped[float]
    kept_by: Mapped[UUID | None]
    kept_until: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class MissionRunSlot(Base):
    """`mission_id` is what was approved, `flying_id` what is on board: the same, its rest, or a change of it."""

    __tablename__ = "mission_run_slot"
    __table_args__ = (CheckConstraint(one_of("state", *RUN_STATES), name="state"), Index(None, "mission_id"))

    run_id: Mapped[UUID] = mapped_column(ForeignKey("mission_run.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID] = mapped_column(ForeignKey("mission.id", ondelete="CASCADE"))
    vehicle_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str]
    reason: Mapped[str | None]
    vehicle_id: Mapped[str | None]
    flying_id: Mapped[UUID | None]
    command_id: Mapped[UUID | None]
    sortie: Mapped[int]
    share: Mapped[float | None]
    traced_at: Mapped[datetime | None]
    revision: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MissionRunShot(Base):
    """`source` photos: the camera told of it; track: it follows from where the vehicle flew. Numbered from 0 in its sortie and source."""

    __tablename__ = "mission_run_shot"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "slot"], ["mission_run_slot.run_id", "mission_run_slot.number"], ondelete="CASCADE"),
        CheckConstraint(one_of("source", *SHOT_SOURCES), name="source"),
    )

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    sortie: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    number: Mapped[int] = mapped_column(primary_key=True)
    lon_deg: Mapped[float]
    lat_deg: Mapped[float]
    height_m: Mapped[float]
    heading_deg: Mapped[float]
    pitch_deg: Mapped[float]
