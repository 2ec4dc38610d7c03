"""People and what they did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, geometry, one_of

ROLES = ("viewer", "inspector", "officer", "operator", "pilot", "admin")


class AppUser(Base):
    """A local account. Only the password's hash is ever stored."""

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint(one_of("role", *ROLES), name="role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """One act of a person or the program. Each row carries the hash of the row before; rows are never changed or deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "at"), Index(None, "actor", "at"))

    sequence: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class CitizenReport(Base):
    """A report from a resident: what, where, when, and how far it got."""

    __tablename__ = "citizen_report"
    __table_args__ = (
        CheckConstraint(one_of("state", "received", "duplicate", "assigned", "solved", "refused"), name="state"),
        Index(None, "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    cleanup_site_id: Mapped[str | None]
    position: Mapped[Any] = geometry("POINT")
