"""PX4's numbered events: gaps in the numbers are asked for again, each event is given out once and in order of arrival.

Source: MAVLink "Events Interface".
"""

from dataclasses import dataclass

from ground_station.mavlink.dialect import WireMessage
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.young import RequestEvent

WRAP = 65536
LONGEST_GAP = 64  # a larger one is a restart or an outage; what was missed then is past
REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class VehicleHappened:
    """One event. `level` is MAV_SEVERITY of its external log level."""

    number: int
    level: int
    arguments: bytes
    late: bool


class EventSequence:
    """Messages in; events and requests for missing ones out."""

    kinds = frozenset({"EVENT", "CURRENT_EVENT_SEQUENCE", "RESPONSE_EVENT_ERROR"})

    def __init__(self, target: Address, own: Address) -> None:
        self._target, self._own = target, own
        self._newest: int | None = None
        self._missing: set[int] = set()

    def on_message(self, message: WireMessage) -> tuple[list[VehicleHappened], list[WireMessage]]:
        if (message.get_srcSystem(), message.get_srcComponent()) != (self._target.system_id, self._target.component_id):
            return [], []
        sequence = int(message.sequence)
        if message.get_type() == "EVENT":
            return self._on_event(message, sequence)
        if message.get_type() == "CURRENT_EVENT_SEQUENCE":
            if self._newest is None or int(message.flags) & 1:  # RESET
                self._newest, self._missing = sequence, set()
                return [], []
            return [], self._up_to(sequence)
        self._missing.discard(sequence)  # no longer kept on board
        return [], []

    def _on_event(self, message: WireMessage, sequence: int) -> tuple[list[VehicleHappened], list[WireMessage]]:
        late = sequence in self._missing
        if not late and self._newest is not None and (sequence - self._newest) % WRAP >= WRAP // 2:
            return [], []  # had before
        if self._newest == sequence:
            return [], []
        requests: list[WireMessage] = []
        if late:
            self._missing.discard(sequence)
        else:
            if self._newest is not None:
                requests = self._up_to((sequence - 1) % WRAP)
            self._newest = sequence
        if message.destination_system not in (0, self._own.system_id):
            return [], requests
        happened = VehicleHappened(int(message.id), int(message.log_levels) & 0x0F, bytes(message.arguments), late)
        return [happened], requests

    def _up_to(self, sequence: int) -> list[WireMessage]:
        """Ask for everything after the newest known up to `sequence`, and for what is still missing."""
        assert self._newest is not None
        ahead = (sequence - self._newest) % WRAP
        if ahead >= WRAP // 2:
            return []
        if ahead > LONGEST_GAP:
            self._missing.clear()
        else:
            self._missing.update((self._newest + step) % WRAP for step in range(1, ahead + 1))
        if ahead:
            self._newest = sequence
        if not self._missing:
            return []
        ordered = sorted(self._missing, key=lambda number: (number - sequence - 1) % WRAP)
        target = self._target
        return [
            RequestEvent(
                target_system=target.system_id, target_component=target.component_id, first_sequence=ordered[0], last_sequence=ordered[-1]
            )
        ]
