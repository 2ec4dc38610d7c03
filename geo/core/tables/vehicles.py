"""Vehicles, where they flew, what they were told and what they said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

COMMAND_STATES = ("sent", "acknowledged", "running", "done", "failed")


class Vehicle(Base):
    __tablename__ = "vehicle"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    system_id: Mapped[int]
    autopilot: Mapped[str]
    vehicle_type: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    home: Mapped[Any | None] = geometry("POINT", nullable=True)


class Track(Base):
    """Where a vehicle was, at most once a second. Partitioned by month; Z is metres above mean sea level."""

    __tablename__ = "track"
    __table_args__ = {"postgresql_partition_by": "RANGE (at)"}  # noqa: RUF012

    vehicle_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    altitude_above_home_m: Mapped[float | None]
    heading_deg: Mapped[float | None]
    ground_speed_mps: Mapped[float | None]
    battery_fraction: Mapped[float | None]
    mode: Mapped[str | None]
    position: Mapped[Any] = geometry("POINTZ", dimension=3)


class Command(Base):
    """Latest state of a command; `command_update` keeps every change."""

    __tablename__ = "command"
    __table_args__ = (CheckConstraint(one_of("state", *COMMAND_STATES), name="state"), Index(None, "vehicle_id", "updated_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str]
    command: Mapped[str]
    state: Mapped[str]
    requested_by: Mapped[str]
    first_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    progress: Mapped[float | None]
    effect: Mapped[str | None]
    reason: Mapped[str | None]


class CommandUpdate(Base):
    __tablename__ = "command_update"

    command_id: Mapped[UUID] = mapped_column(ForeignKey("command.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    progress: Mapped[float | None]
    effect: Mapped[str | None]
    reason: Mapped[str | None]


class VehicleEvent(Base):
    __tablename__ = "vehicle_event"
    __table_args__ = (
        CheckConstraint(one_of("severity", "info", "warning", "critical"), name="severity"),
        Index(None, "vehicle_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    severity: Mapped[str]
    text: Mapped[str]
    detail: Mapped[dict[str, Any]]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VehicleGroup(Base):
    """Vehicles told the same thing together. Members may be vehicles that have not been heard yet."""

    __tablename__ = "vehicle_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    vehicle_ids: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
