"""Where vehicle services are asked: a request goes in, one reply comes out. What there is to ask is in `catalogue.py`."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
from pydantic import Field

from geo.primitives import SunqarError, VehicleError
from geo.terrain import Heights
from ground_station.control import CommandDesk
from ground_station.control.parameters import Parameters, read_parameters
from ground_station.messages import Message
from ground_station.microservices.transfers import Transfers
from ground_station.operators import Operators
from ground_station.signing import KeyStore
from ground_station.vehicles import Vehicle, VehicleNetwork

logger = logging.getLogger(__name__)

DEADLINE_S = 10.0
LONGEST_S = 900.0


class ServiceRequest(Message):
    """`deadline_s`: whoever asks has gone away by then, so the work is ended."""

    parameters: dict[str, Any] = Field(default_factory=dict)
    actor: str
    request_id: UUID
    deadline_s: float = Field(DEADLINE_S, gt=0, le=LONGEST_S)


class ServiceFault(Message):
    code: str
    message: str
    hint: str = ""


class ServiceReply(Message):
    """Either a result or an error."""

    result: Any = None
    error: ServiceFault | None = None


@dataclass(frozen=True, slots=True)
class ServiceTools:
    """What a service has at hand beside its vehicle. `actor` is the user who asks."""

    network: VehicleNetwork
    transfers: Transfers
    data_dir: Path
    actor: str = ""
    signing: KeyStore | None = None
    commands: CommandDesk | None = None
    elevation: Heights | None = None
    operators: Operators = field(default_factory=Operators)


@dataclass(frozen=True, slots=True)
class VehicleService:
    """One thing that can be asked. `changes_vehicle`: needs the control lease and is written to the audit log.

    `works_offline`: answers from what the station knows, also while the vehicle is lost.
    """

    parameters: type[Parameters]
    answer: Callable[[Vehicle, Any, ServiceTools], Awaitable[Any]]
    changes_vehicle: bool = False
    works_offline: bool = False


class ServiceDesk:
    """Answers each request, with a result or with an error; never with silence."""

    def __init__(self, tools: ServiceTools, catalogue: Mapping[str, VehicleService]) -> None:
        self._tools, self._catalogue = tools, catalogue

    async def answer(self, vehicle_id: str, name: str, request: ServiceRequest) -> ServiceReply:
        try:
            with anyio.fail_after(request.deadline_s):
                return ServiceReply(result=await self._result(vehicle_id, name, request))
        except SunqarError as error:
            return ServiceReply(error=ServiceFault(code=error.code, message=error.message, hint=error.hint))
        except TimeoutError:
            message = f"{name} of {vehicle_id} did not finish within {request.deadline_s:g} s."
            return ServiceReply(
                error=ServiceFault(code="service.timeout", message=message, hint="Look at the link of the vehicle and ask again.")
            )
        except Exception:
            logger.exception("service %s of %s failed", name, vehicle_id)
            message = f"The station failed on {name} of {vehicle_id}."
            return ServiceReply(error=ServiceFault(code="internal", message=message, hint="The log of `station` says why."))

    async def _result(self, vehicle_id: str, name: str, request: ServiceRequest) -> Any:
        service = self._catalogue.get(name)
        if service is None:
            raise VehicleError(
                f"There is no vehicle service '{name}'.", code="service.unknown", hint=f"There are: {', '.join(sorted(self._catalogue))}."
            )
        vehicle = self._tools.network.fleet.require(vehicle_id)
        if not vehicle.online and not service.works_offline:
            raise VehicleError(
                f"{vehicle_id} is lost; nothing was asked of it.", code="vehicle.lost", hint="Wait until its link is back and ask again."
            )
        parameters = read_parameters(service.parameters, name, request.parameters)
        tools = replace(self._tools, actor=request.actor)
        return await service.answer(vehicle, parameters, tools)
