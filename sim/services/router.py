"""Dispatch: which service hears a message, and in whose name the answer leaves.

A message for another system gets silence. One for a component on board goes to that component's services, one for all (0, or without
a target) to every component. What happens to a message for a component nobody has is the autopilot's habit.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sim.notices import Notice, Ordered
from sim.services.command_service import CommandService
from sim.services.high_latency import HighLatency
from sim.services.host import Host
from sim.services.intervals import Intervals
from sim.services.service import AUTOPILOT, Command, Service
from sim.wire import sent_by

COMMANDS = frozenset({"COMMAND_LONG", "COMMAND_INT", "COMMAND_CANCEL"})
# Not acknowledged, or answered by a state that stays: a station that is not in control is simply not heard.
CHANGING = frozenset({"SET_MODE", "PARAM_SET", "MISSION_COUNT", "MISSION_CLEAR_ALL", "MISSION_WRITE_PARTIAL_LIST", "MISSION_SET_CURRENT"})


class ServiceRouter:
    """All services of one vehicle. `intervals` of the autopilot hold what it sends by itself."""

    def __init__(self, host: Host, services: Sequence[Service], boot_ms: int) -> None:
        self._host = host
        self._system_id = host.system_id
        self._habits = host.habits
        by_component = sorted(services, key=lambda service: service.component_id)
        self.services: list[Service] = []
        for component_id, group in groupby(by_component, key=lambda service: service.component_id):
            members = list(group)
            intervals = Intervals(component_id, members, host, boot_ms)
            self.services += [*members, intervals, CommandService(component_id, [*members, intervals], host)]
        self._components = {service.component_id for service in self.services}
        self._routes: dict[str, list[Service]] = {}
        for service in self.services:
            for kind in service.handles:
                self._routes.setdefault(kind, []).append(service)
        self._timed = [service for service in self.services if type(service).on_time is not Service.on_time]
        self._hearing = [service for service in self.services if type(service).on_notice is not Service.on_notice]

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if wire.get_srcSystem() == self._system_id and wire.get_srcComponent() in self._components:
            return []  # its own words, sent back by a router
        if getattr(wire, "target_system", 0) not in (0, self._system_id):
            return []
        target = getattr(wire, "target_component", 0)
        if target not in self._components and target != 0:
            if not self._habits.answers_other_components:
                return []
            target = AUTOPILOT
        kind = wire.get_type()
        if self._host.high_latency and kind not in COMMANDS:
            return []
        if self._host.controller not in (None, wire.get_srcSystem()) and kind in CHANGING:
            return []
        out: list[Any] = []
        for service in self._routes.get(kind, ()):
            if target in (0, service.component_id):
                out += _named(service, service.on_message(wire, now_s))
        return out

    def on_time(self, now_s: float) -> list[Any]:
        out: list[Any] = []
        for service in self._timed:
            sent = service.on_time(now_s)
            if sent and (not self._host.high_latency or isinstance(service, (HighLatency, CommandService))):
                out += _named(service, sent)
        return out

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        if isinstance(notice, Ordered):
            self._carry_out(notice)
            return []
        told = [message for service in self._hearing for message in _named(service, service.on_notice(notice, now_s))]
        return [] if self._host.high_latency else told

    def _carry_out(self, order: Ordered) -> None:
        """An order of the mission goes to whoever on board has the command; nobody acknowledges it."""
        command = Command(order.command, order.parameters, order.place, (self._system_id, AUTOPILOT))
        for service in self.services:
            handler = service.commands.get(order.command)
            if handler is not None:
                handler(command)


def _named(service: Service, messages: list[Any]) -> list[Any]:
    if service.component_id == AUTOPILOT:
        return messages
    return [sent_by(service.component_id, message) for message in messages]
