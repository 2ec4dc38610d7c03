"""Which messages a component sends by itself and how often, and the ones it is asked for once.

SET_MESSAGE_INTERVAL (p2 microseconds, -1 off, 0 default), GET_MESSAGE_INTERVAL, REQUEST_MESSAGE, and ArduPilot's REQUEST_DATA_STREAM,
which writes the stream parameters (MAV1_*, earlier SR0_*); those are obeyed in flight.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import ACCEPTED, AUTOPILOT, DENIED, FAILED, Builder, Command, CommandHandler, NumberedBuilder, Outcome, Service
from sim.streams import Streams

MOST_ADDRESS = 2  # p7 of these commands: 0 the stream's default target, 1 the requester, 2 everybody


class Intervals(Service):
    """Streams of one component, and its answers about them."""

    handles = frozenset({"REQUEST_DATA_STREAM"})

    def __init__(self, component_id: int, services: Sequence[Service], host: Host, boot_ms: int) -> None:
        self.component_id = component_id
        self._host = host
        self._builders: dict[int, Builder] = {}
        self._numbered: dict[int, NumberedBuilder] = {}
        rates: dict[int, float] = {}
        for service in services:
            self._builders.update(service.messages)
            self._numbered.update(service.numbered)
            rates.update(service.rates_hz)
        self.streams = Streams(rates, boot_ms)
        self._now_ms = boot_ms
        self._revision = host.parameters.revision
        self._asked_hz = self._parameter_rates()

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {
            mavlink.MAV_CMD_REQUEST_MESSAGE: self._request,
            mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: self._set,
            mavlink.MAV_CMD_GET_MESSAGE_INTERVAL: self._get,
        }

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if self.component_id == AUTOPILOT:
            hz = float(wire.req_message_rate) if wire.start_stop else 0.0
            kept = self._host.autopilot.firmware.keep_stream_request(self._host.parameters, wire.req_stream_id, hz)
            self._asked_hz = self._parameter_rates()
            for number in kept.keys() & self._builders.keys():
                self.streams.set_hz(number, hz, self._now_ms)
        return []

    def _parameter_rates(self) -> dict[int, float]:
        """What the stream parameters ask the autopilot for."""
        if self.component_id != AUTOPILOT:
            return {}
        wanted = self._host.autopilot.firmware.stream_rates_hz(self._host.parameters)
        return {number: hz for number, hz in wanted.items() if number in self._builders}

    def _heed_parameters(self) -> None:
        """Rates changed by parameter have effect at once; a message whose parameter stays keeps the interval it was given."""
        self._revision = self._host.parameters.revision
        before, self._asked_hz = self._asked_hz, self._parameter_rates()
        for number in before.keys() | self._asked_hz.keys():
            hz = self._asked_hz.get(number, 0.0)
            if hz != before.get(number, 0.0):
                self.streams.set_hz(number, hz, self._now_ms)

    def on_time(self, now_s: float) -> list[Any]:
        self._now_ms = round(now_s * 1000.0)
        if self._host.parameters.revision != self._revision and self.component_id == AUTOPILOT:
            self._heed_parameters()
        due = self.streams.due(self._now_ms)
        return [wire for number in due for wire in _several(self._builders[number]())]

    def _request(self, command: Command) -> Outcome:
        number = int(command.parameters[0])
        if number == mavlink.MAVLINK_MSG_ID_MESSAGE_INTERVAL:
            return ACCEPTED, [self._interval(int(command.parameters[1]))]
        if number in self._numbered:
            wanted = _several(self._numbered[number](int(command.parameters[1])))
        else:
            build = self._builders.get(number)
            wanted = [] if build is None else _several(build())
        return (ACCEPTED, wanted) if wanted else FAILED

    def _set(self, command: Command) -> Outcome:
        number, interval_us = int(command.parameters[0]), command.parameters[1]
        if number not in self._builders:
            return FAILED
        if command.parameters[6] < 0 or command.parameters[6] > MOST_ADDRESS:
            return DENIED
        if interval_us == 0.0:
            self.streams.set_default(number, self._now_ms)
        else:
            self.streams.set_hz(number, 0.0 if interval_us < 0 else 1e6 / interval_us, self._now_ms)
        return ACCEPTED

    def _get(self, command: Command) -> Outcome:
        return ACCEPTED, [self._interval(int(command.parameters[0]))]

    def _interval(self, number: int) -> Any:
        """MESSAGE_INTERVAL's words: -1 off, 0 unknown message."""
        interval_us = self.streams.interval_us(number) if number in self._builders else 0
        return mavlink.MAVLink_message_interval_message(number, interval_us)


def _several(built: Any) -> list[Any]:
    """What a builder gave as a list: a message, several, or none."""
    return built if isinstance(built, list) else [] if built is None else [built]
