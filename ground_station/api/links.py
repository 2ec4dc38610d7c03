"""The station's MAVLink links: how they fare, opening and closing them while it runs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from nats.errors import Error as NatsError, NoRespondersError
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog
from geo.primitives import LinkError
from ground_station.api.auth import Admin, SignedIn, signed_in
from ground_station.api.errors import Unreachable
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId
from ground_station.bus.subjects import LINK_REQUEST
from ground_station.link_desk import LinkRequest
from ground_station.messages import LinkStatus
from ground_station.microservices.desk import ServiceReply

router = APIRouter(prefix="/api/v1", tags=["links"], dependencies=[Depends(signed_in)])

ANSWER_WITHIN_S = 8.0  # a TCP link is given five seconds to connect


class LinkList(BaseModel):
    items: list[LinkStatus]


class LinkBody(BaseModel):
    """A link to open."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=3, max_length=300, description="udpin:0.0.0.0:14550, tcp:HOST:PORT, serial:/dev/ttyX:57600, …")
    forward: bool = Field(False, description="Another station is at the other end, e.g. a QGroundControl; frames are forwarded to it")
    commands: bool = Field(False, description="Forwarding only: what it sends may go to vehicles, past their control lease")


class SigningReport(BaseModel):
    vehicle_id: str
    has_key: bool
    required: bool
    made_at: str | None
    signed: bool | None = Field(description="How the vehicle's last message came; null before one came")


class SigningBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    required: bool = Field(True, description="Refuse what is unsigned from then on")


@router.get("/links")
async def list_links(services: ServicesNeeded, account: SignedIn) -> LinkList:
    """Each link with its rates and losses. Live on the topic `link.status`."""
    return LinkList(items=services.links.all())


@router.put("/links", status_code=204)
async def open_link(body: LinkBody, services: ServicesNeeded, account: Admin) -> Response:
    """Open a link and keep it, also after a restart of the station. One that cannot be reached now is tried again and again."""
    request = LinkRequest(action="open", url=body.url, forward=body.forward, commands=body.commands, actor=account.name)
    return await _carried_out(services, request)


@router.delete("/links", status_code=204)
async def close_link(url: Annotated[str, Query(min_length=3, max_length=300)], services: ServicesNeeded, account: Admin) -> Response:
    """Close a link. Nothing is sent to the vehicles on it; their own failsafe sees that the station is gone."""
    return await _carried_out(services, LinkRequest(action="close", url=url, actor=account.name))


async def _carried_out(services: Services, request: LinkRequest) -> Response:
    await AuditLog(services.database).append(
        request.actor, f"link.{request.action}", f"link/{request.url}", request.model_dump(include={"forward", "commands"})
    )
    try:
        reply = await services.bus.request(LINK_REQUEST, request.encode(), timeout=ANSWER_WITHIN_S)
    except NoRespondersError as error:
        raise Unreachable("No ground station is running.", code="station_unreachable", hint="Start `sunqar station`.") from error
    except (NatsError, TimeoutError) as error:
        raise Unreachable("The ground station did not answer in time.", code="station_unreachable", hint="Look at /readyz.") from error
    answer = ServiceReply.model_validate_json(reply.data)
    if answer.error is not None:
        raise LinkError(answer.error.message, code=answer.error.code, hint=answer.error.hint)
    return Response(status_code=204)


@router.get("/vehicles/{vehicle_id}/signing")
async def signing_status(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> SigningReport:
    """Whether the station has a key for this vehicle, and whether the vehicle signs. The key itself never leaves the station."""
    return SigningReport.model_validate(await ask_vehicle(services, account, vehicle_id, "signing_status", {}))


@router.put("/vehicles/{vehicle_id}/signing")
async def set_up_signing(vehicle_id: VehicleId, body: SigningBody, services: ServicesNeeded, account: Admin) -> SigningReport:
    """Put a new key on the vehicle, also in place of one it has. Only over a serial port or on this machine."""
    answer = await ask_vehicle(services, account, vehicle_id, "set_up_signing", body.model_dump(), deadline_s=15.0)
    return SigningReport.model_validate(answer)


@router.delete("/vehicles/{vehicle_id}/signing")
async def switch_off_signing(vehicle_id: VehicleId, services: ServicesNeeded, account: Admin) -> SigningReport:
    """Take the key off the vehicle and forget it."""
    return SigningReport.model_validate(await ask_vehicle(services, account, vehicle_id, "switch_off_signing", {}, deadline_s=15.0))
