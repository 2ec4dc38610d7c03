"""COMMAND_LONG and COMMAND_INT of one component: finds who carries a command out, acknowledges, follows long work, cancels it.

Source: MAVLink command protocol. Places travel in COMMAND_INT; an unknown frame is refused, never read as another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.operator_control import REQUEST_OPERATOR_CONTROL
from sim.services.service import (
    AUTOPILOT,
    CANCELLED,
    DENIED,
    IN_PROGRESS,
    TEMPORARILY_REJECTED,
    UNSUPPORTED,
    Answer,
    Command,
    CommandHandler,
    Outcome,
    Service,
    Work,
    read_command,
)

PROGRESS_EVERY_S = 0.5
# What a station may ask that is not in control of the vehicle.
LOOKING = frozenset(
    {
        mavlink.MAV_CMD_REQUEST_MESSAGE,
        mavlink.MAV_CMD_SET_MESSAGE_INTERVAL,
        mavlink.MAV_CMD_GET_MESSAGE_INTERVAL,
        mavlink.MAV_CMD_GET_HOME_POSITION,
        mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES,
        REQUEST_OPERATOR_CONTROL,
    }
)


@dataclass(slots=True)
class _Running:
    command: Command
    work: Work
    told_s: float


class CommandService(Service):
    """Commands of one component. An autopilot says UNSUPPORTED to a command sent to everyone; other components keep silent."""

    handles = frozenset({"COMMAND_LONG", "COMMAND_INT", "COMMAND_CANCEL"})

    def __init__(self, component_id: int, services: Sequence[Service], host: Host) -> None:
        self._host = host
        self.component_id = component_id
        self._table: dict[int, CommandHandler] = {}
        for service in services:
            self._table.update(service.commands)
        self._running: dict[int, _Running] = {}

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if wire.get_type() == "COMMAND_CANCEL":
            return self._cancel(wire)
        command = read_command(wire)
        handle = self._table.get(command.number)
        if handle is None:
            if self.component_id != AUTOPILOT and wire.target_component == 0:
                return []
            return [_ack(command, UNSUPPORTED)]
        if self._host.controller not in (None, command.sender[0]) and command.number not in LOOKING:
            return [_ack(command, DENIED)]
        if command.number in self._running:
            return [_ack(command, TEMPORARILY_REJECTED)]
        try:
            answer = _answer(handle(command))
        except (ValueError, OverflowError):  # NaN or infinity where a whole number is meant
            return [_ack(command, DENIED)]
        if answer.work is not None:
            self._running[command.number] = _Running(command, answer.work, now_s)
            return answer.behind if answer.work.quiet else [_ack(command, IN_PROGRESS, 0), *answer.behind]
        return [_ack(command, answer.result, 0, answer.result_param2), *answer.behind]

    def on_time(self, now_s: float) -> list[Any]:
        if not self._running:
            return []
        out = []
        for number, running in list(self._running.items()):
            state = running.work.progress(now_s)
            if state.result is not None:
                del self._running[number]
                out.append(_ack(running.command, state.result, 0))
            elif not running.work.quiet and now_s - running.told_s >= PROGRESS_EVERY_S:
                running.told_s = now_s
                out.append(_ack(running.command, IN_PROGRESS, state.percent))
        return out

    def _cancel(self, wire: Any) -> list[Any]:
        running = self._running.pop(wire.command, None)
        if running is None:
            return []  # nothing to cancel: ignored
        running.work.stop()
        return [_ack(running.command, CANCELLED, 0)]


def _answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, Answer):
        return outcome
    return Answer(*outcome) if isinstance(outcome, tuple) else Answer(outcome)


def _ack(command: Command, result: int, progress: int = 0, result_param2: int = 0) -> Any:
    return mavlink.MAVLink_command_ack_message(command.number, result, progress, result_param2, *command.sender)
