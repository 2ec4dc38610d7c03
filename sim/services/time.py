"""Clocks and round trips: TIMESYNC, PING."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import Service


class Time(Service):
    handles = frozenset({"TIMESYNC", "PING"})

    def __init__(self, host: Host) -> None:
        self._host = host

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        clock = self._host.clock
        if wire.get_type() == "TIMESYNC":
            return [mavlink.MAVLink_timesync_message(clock.boot_ms * 1_000_000, wire.ts1)] if wire.tc1 == 0 else []
        if wire.target_system != 0:
            return []  # an answer to somebody's ping
        return [mavlink.MAVLink_ping_message(clock.unix_us, wire.seq, wire.get_srcSystem(), wire.get_srcComponent())]
