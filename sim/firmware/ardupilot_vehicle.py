"""What every ArduPilot vehicle does alike, whatever it flies on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.firmware import ardupilot, ardupilot_arming
from sim.parameters import ParameterTable

if TYPE_CHECKING:
    from sim.autopilot import Autopilot


class ArduPilotVehicle:
    """The common part of the profiles."""

    def arming_obstacles(self, pilot: "Autopilot") -> list[str]:
        return ardupilot_arming.obstacles(pilot)

    def took_off(self, pilot: "Autopilot") -> None:
        pilot.helm.hold()

    def sensors(self, pilot: "Autopilot") -> tuple[int, int, int]:
        return ardupilot.sensors(pilot)

    def stream_rates_hz(self, parameters: ParameterTable) -> Mapping[int, float]:
        return ardupilot.stream_rates_hz(parameters)

    def keep_stream_request(self, parameters: ParameterTable, number: int, hz: float) -> Mapping[int, float]:
        return ardupilot.keep_stream_request(parameters, number, hz)
