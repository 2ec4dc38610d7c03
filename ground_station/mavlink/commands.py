"""The command protocol: COMMAND_LONG / COMMAND_INT out, COMMAND_ACK back.

State-changing commands are sent once, as QGroundControl does: a late second ARM or TAKEOFF is dangerous, and the effect
is looked for in telemetry anyway. Queries are idempotent and are tried again. Source: MAVLink "Command Protocol".
"""

from dataclasses import dataclass

from ground_station.mavlink.dialect import WireMessage, enum_name, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.young import CommandCancel

ACK_TIMEOUT_S = 3.0  # a state-changing command on a slow radio: one round trip with room
QUERY_TIMEOUT_S = 0.7
QUERY_ATTEMPTS = 3
IN_PROGRESS_TIMEOUT_S = 10.0  # calibrations report about once a second; after this long the vehicle has forgotten
PROGRESS_UNKNOWN = 255
CANCELLED = 6  # MAV_RESULT_CANCELLED of common.xml, younger than the dialect


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """How a command ended: a MAV_RESULT, or None when nothing came back."""

    command: int
    result: int | None

    @property
    def accepted(self) -> bool:
        return self.result == int(mavlink.MAV_RESULT_ACCEPTED)

    @property
    def answered(self) -> bool:
        return self.result is not None

    @property
    def result_name(self) -> str:
        """'accepted', 'denied', 'temporarily rejected', … or 'no answer'."""
        if self.result is None:
            return "no answer"
        return "cancelled" if self.result == CANCELLED else enum_name("MAV_RESULT", self.result, "MAV_RESULT_")

    @property
    def command_name(self) -> str:
        return enum_name("MAV_CMD", self.command, "MAV_CMD_")


class CommandExchange:
    """One COMMAND_LONG or COMMAND_INT until its final acknowledgement."""

    kinds = frozenset({"COMMAND_ACK"})

    def __init__(self, message: WireMessage, own: Address, *, attempts: int = 1, timeout_s: float | None = None) -> None:
        self._message, self._own = message, own
        self._attempts_left = attempts
        self._timeout_s = timeout_s or (ACK_TIMEOUT_S if attempts == 1 else QUERY_TIMEOUT_S)
        self._attempt = 0
        self.activity = 0
        self.in_progress = False
        self.progress: float | None = None
        self.outcome: CommandOutcome | None = None

    @classmethod
    def query(cls, message: WireMessage, own: Address) -> "CommandExchange":
        """For commands that change nothing when repeated: requests of messages and rates."""
        return cls(message, own, attempts=QUERY_ATTEMPTS)

    @property
    def timeout_s(self) -> float:
        return IN_PROGRESS_TIMEOUT_S if self.in_progress else self._timeout_s

    def opening(self) -> list[WireMessage]:
        self._attempts_left -= 1
        return [self._message]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None or message.get_type() != "COMMAND_ACK" or message.command != self._message.command:
            return []
        if message.get_srcSystem() != self._message.target_system:
            return []
        if self._message.target_component not in (0, message.get_srcComponent()):
            return []  # another component's answer to the same command
        if message.target_system not in (0, self._own.system_id) or message.target_component not in (0, self._own.component_id):
            return []  # the answer to another ground station's command
        self.activity += 1
        if message.result == mavlink.MAV_RESULT_IN_PROGRESS:
            self.in_progress = True
            self.progress = None if message.progress >= PROGRESS_UNKNOWN else min(1.0, message.progress / 100.0)
        else:
            self.outcome = CommandOutcome(self._message.command, int(message.result))
        return []

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._attempts_left <= 0 or self.in_progress:
            self.outcome = CommandOutcome(self._message.command, None)
            return []
        self._attempts_left -= 1
        self._attempt += 1
        if self._message.get_type() == "COMMAND_LONG":
            self._message.confirmation = self._attempt  # tells the vehicle that this is the same command again
        return [self._message]

    def cancel(self) -> list[WireMessage]:
        """Stop waiting. A vehicle that said it is at work on it is told to stop; others know no cancelling of what they never began."""
        if self.outcome is not None:
            return []
        self.outcome = CommandOutcome(self._message.command, None)
        if not self.in_progress:
            return []
        target = self._message.target_system, self._message.target_component
        return [CommandCancel(*target, self._message.command)]


def command_long(target: Address, command: int, *params: float) -> WireMessage:
    """COMMAND_LONG with up to seven parameters, the rest 0."""
    filled = [*params, *([0.0] * (7 - len(params)))]
    message: WireMessage = mavlink.MAVLink_command_long_message(target.system_id, target.component_id, command, 0, *filled)
    return message


def command_int(
    target: Address, command: int, frame: int, params: tuple[float, float, float, float], *, lon_deg: float, lat_deg: float, z: float
) -> WireMessage:
    """COMMAND_INT at a place, degrees in, 1e7-scaled integers on the wire."""
    message: WireMessage = mavlink.MAVLink_command_int_message(
        target.system_id, target.component_id, frame, command, 0, 0, *params, round(lat_deg * 1e7), round(lon_deg * 1e7), z
    )
    return message


def request_message(target: Address, message_id: int) -> WireMessage:
    """Ask for one message, once."""
    return command_long(target, mavlink.MAV_CMD_REQUEST_MESSAGE, message_id)


def set_message_rate(target: Address, message_id: int, rate_hz: float) -> WireMessage:
    """Ask for a message at a rate. The interval goes on the wire in microseconds."""
    return command_long(target, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, message_id, 1e6 / rate_hz)
