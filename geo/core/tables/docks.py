"""Docks: boxes that vehicles start from and come home to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry


class Dock(Base):
    """`device` is the address it is reached at and may hold a password; it never leaves the server."""

    __tablename__ = "dock"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    vehicle_id: Mapped[str | None]
    position: Mapped[Any] = geometry("POINT")
    wind_limit_mps: Mapped[float]
    rain_limit_mm_h: Mapped[float]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
