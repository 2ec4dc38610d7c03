"""A second, smaller pack for what is carried, beside the one that flies: BATTERY_STATUS of each, by BATT2_MONITOR or BAT2_SOURCE.

SYS_STATUS goes on telling of the first. Voltages and currents follow the rest curve of `battery`.
"""

from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.battery import CELLS, rest_voltage_v
from sim.services.host import Host
from sim.services.service import Builder, Service
from sim.telemetry import message

STANDING_A, FLYING_A = 0.4, 1.5
RESISTANCE_OHM = 0.04
DEFAULT_MAH = 3300.0


class SecondBattery(Service):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._used_mah = 0.0
        self._current_a = STANDING_A
        self._now_s = 0.0

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_BATTERY_STATUS: self._both}

    def on_time(self, now_s: float) -> list[Any]:
        step_s, self._now_s = now_s - self._now_s, now_s
        if self._fitted:
            self._current_a = FLYING_A if self._host.autopilot.armed else STANDING_A
            self._used_mah = min(self._capacity_mah, self._used_mah + self._current_a * step_s / 3.6)
        return []

    @property
    def _fitted(self) -> bool:
        parameters = self._host.parameters
        return parameters.get("BATT2_MONITOR") > 0 or parameters.get("BAT2_SOURCE", -1.0) >= 0

    @property
    def _capacity_mah(self) -> float:
        parameters = self._host.parameters
        told = parameters.get("BATT2_CAPACITY", parameters.get("BAT2_CAPACITY"))
        return told if told > 0 else DEFAULT_MAH

    def _both(self) -> list[Any]:
        first: Any = message(self._host.of, mavlink.MAVLINK_MSG_ID_BATTERY_STATUS)
        return [first, self._second()] if self._fitted else [first]

    def _second(self) -> Any:
        charge = 1.0 - self._used_mah / self._capacity_mah
        cell_mv = round((rest_voltage_v(charge) - self._current_a * RESISTANCE_OHM) / CELLS * 1000)
        return mavlink.MAVLink_battery_status_message(
            1,
            mavlink.MAV_BATTERY_FUNCTION_PAYLOAD,
            mavlink.MAV_BATTERY_TYPE_LIPO,
            32767,
            [cell_mv] * CELLS + [65535] * (10 - CELLS),
            round(self._current_a * 100),
            round(self._used_mah),
            -1,
            round(charge * 100),
        )
