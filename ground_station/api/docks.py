"""Docks: set up, watched, opened and closed; and the wait for an open lid before a vehicle starts from one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import AuditFilter, AuditLog, DockSetup, DockStore
from geo.primitives import LonLat
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.dock_watch import status_of
from ground_station.api.errors import Conflict, NotFound
from ground_station.api.live_hub import DOCK_STATUS
from ground_station.api.services import Services, ServicesNeeded
from ground_station.docks.cycle import COMES_HOME_M, stands_on_pad
from ground_station.docks.keeper import Kept
from ground_station.docks.machine import Wanted
from ground_station.messages import DockStatus
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/docks", tags=["docks"], dependencies=[Depends(signed_in)])

MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class DockBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    device: str = Field(max_length=500, description="http://…, https://… or sim:1; may hold a password and is never shown")
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    vehicle_id: MemberId | None = None
    wind_limit_mps: float = Field(10.0, gt=0, le=40)
    rain_limit_mm_h: float = Field(0.5, ge=0, le=100)


class DockList(BaseModel):
    items: list[DockStatus]


class DockDeed(BaseModel):
    """One line of a dock's history."""

    at: datetime
    by: str = Field(description="A user's name, or 'dock' where it acted by itself")
    action: str = Field(description="open, close, charge, state, fault, kept_shut, set_up")
    state: str | None = None
    vehicle_id: str | None = None
    reason: str | None = None
    code: str | None = Field(None, description="Why it acted by itself: in_air, landed, put_on_pad, no_start, stands; or which fault")


class DockHistory(BaseModel):
    items: list[DockDeed]


@router.get("")
async def list_docks(services: ServicesNeeded) -> DockList:
    """By name, each as it is now; live on `dock.status`."""
    return DockList(items=[status_of(kept) for kept in services.docks.all()])


@router.get("/{dock_id}")
async def get_dock(dock_id: UUID, services: ServicesNeeded) -> DockStatus:
    return status_of(known_dock(services, dock_id))


@router.get("/{dock_id}/history")
async def dock_history(dock_id: UUID, services: ServicesNeeded, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> DockHistory:
    """What was done with it and what it did by itself, newest first, from the audit log."""
    known_dock(services, dock_id)
    entries = await AuditLog(services.database).search(AuditFilter(subject=f"dock/{dock_id}"), limit=limit)
    return DockHistory(
        items=[
            DockDeed(
                at=entry.at,
                by=entry.actor,
                action=entry.action.removeprefix("dock."),
                state=entry.detail.get("state"),
                vehicle_id=entry.detail.get("for"),
                reason=entry.detail.get("reason") or None,
                code=entry.detail.get("code"),
            )
            for entry in entries
        ]
    )


@router.post("", status_code=201)
async def set_up_dock(body: DockBody, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """A dock; one of the same name is set up anew."""
    services.docks.device(body.device)  # an address that names no device is refused before anything is kept
    values = body.model_dump(exclude={"lon_deg", "lat_deg"})
    row = await DockStore(services.database).keep(DockSetup(**values, position=LonLat(body.lon_deg, body.lat_deg)), account.name)
    await AuditLog(services.database).append(account.name, "dock.set_up", f"dock/{row.dock_id}", body.model_dump(exclude={"device"}))
    await services.docks.refresh()
    return status_of(known_dock(services, row.dock_id))


@router.delete("/{dock_id}", status_code=204)
async def delete_dock(dock_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    name = known_dock(services, dock_id).row.setup.name
    await DockStore(services.database).delete(dock_id)
    await AuditLog(services.database).append(account.name, "dock.deleted", f"dock/{dock_id}", {"name": name})
    await services.docks.refresh()
    services.live.forget(DOCK_STATUS, str(dock_id))
    return Response(status_code=204)


@router.post("/{dock_id}/open", status_code=202)
async def open_dock(dock_id: UUID, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """Open the lid, in any weather: a vehicle may be on its way home. The answer is its first state."""
    return await ask(services, account, dock_id, "open")


@router.post("/{dock_id}/close", status_code=202)
async def close_dock(dock_id: UUID, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """Close the lid, and charge what stands in it. 409 `dock_in_use` while its vehicle is armed inside, or in the air near by."""
    kept = known_dock(services, dock_id)
    seen = services.docks.vehicle_of(kept)
    if seen is not None:
        near = seen.flying and (seen.distance_m is None or seen.distance_m <= COMES_HOME_M)
        if near or (seen.armed and not seen.flying and stands_on_pad(kept.dock, seen)):
            raise Conflict(
                f"{seen.vehicle_id} is armed in dock {kept.row.setup.name}, or in the air near it.",
                code="dock_in_use",
                hint="Wait until it has left, or has landed and disarmed.",
            )
    return await ask(services, account, dock_id, "close")


@router.post("/{dock_id}/charge", status_code=202)
async def charge_in_dock(dock_id: UUID, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """Charge what stands in it. 409 `dock_open` while the lid is not closed: `close` charges by itself afterwards."""
    kept = known_dock(services, dock_id)
    if kept.dock.report is not None and kept.dock.report.lid != "closed":
        raise Conflict(f"Dock {kept.row.setup.name} is not closed.", code="dock_open", hint="Close it; it then charges what stands in it.")
    return await ask(services, account, dock_id, "charge")


async def ask(services: Services, account: Account, dock_id: UUID, wanted: Wanted) -> DockStatus:
    kept = known_dock(services, dock_id)
    detail = {"name": kept.row.setup.name, "state": kept.dock.state}
    await AuditLog(services.database).append(account.name, f"dock.{wanted}", f"dock/{dock_id}", detail)
    await services.docks.ask(kept, wanted)
    return status_of(kept)


def known_dock(services: Services, dock_id: UUID) -> Kept:
    kept = services.docks.get(dock_id)
    if kept is None:
        raise NotFound(f"There is no dock {dock_id}.", code="dock_unknown")
    return kept
