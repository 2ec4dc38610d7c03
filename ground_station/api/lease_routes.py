"""The control lease over HTTP: take, renew, give back, ask for it, hand it over, and an administrator's take-over.

Every change is in the audit log and on the live topic `vehicle.lease`, so that everyone sees who holds what and for how long.
"""

import logging
from datetime import datetime
from typing import Any

import anyio
from fastapi import APIRouter, Depends, Response
from nats.errors import Error as NatsError
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog
from geo.primitives import GeoError, utc_now
from ground_station.api.auth import Admin, Pilot, SignedIn, signed_in
from ground_station.api.leases import Lease
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.bus.subjects import LEASE_STATE
from ground_station.messages import LeaseChange, LeaseRequest, LeaseState

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}/lease", tags=["vehicles"], dependencies=[Depends(signed_in)])

logger = logging.getLogger(__name__)

AUDIT_WITHIN_S = 2.0


class LeaseTaken(BaseModel):
    holder: str
    expires_at: datetime


class AskBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=300, description="Shown to the holder")


class TakeOverBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=5, max_length=300, description="Why it cannot be asked for; kept in the audit log")


@router.get("")
async def get_lease(vehicle_id: VehicleId, services: ServicesNeeded) -> LeaseState:
    """Who holds it, until when, and who asks for it."""
    known_vehicle(services, vehicle_id)
    return lease_state(vehicle_id, await services.leases.holder(vehicle_id))


@router.post("")
async def take_lease(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> LeaseTaken:
    """Take or renew the right to command for 60 s; 409 `lease_held` while another holds it."""
    known_vehicle(services, vehicle_id)
    before = await services.leases.holder(vehicle_id)
    lease = await services.leases.take(vehicle_id, account.name)
    if before is None:
        await changed(services, vehicle_id, lease, "taken", by=account.name)
    else:
        await tell(services, lease_state(vehicle_id, lease))  # a renewal is shown, and is no news for the audit log
    return LeaseTaken(holder=lease.holder, expires_at=lease.expires_at)


@router.delete("", status_code=204)
async def release_lease(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> Response:
    """Give it back; it goes to whoever has asked for it."""
    before = await services.leases.holder(vehicle_id)
    lease = await services.leases.release(vehicle_id, account.name)
    if before is not None:
        await changed(services, vehicle_id, lease, "granted" if lease else "released", by=account.name)
    return Response(status_code=204)


@router.post("/request", status_code=202)
async def ask_for_lease(vehicle_id: VehicleId, body: AskBody, services: ServicesNeeded, account: Pilot) -> LeaseState:
    """Ask the holder to hand control over; open for 60 s."""
    known_vehicle(services, vehicle_id)
    lease = await services.leases.ask(vehicle_id, account.name, body.reason.strip())
    return await changed(services, vehicle_id, lease, "asked", by=account.name, reason=body.reason.strip())


@router.delete("/request", status_code=204)
async def withdraw_request(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> Response:
    before = await services.leases.holder(vehicle_id)
    lease = await services.leases.withdraw(vehicle_id, account.name)
    if before is not None and before.asked is not None and before.asked.user == account.name:
        await changed(services, vehicle_id, lease, "withdrawn", by=account.name)
    return Response(status_code=204)


@router.post("/grant")
async def grant_request(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> LeaseState:
    """The holder hands control to whoever asked; it moves at once, without a moment in which nobody holds it."""
    lease = await services.leases.grant(vehicle_id, account.name)
    return await changed(services, vehicle_id, lease, "granted", by=account.name)


@router.post("/refuse")
async def refuse_request(vehicle_id: VehicleId, body: AskBody, services: ServicesNeeded, account: Pilot) -> LeaseState:
    """The holder keeps control and may say why."""
    lease, refused = await services.leases.refuse(vehicle_id, account.name)
    return await changed(services, vehicle_id, lease, "refused", by=account.name, to=refused.user, reason=body.reason.strip())


@router.post("/take-over")
async def take_over(vehicle_id: VehicleId, body: TakeOverBody, services: ServicesNeeded, account: Admin) -> LeaseState:
    """An administrator takes control without asking; the reason is shown to the holder and kept."""
    known_vehicle(services, vehicle_id)
    lease, before = await services.leases.take_over(vehicle_id, account.name)
    return await changed(services, vehicle_id, lease, "taken_over", by=account.name, of=before, reason=body.reason.strip())


def lease_state(vehicle_id: str, lease: Lease | None, change: LeaseChange | None = None) -> LeaseState:
    now = utc_now()
    asked = lease.open_request(now) if lease else None
    return LeaseState(
        vehicle_id=vehicle_id,
        at=now,
        holder=lease.holder if lease else None,
        expires_at=lease.expires_at if lease else None,
        asked=None
        if asked is None
        else LeaseRequest(user=asked.user, reason=asked.reason, asked_at=asked.asked_at, expires_at=asked.expires_at),
        change=change,
    )


async def changed(
    services: Services,
    vehicle_id: str,
    lease: Lease | None,
    kind: str,
    *,
    by: str,
    to: str | None = None,
    of: str | None = None,
    reason: str = "",
) -> LeaseState:
    """Tell everyone and keep it in the audit log."""
    to = to or (lease.holder if lease else None)
    change = LeaseChange(kind=kind, by=by, to=to, of=of, reason=reason)
    state = lease_state(vehicle_id, lease, change)
    await tell(services, state)
    detail: dict[str, Any] = {key: value for key, value in (("to", to), ("of", of), ("reason", reason)) if value}
    try:
        with anyio.fail_after(AUDIT_WITHIN_S):
            await AuditLog(services.database).append(by, f"lease.{kind}", f"vehicle/{vehicle_id}", detail)
    except (GeoError, TimeoutError) as error:
        # Who may bring a vehicle home must not depend on the database; the log of `api` keeps what it could not.
        logger.warning("not in the audit log: lease of %s %s by %s: %s", vehicle_id, kind, by, error)
    return state


async def tell(services: Services, state: LeaseState) -> None:
    """Over the bus, so that people at every copy of the api see it."""
    try:
        await services.bus.publish(f"{LEASE_STATE}.{state.vehicle_id}", state.encode())
    except NatsError as error:
        logger.warning("the lease of %s was not told: %s", state.vehicle_id, error)
