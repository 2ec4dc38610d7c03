"""Forms of evidence for clients."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditEntry, EvidenceDayRow, EvidencePackageRow


class EvidenceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    original: bool = Field(False, description="The clip as recorded, people and plates not hidden; needs a reason")
    reason: str = Field("", max_length=500)


class EvidenceView(BaseModel):
    """A package. `leaf` is its place among those of its day."""

    package_id: UUID
    violation_id: UUID
    kind: Literal["hidden", "original"]
    reason: str
    size_bytes: int
    sha256: str
    manifest_sha256: str
    day: date
    leaf: int
    made_at: datetime
    made_by: str

    @classmethod
    def of(cls, row: EvidencePackageRow) -> "EvidenceView":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class EvidenceList(BaseModel):
    items: list[EvidenceView]
    next_cursor: str | None


class EvidenceAccess(BaseModel):
    who: str
    what: str
    at: datetime

    @classmethod
    def of(cls, entry: AuditEntry) -> "EvidenceAccess":
        return cls(who=entry.actor, what=entry.action, at=entry.at)


class EvidenceDetail(EvidenceView):
    """With everybody who made or fetched it, oldest first."""

    accesses: list[EvidenceAccess]


class EvidenceDayView(BaseModel):
    """A sealed day. Publish `merkle_root`: later nothing can be put into the day, changed or taken out unseen."""

    day: date
    packages: int
    merkle_root: str
    previous_day: date | None
    previous_root: str | None
    key_id: str
    stamped: bool = Field(description="Whether an outside authority stamped it (RFC 3161)")
    sealed_at: datetime

    @classmethod
    def of(cls, row: EvidenceDayRow) -> "EvidenceDayView":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class EvidenceDayList(BaseModel):
    items: list[EvidenceDayView]


class EvidenceKeyView(BaseModel):
    """The public key packages are checked with."""

    key_id: str
    public_key: str = Field(description="32 bytes of Ed25519, hexadecimal")
    pem: str
