"""The audit log: who did what, what the vehicle acknowledged, what effect was seen; and whether the chain is whole."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from geo.core import AuditFilter, AuditLog
from ground_station.accounts import Role
from ground_station.api.auth import role_needed
from ground_station.api.services import ServicesNeeded

router = APIRouter(prefix="/api/v1/audit", tags=["safety"], dependencies=[Depends(role_needed(Role.ADMIN, Role.OFFICER))])


class AuditEntryView(BaseModel):
    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


class AuditPage(BaseModel):
    items: list[AuditEntryView]
    next_before: int | None = Field(description="Ask again with `before` set to this for older entries")


class AuditVerdictView(BaseModel):
    whole: bool
    entries: int = Field(description="Entries that fit the chain, counted from the first")
    first_broken: int | None = Field(description="Sequence number of the first entry that does not fit")


@router.get("")
async def list_audit(
    services: ServicesNeeded,
    *,
    actor: Annotated[str | None, Query(max_length=100)] = None,
    action: Annotated[str | None, Query(max_length=100, description="Whole action, or its beginning: 'command', 'lease'")] = None,
    subject: Annotated[str | None, Query(max_length=200, description="Beginning, such as 'vehicle/mav-1'")] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditPage:
    """Newest first; every filter narrows. A command's request, acknowledgement and effect share its subject."""
    wanted = AuditFilter(actor, action, subject, since, until)
    entries = await AuditLog(services.database).search(wanted, before=before, limit=limit + 1)
    items = [AuditEntryView(**{name: getattr(entry, name) for name in AuditEntryView.model_fields}) for entry in entries[:limit]]
    return AuditPage(items=items, next_before=items[-1].sequence if len(entries) > limit else None)


@router.get("/verify")
async def verify_audit(services: ServicesNeeded) -> AuditVerdictView:
    """Walk the whole hash chain: a changed, missing or reordered entry shows."""
    verdict = await AuditLog(services.database).verify()
    return AuditVerdictView(whole=verdict.whole, entries=verdict.entries, first_broken=verdict.first_broken)
