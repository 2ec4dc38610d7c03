"""Flight modes as the vehicle itself lists them: AVAILABLE_MODES, with those that did not come asked for one by one.

Source: MAVLink "Standard Flight Modes". Vehicles without it say so, or say nothing.
"""

from dataclasses import dataclass

from ground_station.mavlink.commands import request_message
from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.young import AVAILABLE_MODES

TIMEOUT_S = 1.0
RETRIES = 3
_ADVANCED, _NOT_SELECTABLE = 1, 2  # MAV_MODE_PROPERTY


@dataclass(frozen=True, slots=True)
class FlightMode:
    """One mode. `selectable`: a person may choose it; others are entered by the autopilot alone."""

    name: str
    custom_mode: int
    selectable: bool = True
    advanced: bool = False


class AvailableModes:
    """The outcome is empty where the vehicle has no list."""

    kinds = frozenset({"AVAILABLE_MODES", "COMMAND_ACK"})
    timeout_s = TIMEOUT_S

    def __init__(self, target: Address) -> None:
        self._target = target
        self._modes: dict[int, FlightMode] = {}
        self._count: int | None = None
        self._retries_left = RETRIES
        self.activity = 0
        self.outcome: tuple[FlightMode, ...] | None = None

    def opening(self) -> list[WireMessage]:
        return [self._ask(0)]

    def _ask(self, index: int) -> WireMessage:
        """0 asks for all."""
        message = request_message(self._target, AVAILABLE_MODES)
        message.param2 = float(index)
        return message

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        sender = (message.get_srcSystem(), message.get_srcComponent())
        if self.outcome is not None or sender != (self._target.system_id, self._target.component_id):
            return []
        if message.get_type() == "COMMAND_ACK":
            refused = message.result not in (mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_IN_PROGRESS)
            if message.command == mavlink.MAV_CMD_REQUEST_MESSAGE and refused and self._count is None:
                self.outcome = ()
            return []
        name = "".join(c for c in str(message.mode_name) if c.isprintable()).strip()
        self._count = int(message.number_modes)
        properties = int(message.properties)
        self._modes[int(message.mode_index)] = FlightMode(
            name or f"MODE {message.custom_mode}",
            int(message.custom_mode),
            not properties & _NOT_SELECTABLE,
            bool(properties & _ADVANCED),
        )
        self.activity += 1
        self._retries_left = RETRIES
        if len(self._modes) >= self._count:
            self.outcome = tuple(self._modes[index] for index in sorted(self._modes))
        return []

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._retries_left == 0:
            self.outcome = tuple(self._modes[index] for index in sorted(self._modes))
            return []
        self._retries_left -= 1
        if self._count is None:
            return self.opening()
        return [self._ask(index) for index in range(1, self._count + 1) if index not in self._modes]

    def cancel(self) -> list[WireMessage]:
        if self.outcome is None:
            self.outcome = ()
        return []
