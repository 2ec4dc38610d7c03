"""Clocks and round trips: TIMESYNC (version 2: the reply may name who asked) and PING (the reply carries the request's own time)."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import TimeSync
from sim.services.host import Host
from sim.services.service import Service


class Time(Service):
    handles = frozenset({"TIMESYNC", "PING"})

    def __init__(self, host: Host) -> None:
        self._host = host

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        clock, habits = self._host.clock, self._host.habits
        if wire.get_type() == "TIMESYNC":
            asker = _sender(wire) if habits.timesync_to_asker else (0, 0)
            return [TimeSync(clock.boot_ms * 1_000_000, wire.ts1, *asker)] if wire.tc1 == 0 else []
        if wire.target_system != 0 or not habits.answers_ping:
            return []  # an answer to somebody's ping, or nobody's business
        return [mavlink.MAVLink_ping_message(wire.time_usec, wire.seq, *_sender(wire))]


def _sender(wire: Any) -> tuple[int, int]:
    return wire.get_srcSystem(), wire.get_srcComponent()
