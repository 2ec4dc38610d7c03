"""Asking a vehicle through the station: parameters, files, fences and the like. What changes the vehicle passes lease and audit."""

import logging
from typing import Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Response
from nats.errors import Error as NatsError, NoRespondersError
from pydantic import BaseModel

from geo.core import AuditLog
from geo.primitives import GeoError, SunqarError, VehicleError, new_id
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.errors import Unreachable
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.bus.subjects import VEHICLE_SERVICE
from ground_station.messages import TransferUpdate
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.desk import DEADLINE_S, ServiceReply, ServiceRequest
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}", tags=["vehicle services"], dependencies=[Depends(signed_in)])

logger = logging.getLogger(__name__)

AUDIT_WITHIN_S = 2.0
ANSWER_SLACK_S = 1.0  # the station ends the work at the deadline and still has to say so


async def ask_vehicle(
    services: Services, account: Account, vehicle_id: str, name: str, parameters: dict[str, Any], deadline_s: float = DEADLINE_S
) -> Any:
    """The result of a vehicle service.

    Services that change the vehicle need the control lease, and request and outcome are written to the audit log.
    Raises: `NotFound` for a vehicle never heard; `AccessError` without the lease; `VehicleError` with the station's own code,
    message and hint; `Unreachable` when no station answers.
    """
    known_vehicle(services, vehicle_id)
    request = ServiceRequest(parameters=parameters, actor=account.name, request_id=new_id(), deadline_s=deadline_s)
    if not SERVICES[name].changes_vehicle:
        return await _ask(services, vehicle_id, name, request)
    await services.leases.check_holder(vehicle_id, account.name)
    subject = f"vehicle/{vehicle_id}/service/{request.request_id}"
    await _audit(services, account, f"{name}.requested", subject, parameters)
    try:
        result = await _ask(services, vehicle_id, name, request)
    except SunqarError as error:
        await _audit(services, account, f"{name}.failed", subject, {"code": error.code, "message": error.message}, may_fail=True)
        raise
    await _audit(services, account, f"{name}.done", subject, {}, may_fail=True)
    return result


async def _ask(services: Services, vehicle_id: str, name: str, request: ServiceRequest) -> Any:
    subject = f"{VEHICLE_SERVICE}.{vehicle_id}.{name}"
    try:
        reply = await services.bus.request(subject, request.encode(), timeout=request.deadline_s + ANSWER_SLACK_S)
    except NoRespondersError as error:
        raise Unreachable(
            f"No ground station listens for {vehicle_id}; nothing was asked.", code="station_unreachable", hint="Start `sunqar station`."
        ) from error
    except (NatsError, TimeoutError) as error:
        raise Unreachable(
            f"The ground station of {vehicle_id} did not answer in time.", code="station_unreachable", hint="Look at /readyz and ask again."
        ) from error
    answer = ServiceReply.model_validate_json(reply.data)
    if answer.error is not None:
        raise VehicleError(answer.error.message, code=answer.error.code, hint=answer.error.hint)
    return answer.result


async def _audit(
    services: Services, account: Account, action: str, subject: str, detail: dict[str, Any], *, may_fail: bool = False
) -> None:
    """One entry. `may_fail`: what it tells of has happened already, so a failure is logged and not raised."""
    try:
        with anyio.fail_after(AUDIT_WITHIN_S):
            await AuditLog(services.database).append(account.name, action, subject, detail)
    except (GeoError, TimeoutError) as error:
        if not may_fail:
            if isinstance(error, GeoError):
                raise
            raise Unreachable("The audit log does not answer; nothing was sent.", code="audit_unreachable") from error
        logger.warning("not in the audit log: %s of %s: %s", action, subject, error)


class TransferList(BaseModel):
    items: list[TransferUpdate]


@router.get("/transfers")
async def list_transfers(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> TransferList:
    """Long work under way: downloads, uploads, parameter lists. Live on the topic `vehicle.transfer`."""
    return TransferList.model_validate(await ask_vehicle(services, account, vehicle_id, "transfers", {}))


@router.delete("/transfers/{transfer_id}", status_code=204)
async def cancel_transfer(vehicle_id: VehicleId, transfer_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    """End it; the vehicle is told where its protocol can be told."""
    await ask_vehicle(services, account, vehicle_id, "cancel_transfer", {"transfer_id": str(transfer_id)})
    return Response(status_code=204)
