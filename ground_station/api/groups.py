"""Many vehicles at once: named groups, and one command to each of several.

All or nothing before, each for itself after: unless every vehicle is known, held by whoever asks and may start, nothing is sent
to any; once sent, each vehicle has its own command, followed like any other.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import AuditLog, GroupRow, GroupStore
from geo.primitives import SunqarError
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.command_parameters import FORMS, checked_parameters
from ground_station.api.commands import CommandBody, Confirmation, ConfirmedCommandBody, send_checked
from ground_station.api.confirmations import NEEDED_FOR, Bound
from ground_station.api.errors import Conflict
from ground_station.api.preflight import check_may_start
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import known_vehicle
from ground_station.messages import CommandUpdate
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1", tags=["fleet"], dependencies=[Depends(signed_in)])

MemberId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Members = Annotated[list[MemberId], Field(min_length=1, max_length=250)]


class GroupBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    vehicle_ids: Members


class GroupView(BaseModel):
    id: UUID
    name: str
    vehicle_ids: list[str]
    created_by: str
    created_at: datetime


class GroupList(BaseModel):
    items: list[GroupView]


class FleetCommandBody(CommandBody):
    vehicle_ids: Members


class ConfirmedFleetCommandBody(ConfirmedCommandBody):
    vehicle_ids: Members


class Refusal(BaseModel):
    code: str
    message: str
    hint: str


class FleetCommandRow(BaseModel):
    """One vehicle's line: its command as sent, or why it was not."""

    vehicle_id: str
    update: CommandUpdate | None = None
    refusal: Refusal | None = None


class FleetCommandView(BaseModel):
    items: list[FleetCommandRow]


@router.get("/groups")
async def list_groups(services: ServicesNeeded) -> GroupList:
    """By name."""
    return GroupList(items=[view_of(row) for row in await GroupStore(services.database).all()])


@router.post("/groups", status_code=201)
async def keep_group(body: GroupBody, services: ServicesNeeded, account: Pilot) -> GroupView:
    """Make a group; one of the same name gets these members instead of its own."""
    members = tuple(dict.fromkeys(body.vehicle_ids))
    row = await GroupStore(services.database).keep(body.name, members, account.name)
    await AuditLog(services.database).append(
        account.name, "group.kept", f"group/{row.group_id}", {"name": row.name, "members": list(members)}
    )
    return view_of(row)


@router.delete("/groups/{group_id}", status_code=204)
async def delete_group(group_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    row = await GroupStore(services.database).get(group_id)
    await GroupStore(services.database).delete(group_id)
    await AuditLog(services.database).append(account.name, "group.deleted", f"group/{group_id}", {"name": row.name})
    return Response(status_code=204)


@router.post("/fleet/confirmations")
async def confirm_for_many(body: FleetCommandBody, services: ServicesNeeded, account: Pilot) -> Confirmation:
    """What is about to happen to each, and a token that lets exactly this happen once within 30 s."""
    members = distinct(body.vehicle_ids)
    parameters = checked_parameters(body.command, body.parameters)
    for vehicle_id in members:
        known_vehicle(services, vehicle_id)
    token, expires_at = services.confirmations.issue(bound_to_many(account, body, members))
    summary = FORMS[body.command].summary(", ".join(members), parameters)
    return Confirmation(confirmation_token=token, expires_at=expires_at, summary=summary)


@router.post("/fleet/commands", status_code=202)
async def command_many(body: ConfirmedFleetCommandBody, services: ServicesNeeded, account: Pilot) -> FleetCommandView:
    """The same command to each.

    409 `fleet_not_ready` names everyone who cannot, and nothing is sent; later states come on `command.update`.
    """
    members = distinct(body.vehicle_ids)
    parameters = checked_parameters(body.command, body.parameters)
    if refusals := await cannot(services, account, body, members):
        told = "; ".join(f"{vehicle_id}: {error.message}" for vehicle_id, error in refusals.items())
        raise Conflict(
            f"{len(refusals)} of {len(members)} cannot, so nothing was sent. {told}",
            code="fleet_not_ready",
            hint="Mend what is named, or leave those vehicles out.",
        )
    if body.command in NEEDED_FOR:
        services.confirmations.spend(body.confirmation_token, bound_to_many(account, body, members))
    rows = {vehicle_id: FleetCommandRow(vehicle_id=vehicle_id) for vehicle_id in members}

    async def send(vehicle_id: str) -> None:
        try:
            update = await send_checked(services, account, vehicle_id, body.command, parameters)
            rows[vehicle_id] = FleetCommandRow(vehicle_id=vehicle_id, update=update)
        except SunqarError as error:
            refusal = Refusal(code=error.code, message=error.message, hint=error.hint)
            rows[vehicle_id] = FleetCommandRow(vehicle_id=vehicle_id, refusal=refusal)

    async with anyio.create_task_group() as tasks:
        for vehicle_id in members:
            tasks.start_soon(send, vehicle_id)
    return FleetCommandView(items=list(rows.values()))


async def cannot(services: Services, account: Account, body: ConfirmedFleetCommandBody, members: tuple[str, ...]) -> dict[str, SunqarError]:
    """Everyone who may not be commanded now, and why."""
    found: dict[str, SunqarError] = {}

    async def look(vehicle_id: str) -> None:
        try:
            known_vehicle(services, vehicle_id)
            await services.leases.check_holder(vehicle_id, account.name)
            await check_may_start(services, account, vehicle_id, body.command)
        except SunqarError as error:
            found[vehicle_id] = error

    async with anyio.create_task_group() as tasks:
        for vehicle_id in members:
            tasks.start_soon(look, vehicle_id)
    return {vehicle_id: found[vehicle_id] for vehicle_id in members if vehicle_id in found}


def distinct(vehicle_ids: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(vehicle_ids))


def bound_to_many(account: Account, body: CommandBody, members: tuple[str, ...]) -> Bound:
    parameters = checked_parameters(body.command, body.parameters)
    return Bound.to(account.name, ",".join(members), body.command, parameters.model_dump(mode="json"))


def view_of(row: GroupRow) -> GroupView:
    return GroupView(
        id=row.group_id, name=row.name, vehicle_ids=list(row.vehicle_ids), created_by=row.created_by, created_at=row.created_at
    )
