"""Flights: what was flown, what went wrong, which files tell of it, and how it is replayed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

FLIGHT_SOURCES = ("live", "tlog", "dataflash", "ulog", "dji_srt")


class Flight(Base):
    """One flight from take-off to landing. Z of the path is metres above mean sea level; `outline` is the path simplified.

    `battery_used` is a fraction of the battery; a log that never left the ground is kept as not `airborne` and not counted.
    """

    __tablename__ = "flight"
    __table_args__ = (
        CheckConstraint(one_of("source", *FLIGHT_SOURCES), name="source"),
        Index(None, "vehicle_id", "started_at"),
        Index(None, "started_at", "id"),
        Index(None, "pilot", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str]
    mission_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    distance_m: Mapped[float | None]
    path: Mapped[Any | None] = geometry("LINESTRINGZ", dimension=3, nullable=True)
    pilot: Mapped[str | None]
    source: Mapped[str] = mapped_column(server_default=text("'live'"))
    airborne: Mapped[bool] = mapped_column(server_default=text("true"))
    max_height_m: Mapped[float | None]
    battery_used: Mapped[float | None]
    outline: Mapped[Any | None] = geometry("LINESTRING", nullable=True)


class FlightIncident(Base):
    __tablename__ = "flight_incident"
    __table_args__ = (CheckConstraint(one_of("severity", "warning", "critical"), name="severity"), Index(None, "flight_id", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    flight_id: Mapped[UUID] = mapped_column(ForeignKey("flight.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str]
    severity: Mapped[str]
    text: Mapped[str]


class FlightFile(Base):
    """A log kept in the data folder; it tells of the flights of its vehicle that overlap it in time."""

    __tablename__ = "flight_file"
    __table_args__ = (Index(None, "vehicle_id", "started_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle_id: Mapped[str]
    format: Mapped[str]
    path: Mapped[str]
    name: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recorded: Mapped[bool]
    kept_by: Mapped[str | None]
    deleted_at: Mapped[datetime | None]


class FlightTimeline(Base):
    """The columns a replay is drawn from, made once."""

    __tablename__ = "flight_timeline"

    flight_id: Mapped[UUID] = mapped_column(ForeignKey("flight.id", ondelete="CASCADE"), primary_key=True)
    timeline: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
