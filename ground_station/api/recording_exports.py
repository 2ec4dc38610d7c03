"""Clips of recorded video: asked for, followed, called off, fetched with the description beside them."""

from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse

from geo.core import AuditLog, FootageExportRow, FootageExportStore, FootageStore
from geo.primitives import AccessError, new_id
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn, role_needed, signed_in
from ground_station.api.errors import BadRequest, Conflict, NotFound
from ground_station.api.recording_views import LONGEST_EXPORT, ExportBody, ExportView
from ground_station.api.services import Services, ServicesNeeded
from ground_station.footage.shelf import Shelf
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/recordings/exports", tags=["recordings"], dependencies=[Depends(signed_in)])

Exporter = Annotated[Account, Depends(role_needed(Role.INSPECTOR, Role.OFFICER, Role.OPERATOR, Role.PILOT, Role.ADMIN))]
SEES_ORIGINALS = (Role.OFFICER, Role.ADMIN)
SHORTEST_REASON = 5


@router.post("", status_code=202)
async def ask_for_export(body: ExportBody, services: ServicesNeeded, account: Exporter) -> ExportView:
    """A clip from–to, people and plates hidden; the original only for officers and administrators, with a reason."""
    if body.ended_at - body.started_at > LONGEST_EXPORT:
        raise BadRequest("A clip is at most two hours long.", code="export_too_long", hint="Ask for it in parts.")
    if body.original:
        if account.role not in SEES_ORIGINALS:
            raise AccessError(
                f"{account.name} has the role {account.role}; originals need officer or admin.",
                code="role_needed",
                hint="Ask for the clip with people and plates hidden.",
            )
        if len(body.reason.strip()) < SHORTEST_REASON:
            raise BadRequest("An original needs a reason.", code="reason_needed", hint="Say in a few words what it is needed for.")
    if not await FootageStore(services.database).between(body.source_id, body.started_at, body.ended_at, limit=1):
        raise NotFound("Nothing was recorded in that interval.", code="footage_none", hint="The timeline shows what there is.")
    row = await FootageExportStore(services.database).ask(
        FootageExportRow(new_id(), body.source_id, body.started_at, body.ended_at, body.original, body.reason.strip(), account.name)
    )
    await _audit(services, account, "footage.export_asked", row)
    return ExportView.of(row)


@router.get("")
async def list_exports(services: ServicesNeeded, account: SignedIn, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[ExportView]:
    """Newest first: one's own; officers and administrators see everybody's."""
    own = None if account.role in SEES_ORIGINALS else account.name
    return [ExportView.of(row) for row in await FootageExportStore(services.database).latest(limit, asked_by=own)]


@router.get("/{export_id}")
async def get_export(export_id: UUID, services: ServicesNeeded, account: SignedIn) -> ExportView:
    """How far a clip is."""
    return ExportView.of(await _own(services, account, export_id))


@router.delete("/{export_id}", status_code=204)
async def cancel_export(export_id: UUID, services: ServicesNeeded, account: SignedIn) -> None:
    """Call off a clip that is waiting or being made."""
    row = await _own(services, account, export_id)
    if not await FootageExportStore(services.database).cancel(export_id):
        raise Conflict(f"The clip is {row.state} already.", code="export_over")


@router.get("/{export_id}/clip.mp4", response_class=FileResponse)
async def clip_video(export_id: UUID, services: ServicesNeeded, account: SignedIn) -> FileResponse:
    """The clip. That it was fetched is in the audit log."""
    row, path = await _made(services, account, export_id)
    await _audit(services, account, "footage.export_fetched", row)
    name = f"{row.source_id}_{row.started_at:%Y%m%dT%H%M%SZ}{'_original' if row.original else ''}.mp4"
    return FileResponse(path, media_type="video/mp4", filename=name, headers={"Content-Encoding": "identity"})


@router.get("/{export_id}/clip.json")
async def clip_description(export_id: UUID, services: ServicesNeeded, account: SignedIn) -> dict[str, Any]:
    """What the clip is: source, times, hashes, what was hidden."""
    row, _ = await _made(services, account, export_id)
    return row.detail or {}


async def _own(services: Services, account: Account, export_id: UUID) -> FootageExportRow:
    row = await FootageExportStore(services.database).get(export_id)
    if row is None or (row.asked_by != account.name and account.role not in SEES_ORIGINALS):
        raise NotFound(f"There is no clip {export_id} of yours.", code="export_unknown")
    return row


async def _made(services: Services, account: Account, export_id: UUID) -> tuple[FootageExportRow, Any]:
    row = await _own(services, account, export_id)
    path = None if row.path is None else Shelf(services.settings.data_dir).clip(row.path)
    if row.state != "done" or path is None or not await to_thread.run_sync(path.is_file):
        raise Conflict(f"The clip is {row.state}.", code="export_not_done", hint="Wait until its state is done.")
    return row, path


async def _audit(services: Services, account: Account, action: str, row: FootageExportRow) -> None:
    detail = {
        "export": row.export_id,
        "from": row.started_at.isoformat(),
        "to": row.ended_at.isoformat(),
        "original": row.original,
        "reason": row.reason,
    }
    await AuditLog(services.database).append(
        actor=account.name, action=action, subject=f"video-source/{row.source_id}", detail=detail | {"sha256": row.sha256}
    )
