"""The autopilot's own telemetry and the commands that fly it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.commands import CommandDesk
from sim.notices import ModeChanged, Notice
from sim.services.host import Host
from sim.services.service import Builder, CommandHandler, Service
from sim.telemetry import BUILDERS, message


class Flight(Service):
    """COMMAND_LONG/INT that fly, the legacy SET_MODE and position targets."""

    handles = frozenset({"HEARTBEAT", "SET_MODE", "SET_POSITION_TARGET_GLOBAL_INT", "SET_POSITION_TARGET_LOCAL_NED"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._desk = CommandDesk(host.of, host.say)

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return self._desk.table

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {number: partial(message, self._host.of, number) for number in BUILDERS}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        wanted = self._host.autopilot.firmware.stream_rates_hz(self._host.parameters)
        return {number: hz for number, hz in wanted.items() if number in BUILDERS}

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        """A heartbeat at once where the mode is another, between those of every second."""
        if not isinstance(notice, ModeChanged):
            return []
        return [message(self._host.of, int(mavlink.MAVLINK_MSG_ID_HEARTBEAT))]

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        match wire.get_type():
            case "HEARTBEAT" if wire.type == mavlink.MAV_TYPE_GCS:
                self._host.autopilot.hear_station(wire.get_srcSystem())
            case "SET_MODE":
                self._desk.select_mode(wire.custom_mode)
            case "SET_POSITION_TARGET_GLOBAL_INT" | "SET_POSITION_TARGET_LOCAL_NED":
                self._desk.position_target(wire)
        return []
