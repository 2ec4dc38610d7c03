"""Evidence packages and the days they are sealed under."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, one_of

PACKAGE_KINDS = ("hidden", "original")


class EvidencePackage(Base):
    """A package made of a case. `path` is below the folder of evidence; `leaf` counts the packages of a day from 0, in the order made."""

    __tablename__ = "evidence_package"
    __table_args__ = (
        UniqueConstraint("day", "leaf"),
        UniqueConstraint("manifest_sha256"),
        CheckConstraint(one_of("kind", *PACKAGE_KINDS), name="kind"),
        CheckConstraint("kind <> 'original' OR reason <> ''", name="original_has_a_reason"),
        CheckConstraint("leaf >= 0", name="leaf"),
        Index(None, "violation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    violation_id: Mapped[UUID] = mapped_column(ForeignKey("violation.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    path: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    manifest_sha256: Mapped[str]
    day: Mapped[date]
    leaf: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class EvidenceDay(Base):
    """A sealed day, chained to the one before. `document` is its file: leaves, signature and time stamp as others check them."""

    __tablename__ = "evidence_day"
    __table_args__ = (CheckConstraint("num_nonnulls(previous_day, previous_root) IN (0, 2)", name="chained"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    packages: Mapped[int]
    merkle_root: Mapped[str]
    previous_day: Mapped[date | None]
    previous_root: Mapped[str | None]
    key_id: Mapped[str]
    stamped: Mapped[bool]
    document: Mapped[bytes]
    sealed_at: Mapped[datetime]
