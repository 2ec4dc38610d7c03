"""Standard modes and who the autopilot is: AVAILABLE_MODES, CURRENT_MODE, AVAILABLE_MODES_MONITOR, AUTOPILOT_VERSION.

Source: MAVLink standard modes protocol; the modes are the firmware's own.
"""

from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import AvailableModes, AvailableModesMonitor, CurrentMode
from sim.services.host import Host
from sim.services.service import ACCEPTED, Builder, CommandHandler, NumberedBuilder, Service

NOT_USER_SELECTABLE = 2  # MAV_MODE_PROPERTY_NOT_USER_SELECTABLE
NAME_BYTES = 35


class Modes(Service):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._modes = list(host.autopilot.firmware.modes.values())

    @property
    def numbered(self) -> Mapping[int, NumberedBuilder]:
        return {AvailableModes.id: self._available}

    @property
    def messages(self) -> Mapping[int, Builder]:
        current: dict[int, Builder] = {CurrentMode.id: self._current} if self._host.habits.tells_current_mode else {}
        return {
            **current,
            AvailableModes.id: lambda: self._mode(1),
            AvailableModesMonitor.id: lambda: AvailableModesMonitor(0),
            mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION: self._version,
        }

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda _: (ACCEPTED, [self._version()])}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {CurrentMode.id: 0.5} if self._host.speaks_unasked and self._host.habits.tells_current_mode else {}

    def _available(self, number: int) -> list[Any]:
        """All of them for 0, else the one of this number, counted from 1."""
        if number == 0:
            return [self._mode(one) for one in range(1, len(self._modes) + 1)]
        return [self._mode(number)] if 1 <= number <= len(self._modes) else []

    def _mode(self, number: int) -> Any:
        mode = self._modes[number - 1]
        properties = 0 if mode.selectable else NOT_USER_SELECTABLE
        name = mode.label.encode()[:NAME_BYTES]
        return AvailableModes(len(self._modes), number, int(mode.standard), int(mode.number), properties, name)

    def _current(self) -> Any:
        mode = self._host.autopilot.flight_mode
        return CurrentMode(int(mode.standard), int(mode.number), int(mode.number))

    def _version(self) -> Any:
        identity = self._host.autopilot.firmware.identity
        nothing = [0] * 8
        return mavlink.MAVLink_autopilot_version_message(
            self._host.habits.capabilities,
            identity.flight_version,
            identity.middleware_version,
            identity.os_version,
            identity.board_version,
            nothing,
            nothing,
            nothing,
            identity.vendor_id,
            identity.product_id,
            self._host.system_id,
        )
