"""What the bus asks of the vehicles: commands, whose course is kept, and services, which answer once."""

import json
import logging
import time

from anyio.abc import TaskGroup
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import COMMAND_REQUEST, COMMAND_UPDATE, TELEMETRY_STATE, VEHICLE_SERVICE
from ground_station.control import CommandDesk
from ground_station.messages import CommandRequest, CommandState
from ground_station.microservices import ServiceDesk, ServiceRequest
from ground_station.microservices.desk import ServiceFault, ServiceReply
from ground_station.station.outgoing import Outgoing
from ground_station.vehicles import Fleet

logger = logging.getLogger(__name__)


class Requests:
    """Requests are carried out side by side, each in a task of its own."""

    def __init__(self, fleet: Fleet, commands: CommandDesk, services: ServiceDesk, outgoing: Outgoing, outbox: Outbox) -> None:
        self._fleet, self._commands, self._services = fleet, commands, services
        self._outgoing, self._outbox = outgoing, outbox

    async def take_commands(self, client: Client, tasks: TaskGroup) -> None:
        subscription = await client.subscribe(f"{COMMAND_REQUEST}.*")
        async for message in subscription.messages:
            tasks.start_soon(self._carry_out, message)

    async def take_services(self, client: Client, tasks: TaskGroup) -> None:
        subscription = await client.subscribe(f"{VEHICLE_SERVICE}.*.*")
        async for message in subscription.messages:
            tasks.start_soon(self._serve, message)

    async def _carry_out(self, message: Msg) -> None:
        try:
            request = CommandRequest.model_validate_json(message.data)
        except ValidationError as error:
            logger.warning("command request on %s is not readable: %s", message.subject, error.errors()[0]["msg"])
            await _reply(message, json.dumps({"code": "command.unreadable", "detail": error.errors()[0]["msg"]}).encode())
            return
        again = self._commands.seen(request.command_id)
        number = 0
        async for update in self._commands.carry_out(request):
            data = update.encode()
            if number == 0:
                await _reply(message, data)
            elif update.state is CommandState.DONE and (vehicle := self._fleet.get(update.vehicle_id)) is not None:
                # Who hears that it is done, and asks for the next step at once, must not be judged by the state before it.
                await self._outgoing.publish(f"{TELEMETRY_STATE}.{update.vehicle_id}", vehicle.state_json(time.monotonic()))
            if not again:
                self._outbox.put(f"{COMMAND_UPDATE}.{update.vehicle_id}", data, f"{update.command_id}:{number}")
            number += 1

    async def _serve(self, message: Msg) -> None:
        vehicle_id, name = message.subject.split(".")[-2:]
        try:
            request = ServiceRequest.model_validate_json(message.data)
        except ValidationError as error:
            fault = ServiceFault(code="service.unreadable", message=f"The request is not readable: {error.errors()[0]['msg']}.")
            await _reply(message, ServiceReply(error=fault).encode())
            return
        await _reply(message, (await self._services.answer(vehicle_id, name, request)).encode())


async def _reply(message: Msg, data: bytes) -> None:
    if not message.reply:
        return
    try:
        await message.respond(data)
    except NatsError as error:
        logger.warning("an answer on %s could not be sent: %s", message.subject, error)
