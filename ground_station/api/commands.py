"""Commands to vehicles. One door: role, lease, confirmation and parameters are all asked here, before anything leaves."""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends
from nats.errors import Error as NatsError, NoRespondersError
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, CommandStore
from geo.primitives import GeoError, new_id, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.command_parameters import FORMS, MissionParameters, Parameters, checked_parameters
from ground_station.api.confirmations import NEEDED_FOR, Bound
from ground_station.api.dock_gate import LEAVES_DOCK, leave_dock
from ground_station.api.errors import NotFound, Unreachable
from ground_station.api.mission_upload import upload_parameters
from ground_station.api.preflight import check_may_start
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.bus.subjects import COMMAND_REQUEST
from ground_station.messages import CommandName, CommandRequest, CommandUpdate
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}", tags=["commands"], dependencies=[Depends(signed_in)])

logger = logging.getLogger(__name__)

# What brings a vehicle to safety goes out even while the database is away: the stream of command updates still tells of it later.
SENT_UNAUDITED = frozenset({CommandName.HOLD, CommandName.RTL, CommandName.PAUSE_MISSION})
AUDIT_WITHIN_S = 2.0
STATION_ANSWERS_WITHIN_S = 5.0  # it answers as soon as the command is on the wire


class CommandBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    command: CommandName
    parameters: dict[str, Any] = Field(default_factory=dict, description="By command: see CommandRequest in the live schema")


class ConfirmedCommandBody(CommandBody):
    confirmation_token: str | None = Field(None, description="Needed for " + ", ".join(sorted(NEEDED_FOR)))


class Confirmation(BaseModel):
    confirmation_token: str
    expires_at: datetime
    summary: str


@router.post("/confirmations")
async def confirm(vehicle_id: VehicleId, body: CommandBody, services: ServicesNeeded, account: Pilot) -> Confirmation:
    """What is about to happen, in one sentence, and a token that lets exactly this happen once within 30 s."""
    known_vehicle(services, vehicle_id)
    parameters = checked_parameters(body.command, body.parameters)
    token, expires_at = services.confirmations.issue(bound_to(account, vehicle_id, body.command, parameters))
    summary = FORMS[body.command].summary(vehicle_id, parameters)
    return Confirmation(confirmation_token=token, expires_at=expires_at, summary=summary)


@router.post("/commands", status_code=202)
async def command(vehicle_id: VehicleId, body: ConfirmedCommandBody, services: ServicesNeeded, account: Pilot) -> CommandUpdate:
    """Send one command. The answer is its first state; later ones come on the live topic `command.update`."""
    parameters = await authorise(services, account, vehicle_id, body)
    return await send_checked(services, account, vehicle_id, body.command, parameters)


async def send_checked(
    services: Services, account: Account, vehicle_id: str, command_name: CommandName, parameters: Parameters
) -> CommandUpdate:
    """Through the gate before a flight, into the audit log, to the station. The caller has seen to lease and confirmation."""
    checked = await check_may_start(services, account, vehicle_id, command_name)
    if command_name in LEAVES_DOCK:
        checked |= await leave_dock(services, account, vehicle_id)
    on_wire = parameters.model_dump(mode="json")
    if isinstance(parameters, MissionParameters):
        under_way = command_name is CommandName.CHANGE_MISSION
        on_wire |= await upload_parameters(services.database, parameters.mission_id, under_way=under_way)
    request = CommandRequest(
        command_id=new_id(),
        vehicle_id=vehicle_id,
        command=command_name,
        parameters=on_wire,
        requested_by=account.name,
        requested_at=utc_now(),
    )
    await audit(services, account, request, "command.requested", parameters.model_dump(mode="json") | checked)
    try:
        update = await ask_station(services, request)
    except Unreachable as error:
        await audit(services, account, request, "command.not_sent", {"reason": error.code})
        raise
    services.commands.put(update)
    return update


@router.get("/commands/{command_id}")
async def get_command(vehicle_id: VehicleId, command_id: UUID, services: ServicesNeeded) -> CommandUpdate:
    """Newest state of a command, also of one long done."""
    update = services.commands.get(command_id)
    if update is None:
        row = await CommandStore(services.database).get(command_id)
        update = None if row is None else CommandUpdate.model_validate(asdict(row))
    if update is None or update.vehicle_id != vehicle_id:
        raise NotFound(f"{vehicle_id} has no command {command_id}.", code="command_unknown")
    return update


@router.delete("/commands/{command_id}", status_code=204)
async def cancel_command(vehicle_id: VehicleId, command_id: UUID, services: ServicesNeeded, account: Pilot) -> None:
    """End an upload or a calibration half-way: the vehicle is told to stop, and the last update says what came of it.

    What moves a vehicle is not cancelled but replaced: send `hold`.
    """
    await ask_vehicle(services, account, vehicle_id, "cancel_command", {"command_id": str(command_id)})


async def authorise(services: Services, account: Account, vehicle_id: str, body: ConfirmedCommandBody) -> Parameters:
    """The checked parameters. Raises when the vehicle is unknown, the parameters are wrong, or the account may not do this now."""
    known_vehicle(services, vehicle_id)
    parameters = checked_parameters(body.command, body.parameters)
    await services.leases.check_holder(vehicle_id, account.name)
    if body.command in NEEDED_FOR:
        services.confirmations.spend(body.confirmation_token, bound_to(account, vehicle_id, body.command, parameters))
    return parameters


def bound_to(account: Account, vehicle_id: str, command_name: CommandName, parameters: Parameters) -> Bound:
    return Bound.to(account.name, vehicle_id, command_name, parameters.model_dump(mode="json"))


async def ask_station(services: Services, request: CommandRequest) -> CommandUpdate:
    """Request and reply over the bus. Raises `Unreachable` (`station_unreachable`) when no station listens or answers in time."""
    try:
        reply = await services.bus.request(f"{COMMAND_REQUEST}.{request.vehicle_id}", request.encode(), timeout=STATION_ANSWERS_WITHIN_S)
    except NoRespondersError as error:
        raise Unreachable(
            f"No ground station listens for {request.vehicle_id}; nothing was sent.",
            code="station_unreachable",
            hint="Start `sunqar station`, then send the command again; it is not kept.",
        ) from error
    except (NatsError, TimeoutError) as error:
        raise Unreachable(
            f"The ground station of {request.vehicle_id} did not answer in time; whether it acted is unknown.",
            code="station_unreachable",
            hint="Watch the vehicle before you send anything again; the command is not kept.",
        ) from error
    return CommandUpdate.model_validate_json(reply.data)


async def audit(services: Services, account: Account, request: CommandRequest, action: str, detail: dict[str, Any]) -> None:
    """One entry in the audit log. Raises `GeoError` when it cannot be written, except for `SENT_UNAUDITED`, which are logged instead."""
    subject = f"vehicle/{request.vehicle_id}/command/{request.command_id}"
    detail = {"command": request.command.value} | detail
    try:
        with anyio.fail_after(AUDIT_WITHIN_S):
            await AuditLog(services.database).append(account.name, action, subject, detail)
    except (GeoError, TimeoutError) as error:
        if request.command not in SENT_UNAUDITED:
            if isinstance(error, GeoError):
                raise
            raise Unreachable("The audit log does not answer; the command was not sent.", code="audit_unreachable") from error
        logger.warning("not in the audit log: %s %s of %s: %s", action, request.command, request.vehicle_id, error)
