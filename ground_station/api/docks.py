"""Docks: set up, watched, opened and closed; and the wait for an open lid before a vehicle starts from one."""

from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import AuditLog, DockSetup, DockStore
from geo.primitives import LonLat, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.dock_gate import stands_in
from ground_station.api.errors import Conflict, NotFound
from ground_station.api.live_hub import DOCK_STATUS, LiveHub
from ground_station.api.services import Services, ServicesNeeded
from ground_station.docks.device import device_at
from ground_station.docks.keeper import DockKeeper, Kept
from ground_station.docks.machine import weather_against
from ground_station.messages import DockStatus
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/docks", tags=["docks"], dependencies=[Depends(signed_in)])

MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class DockBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    device: str = Field(max_length=500, description="http://…, https://… or sim: with faults; may hold a password and is never shown")
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    vehicle_id: MemberId | None = None
    wind_limit_mps: float = Field(10.0, gt=0, le=40)
    rain_limit_mm_h: float = Field(0.5, ge=0, le=100)


class DockList(BaseModel):
    items: list[DockStatus]


def status_of(kept: Kept) -> DockStatus:
    setup, dock = kept.row.setup, kept.dock
    report = dock.report
    return DockStatus(
        dock_id=kept.row.dock_id,
        name=setup.name,
        kind="simulated" if kept.device.kind == "simulated" else "http",
        lon_deg=setup.position.lon_deg,
        lat_deg=setup.position.lat_deg,
        vehicle_id=setup.vehicle_id,
        at=utc_now(),
        state=dock.state,
        fault=dock.fault,
        wind_mps=report.wind_mps if report else None,
        rain_mm_h=report.rain_mm_h if report else None,
        wind_limit_mps=setup.wind_limit_mps,
        rain_limit_mm_h=setup.rain_limit_mm_h,
        weather=weather_against(report, setup.wind_limit_mps, setup.rain_limit_mm_h),
    )


def tell_live(live: LiveHub) -> Any:
    def tell(kept: Kept) -> None:
        live.publish(DOCK_STATUS, status_of(kept).model_dump_json(), key=str(kept.row.dock_id))

    return tell


@router.get("")
async def list_docks(services: ServicesNeeded) -> DockList:
    """By name, each as it is now; live on `dock.status`."""
    return DockList(items=[status_of(kept) for kept in services.docks.all()])


@router.get("/{dock_id}")
async def get_dock(dock_id: UUID, services: ServicesNeeded) -> DockStatus:
    return status_of(known_dock(services, dock_id))


@router.post("", status_code=201)
async def set_up_dock(body: DockBody, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """A dock; one of the same name is set up anew."""
    async with httpx.AsyncClient(trust_env=False) as client:
        device_at(body.device, client, lambda: 0.0)  # an address that names no device is refused before anything is kept
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
    """Close the lid. 409 `dock_in_use` while its vehicle is armed inside, or coming down on it."""
    kept = known_dock(services, dock_id)
    state = services.vehicles.get(kept.row.setup.vehicle_id or "")
    if state is not None and state.armed and stands_in(kept, state):
        raise Conflict(
            f"{state.vehicle_id} is armed in or above dock {kept.row.setup.name}.",
            code="dock_in_use",
            hint="Wait until it has left, or has landed and disarmed.",
        )
    return await ask(services, account, dock_id, "close")


@router.post("/{dock_id}/charge", status_code=202)
async def charge_in_dock(dock_id: UUID, services: ServicesNeeded, account: Pilot) -> DockStatus:
    """Close the lid if it is open, and charge."""
    kept = known_dock(services, dock_id)
    if kept.dock.state != "closed":
        await close_dock(dock_id, services, account)
        raise Conflict(f"Dock {kept.row.setup.name} closes first.", code="dock_closing", hint="Charge it when it is closed.")
    return await ask(services, account, dock_id, "charge")


async def ask(services: Services, account: Account, dock_id: UUID, wanted: Any) -> DockStatus:
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


def dock_keeper(store: DockStore, live: LiveHub) -> DockKeeper:
    return DockKeeper(store.all, tell_live(live))
