"""Where commands are handed in: a request goes in, its updates come out."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from geo.primitives import SunqarError, VehicleError, utc_now
from ground_station.control.authority import Authority
from ground_station.control.catalogue import COMMANDS, CommandKind
from ground_station.control.parameters import read_parameters
from ground_station.control.run import CommandRun, Step
from ground_station.messages import CommandRequest, CommandState, CommandUpdate
from ground_station.vehicles import Fleet, Turn, Vehicle

logger = logging.getLogger(__name__)


class CommandDesk:
    """Carries out each command once, however often it is handed in."""

    def __init__(self, fleet: Fleet, authority: Authority | None = None) -> None:
        self._authority = authority or Authority(fleet)
        self._running: dict[UUID, tuple[Vehicle, CommandKind, Turn]] = {}

    def seen(self, command_id: UUID) -> bool:
        """Whether this command was handed in before."""
        return self._authority.seen(command_id)

    def cancel(self, vehicle_id: str, command_id: UUID) -> None:
        """End a command under way; its last update says so.

        Raises: `VehicleError` when it is not under way, or moves the vehicle: such a one is ended by another command, as hold.
        """
        vehicle, kind, turn = self._running.get(command_id, (None, None, None))
        if vehicle is None or kind is None or turn is None or vehicle.vehicle_id != vehicle_id:
            raise VehicleError(
                f"No command {command_id} of {vehicle_id} is under way.", code="command.unknown", hint="It may have ended already."
            )
        if not kind.cancellable:
            raise VehicleError(
                f"{turn.command} of {vehicle_id} cannot be cancelled: the vehicle is moving.",
                code="command.not_cancellable",
                hint="Send hold or another command instead.",
            )
        turn.cancelled = True
        vehicle.notify()

    async def carry_out(self, request: CommandRequest) -> AsyncGenerator[CommandUpdate]:
        """Updates of a command, from `sent` to `done` or `failed`.

        A command handed in before yields its newest update and nothing else: nothing is sent again.
        """
        if self._authority.seen(request.command_id):
            known = self._authority.answer_to(request.command_id)
            if known is not None:
                yield known
            return
        run: CommandRun | None = None
        try:
            vehicle = self._authority.admit(request)
            kind = COMMANDS[request.command]
            parameters = read_parameters(kind.parameters, request.command, request.parameters)
            turn = vehicle.take_turn(request.command) if kind.moves else Turn(request.command)
            self._running[request.command_id] = vehicle, kind, turn
            yield self._update(request, Step(CommandState.SENT))
            run = CommandRun(vehicle, turn)
            async with aclosing(kind.carry_out(run, parameters)) as steps:
                async for step in steps:
                    yield self._update(request, step)
        except SunqarError as error:
            logger.info("%s to %s failed: %s", request.command, request.vehicle_id, error, extra={"vehicle_id": request.vehicle_id})
            yield self._update(request, Step(CommandState.FAILED, result=run.result if run else None), reason=error.one_line())
        finally:
            self._running.pop(request.command_id, None)

    def _update(self, request: CommandRequest, step: Step, reason: str | None = None) -> CommandUpdate:
        update = CommandUpdate(
            command_id=request.command_id,
            vehicle_id=request.vehicle_id,
            command=request.command,
            state=step.state,
            at=utc_now(),
            progress=step.progress,
            effect=step.effect,
            reason=reason,
            result=step.result,
            requested_by=request.requested_by,
        )
        self._authority.remember(update)
        return update
