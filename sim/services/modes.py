"""Standard modes: AVAILABLE_MODES (one by number, or all), CURRENT_MODE, AVAILABLE_MODES_MONITOR. Source: MAVLink standard modes."""

from collections.abc import Mapping
from typing import Any

from sim.dialect import AvailableModes, AvailableModesMonitor, CurrentMode
from sim.flight_modes import FlightMode
from sim.services.host import Host
from sim.services.service import Builder, NumberedBuilder, Service

NOT_USER_SELECTABLE = 2  # MAV_MODE_PROPERTY


class Modes(Service):
    def __init__(self, host: Host) -> None:
        self._pilot = host.autopilot
        self._modes: list[FlightMode] = list(self._pilot.firmware.modes.values())

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {
            CurrentMode.id: self._current,
            AvailableModesMonitor.id: lambda: AvailableModesMonitor(0),
        }

    @property
    def numbered(self) -> Mapping[int, NumberedBuilder]:
        return {AvailableModes.id: self._available}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {CurrentMode.id: 0.5, AvailableModesMonitor.id: 0.3}

    def _current(self) -> Any:
        mode = self._pilot.firmware.modes[int(self._pilot.mode)]
        return CurrentMode(int(mode.standard), int(mode.number), int(mode.number))

    def _available(self, number: int) -> list[Any]:
        """Modes count from 1; 0 asks for all."""
        wanted = range(1, len(self._modes) + 1) if number == 0 else [number]
        return [self._message(index) for index in wanted if 1 <= index <= len(self._modes)]

    def _message(self, index: int) -> Any:
        mode = self._modes[index - 1]
        properties = 0 if mode.selectable else NOT_USER_SELECTABLE
        return AvailableModes(len(self._modes), index, int(mode.standard), int(mode.number), properties, mode.label.encode()[:35])
