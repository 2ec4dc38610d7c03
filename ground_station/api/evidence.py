"""Evidence packages over HTTP: made of a case by officers, fetched by who may see it, each fetching in the audit log; sealed days."""

from datetime import date
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import FileResponse

from geo.core import AuditFilter, AuditLog, EvidencePackageRow, EvidenceStore, ViolationStore
from geo.primitives import AccessError
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn, role_needed, signed_in
from ground_station.api.errors import NotFound
from ground_station.api.evidence_views import (
    EvidenceAccess,
    EvidenceBody,
    EvidenceDayList,
    EvidenceDayView,
    EvidenceDetail,
    EvidenceKeyView,
    EvidenceList,
    EvidenceView,
)
from ground_station.api.services import Services, ServicesNeeded
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1", tags=["evidence"], dependencies=[Depends(signed_in)])

Officer = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.ADMIN))]
Reader = Annotated[Account, Depends(role_needed(Role.INSPECTOR, Role.OFFICER, Role.ADMIN))]
SEES_ORIGINALS = (Role.OFFICER, Role.ADMIN)


@router.post("/violations/{violation_id}/evidence", status_code=201)
async def make_evidence(violation_id: UUID, body: EvidenceBody, services: ServicesNeeded, account: Officer) -> EvidenceView:
    """Make a package of a case out of what was recorded; takes some seconds.

    422 `evidence.no_footage` says what is not recorded; 403 `reason_needed` for an original without a reason.
    """
    case = await ViolationStore(services.database).get(violation_id)
    if case is None:
        raise NotFound(f"There is no violation {violation_id}.", code="violation_unknown")
    row = await services.evidence.make(case, account.name, body.reason if body.original else None)
    detail = {"package": row.package_id, "kind": row.kind, "reason": row.reason, "sha256": row.sha256}
    log = AuditLog(services.database)
    await log.append(account.name, "evidence.made", f"evidence/{row.package_id}", detail | {"violation": violation_id})
    await log.append(account.name, "violation.evidence_made", f"violation/{violation_id}", detail)
    return EvidenceView.of(row)


@router.get("/violations/{violation_id}/evidence")
async def evidence_of_case(violation_id: UUID, services: ServicesNeeded, account: Reader) -> EvidenceList:
    """Packages made of a case, newest first."""
    page = await EvidenceStore(services.database).page(violation_id=violation_id, limit=500)
    return EvidenceList(items=[EvidenceView.of(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/evidence")
async def list_evidence(
    services: ServicesNeeded,
    account: Reader,
    day: date | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> EvidenceList:
    """All packages, newest first, or those of a day (UTC)."""
    page = await EvidenceStore(services.database).page(day=day, limit=limit, cursor=cursor)
    return EvidenceList(items=[EvidenceView.of(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/evidence/key")
async def evidence_key(services: ServicesNeeded, account: SignedIn) -> EvidenceKeyView:
    """The public key of this station."""
    key = await to_thread.run_sync(lambda: services.evidence.key)
    return EvidenceKeyView(key_id=key.key_id, public_key=key.public.hex(), pem=key.public_pem())


@router.get("/evidence/days")
async def list_days(services: ServicesNeeded, account: SignedIn, limit: Annotated[int, Query(ge=1, le=2000)] = 400) -> EvidenceDayList:
    """Sealed days, newest first. A day is sealed soon after midnight UTC; one without packages has none."""
    return EvidenceDayList(items=[EvidenceDayView.of(row) for row in await EvidenceStore(services.database).days(limit)])


@router.get("/evidence/days/{day}/file", response_class=Response)
async def day_file(day: date, services: ServicesNeeded, account: SignedIn) -> Response:
    """The day as `sunqar evidence verify --day` takes it."""
    row = await EvidenceStore(services.database).day(day)
    if row is None:
        raise NotFound(f"The day {day} is not sealed, or has no packages.", code="evidence_day_unknown", hint="List the sealed days.")
    headers = {"Content-Disposition": f'attachment; filename="evidence-day-{day}.json"'}
    return Response(row.document, media_type="application/json", headers=headers)


@router.get("/evidence/{package_id}")
async def get_evidence(package_id: UUID, services: ServicesNeeded, account: Reader) -> EvidenceDetail:
    """A package, and who made and fetched it."""
    row = await _existing(services, package_id)
    entries = await AuditLog(services.database).search(AuditFilter(subject=f"evidence/{package_id}"), limit=500)
    accesses = [EvidenceAccess.of(entry) for entry in reversed(entries)]
    return EvidenceDetail(**EvidenceView.of(row).model_dump(), accesses=accesses)


@router.get("/evidence/{package_id}/file", response_class=FileResponse)
async def evidence_file(package_id: UUID, services: ServicesNeeded, account: Reader) -> FileResponse:
    """The ZIP. That it was fetched is in the audit log."""
    row = await _existing(services, package_id)
    if row.kind == "original" and account.role not in SEES_ORIGINALS:
        raise AccessError(
            f"{account.name} has the role {account.role}; a package with the original clip needs officer or admin.",
            code="role_needed",
            hint="Ask an officer for one with people and plates hidden.",
        )
    file = services.evidence.file(row)
    if not await to_thread.run_sync(file.is_file):
        raise NotFound(f"The file of package {package_id} is gone.", code="evidence_gone", hint="Take it from a backup of the data folder.")
    await AuditLog(services.database).append(
        account.name, "evidence.fetched", f"evidence/{package_id}", {"violation": row.violation_id, "kind": row.kind}
    )
    name = f"evidence-{row.day}-{row.leaf}-{row.violation_id}.zip"
    return FileResponse(file, media_type="application/zip", filename=name, headers={"Content-Encoding": "identity"})


async def _existing(services: Services, package_id: UUID) -> EvidencePackageRow:
    row = await EvidenceStore(services.database).get(package_id)
    if row is None:
        raise NotFound(f"There is no evidence package {package_id}.", code="evidence_unknown")
    return row
