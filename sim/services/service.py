"""What a service is: one thing a vehicle answers on the wire, in one file, with one line in the catalogue.

A service names the messages it handles, the commands it carries out and the messages it can build; the vehicle only dispatches.
It has no socket and no clock of its own: instants come with every call, in seconds of the simulated clock since boot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.notices import Notice

AUTOPILOT = mavlink.MAV_COMP_ID_AUTOPILOT1
ACCEPTED: int = mavlink.MAV_RESULT_ACCEPTED
TEMPORARILY_REJECTED: int = mavlink.MAV_RESULT_TEMPORARILY_REJECTED
DENIED: int = mavlink.MAV_RESULT_DENIED
UNSUPPORTED: int = mavlink.MAV_RESULT_UNSUPPORTED
FAILED: int = mavlink.MAV_RESULT_FAILED
IN_PROGRESS: int = mavlink.MAV_RESULT_IN_PROGRESS
CANCELLED: int = 6  # MAV_RESULT_CANCELLED
LONG_ONLY: int = mavlink.MAV_RESULT_COMMAND_LONG_ONLY
INT_ONLY: int = mavlink.MAV_RESULT_COMMAND_INT_ONLY
UNSUPPORTED_FRAME: int = 9  # MAV_RESULT_COMMAND_UNSUPPORTED_MAV_FRAME, younger than the generated dialect


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it came. `place` is (x, y, frame) of a COMMAND_INT, None for a COMMAND_LONG; `sender` is (system, component)."""

    number: int
    parameters: tuple[float, ...]
    place: tuple[int, int, int] | None = None
    sender: tuple[int, int] = (0, 0)
    confirmation: int = 0


@dataclass(slots=True)
class Work:
    """A command that takes time. `progress` is asked each step: 0 to 99 while it runs, an acknowledgement's result when it ends.

    `stop` ends it early, for COMMAND_CANCEL. Of `quiet` work nothing is told before its result.
    """

    progress: Callable[[float], "Progress"]
    stop: Callable[[], None] = lambda: None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long command is, in percent; `result` is set once it has ended."""

    percent: int = 255
    result: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """MAV_RESULT of a command, what is sent behind its acknowledgement, and the work that goes on when it is IN_PROGRESS."""

    result: int
    behind: list[Any] = field(default_factory=list)
    work: Work | None = None
    result_param2: int = 0


Outcome = int | tuple[int, list[Any]] | Answer
CommandHandler = Callable[[Command], Outcome]
Builder = Callable[[], Any]
"""Makes a message, a list of them, or None: not now."""
NumberedBuilder = Callable[[int], Any]


class Service:
    """Base of all services: hears nothing, says nothing. `component_id` is who answers: the autopilot, a camera, a gimbal."""

    component_id: int = AUTOPILOT
    handles: frozenset[str] = frozenset()

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        """Commands carried out, by MAV_CMD number."""
        return {}

    @property
    def messages(self) -> Mapping[int, Builder]:
        """Messages that can be asked for (REQUEST_MESSAGE) or sent at an interval, by message id."""
        return {}

    @property
    def numbered(self) -> Mapping[int, NumberedBuilder]:
        """Messages of which there are several, asked for with their number in param2; None or an empty list when there is no such one."""
        return {}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        """How often its messages are sent unasked, by message id."""
        return {}

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        """Replies to one message of a kind in `handles`, addressed to this vehicle."""
        return []

    def on_time(self, now_s: float) -> list[Any]:
        """Called every step: what is due now."""
        return []

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        """Something the vehicle announced (a photo, a reached item, a text); what this service sends for it."""
        return []


def read_command(wire: Any) -> Command:
    """COMMAND_LONG or COMMAND_INT in one shape."""
    first = (wire.param1, wire.param2, wire.param3, wire.param4)
    sender = (wire.get_srcSystem(), wire.get_srcComponent())
    if wire.get_type() == "COMMAND_INT":
        return Command(wire.command, (*first, float(wire.x), float(wire.y), wire.z), (wire.x, wire.y, wire.frame), sender)
    return Command(wire.command, (*first, wire.param5, wire.param6, wire.param7), None, sender, wire.confirmation)
