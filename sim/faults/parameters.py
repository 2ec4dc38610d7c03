"""ArduPilot's `SIM_…` parameters: each turns its fault on and off. The parameter tables list the names and defaults.

Earlier names (`SIM_GPS_GLITCH_X` …) are aliases in the tables. What was changed is found by comparing, so it does not matter who wrote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.faults.board import FaultBoard
from sim.faults.catalogue import FaultSpec

METRES_PER_DEGREE = 111_319.5
SERIAL_BAUD = 57600.0  # what SIM_BAUDLIMIT_EN limits a telemetry port to


@dataclass(frozen=True, slots=True)
class _Switch:
    """The parameters of one fault, their harmless values, and the fault they describe; None when they describe none."""

    fault: str
    harmless: Mapping[str, float]
    describe: Callable[[Mapping[str, float]], dict[str, float | str] | None]


def _when(name: str, harmless: float = 0.0) -> Callable[[Mapping[str, float]], dict[str, float | str] | None]:
    return lambda values: None if values[name] == harmless else {}


def _glitch(values: Mapping[str, float]) -> dict[str, float | str] | None:
    north, east, up = (values[f"SIM_GPS1_GLTCH_{axis}"] for axis in "XYZ")
    if north == east == up == 0.0:
        return None
    # Degrees of latitude and longitude in ArduPilot; a degree of longitude is taken as long as one of latitude.
    return {"north_m": north * METRES_PER_DEGREE, "east_m": east * METRES_PER_DEGREE, "up_m": up}


_SWITCHES: tuple[_Switch, ...] = (
    _Switch("rc_loss", {"SIM_RC_FAIL": 0}, _when("SIM_RC_FAIL")),
    _Switch("gps_off", {"SIM_GPS1_ENABLE": 1}, _when("SIM_GPS1_ENABLE", 1.0)),
    _Switch("gps_jam", {"SIM_GPS1_JAM": 0}, _when("SIM_GPS1_JAM")),
    _Switch("gps_glitch", {f"SIM_GPS1_GLTCH_{axis}": 0 for axis in "XYZ"}, _glitch),
    _Switch(
        "engine_fail",
        {"SIM_ENGINE_FAIL": 0, "SIM_ENGINE_MUL": 1},
        lambda values: {} if values["SIM_ENGINE_FAIL"] != 0 and values["SIM_ENGINE_MUL"] < 0.5 else None,
    ),
    _Switch("compass_freeze", {"SIM_MAG1_FAIL": 0}, _when("SIM_MAG1_FAIL")),
    _Switch("barometer_freeze", {"SIM_BARO_FREEZE": 0}, _when("SIM_BARO_FREEZE")),
    _Switch("attitude_freeze", {"SIM_GYR_FAIL_MSK": 0}, _when("SIM_GYR_FAIL_MSK")),
    _Switch(
        "link_loss", {"SIM_UART_LOSS": 0}, lambda values: {"percent": values["SIM_UART_LOSS"]} if values["SIM_UART_LOSS"] > 0 else None
    ),
    _Switch("link_bandwidth", {"SIM_BAUDLIMIT_EN": 0}, lambda values: {"bits_per_s": SERIAL_BAUD} if values["SIM_BAUDLIMIT_EN"] else None),
)
FAULT_PARAMETERS: dict[str, float] = {name: float(value) for switch in _SWITCHES for name, value in switch.harmless.items()}


class FaultSwitches:
    """Watches a vehicle's parameters and plans their faults on its board."""

    def __init__(self, board: FaultBoard) -> None:
        self._board = board
        self._seen = dict(FAULT_PARAMETERS)

    def heed(self, value_of: Callable[[str], float | None], now_s: float) -> None:
        """Compare with what was seen last. Unknown names keep their harmless values."""
        now = {name: seen if (value := value_of(name)) is None else value for name, seen in self._seen.items()}
        if now == self._seen:
            return
        for switch in _SWITCHES:
            if all(now[name] == self._seen[name] for name in switch.harmless):
                continue
            described = switch.describe(now)
            if switch.describe(self._seen) is not None:
                self._board.remove(switch.fault)
            if described is not None:
                self._board.add(FaultSpec(switch.fault, described, now_s))
        self._seen = now
