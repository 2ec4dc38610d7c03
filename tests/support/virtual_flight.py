"""A simulated copter and this station's protocols joined by a lossy channel, in simulated time: seconds of protocol in milliseconds."""

from typing import Any

from geo.primitives import LonLat
from ground_station.mavlink import Address, Exchange
from sim import SimClock, SimulatedVehicle
from tests.support.lossy import LossyChannel

STATION = Address(254, 190)
VEHICLE = Address(1, 1)
AKTAU = LonLat(51.16, 43.6505)


class VirtualFlight:
    """One copter on the ground, system id 1. Messages keep their sender as if they had crossed the wire."""

    def __init__(self, *, loss: float = 0.0, doubling: float = 0.0, reordering: float = 0.0, seed: int = 1) -> None:
        self.clock = SimClock(1_700_000_000_000)
        self.copter = SimulatedVehicle(1, AKTAU, self.clock)
        self.up = LossyChannel(loss, doubling, reordering, seed)
        self.down = LossyChannel(loss, doubling, reordering, seed + 1)

    def converse(self, exchange: Exchange[Any], at_most_s: float = 300.0) -> Any:
        """Drive an exchange to its outcome."""
        self._send(exchange.opening())
        silent_since_s, seen = self.clock.boot_s, exchange.activity
        end_s = self.clock.boot_s + at_most_s
        while exchange.outcome is None and self.clock.boot_s < end_s:
            for message in self.step():
                self._send(exchange.on_message(message))
            if exchange.activity != seen:
                silent_since_s, seen = self.clock.boot_s, exchange.activity
            elif self.clock.boot_s - silent_since_s >= exchange.timeout_s:
                self._send(exchange.on_silence())
                silent_since_s = self.clock.boot_s
        return exchange.outcome

    def step(self) -> list[Any]:
        """One step of the simulation; what reaches the station in it."""
        self.clock.advance()
        for message in self.up.due(self.clock.boot_s):
            for reply in self.copter.on_message(message):
                self._down(reply)
        for message in self.copter.step():
            if message.get_type().startswith(("MISSION_", "COMMAND_")):
                self._down(message)
        return self.down.due(self.clock.boot_s)

    def _send(self, messages: list[Any]) -> None:
        for message in messages:
            message._header.srcSystem, message._header.srcComponent = STATION.system_id, STATION.component_id
            self.up.put(message, self.clock.boot_s)

    def _down(self, message: Any) -> None:
        message._header.srcSystem, message._header.srcComponent = VEHICLE.system_id, VEHICLE.component_id
        self.down.put(message, self.clock.boot_s)
