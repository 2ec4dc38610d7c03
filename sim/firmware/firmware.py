"""What a firmware decides: everything that differs between ArduCopter, ArduPlane and PX4 is behind this face and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.flight_modes import FlightMode, ModeTable
from sim.mission_run import MissionManner
from sim.parameters import ParameterTable
from sim.piloting import Piloting
from sim.tuning import Tuning

if TYPE_CHECKING:
    from sim.autopilot import Autopilot


@dataclass(frozen=True, slots=True)
class Identity:
    """HEARTBEAT's and AUTOPILOT_VERSION's constants. `flight_version` is major, minor, patch and type (255 official), a byte each."""

    name: str
    autopilot: int
    vehicle_type: int
    flight_version: int
    greeting: str
    middleware_version: int = 0
    os_version: int = 0
    board_version: int = 0
    vendor_id: int = 0
    product_id: int = 0

    @property
    def release(self) -> str:
        """Name and version, as in a log's first line."""
        major, minor, patch = (self.flight_version >> shift & 0xFF for shift in (24, 16, 8))
        return f"{self.name} V{major}.{minor}.{patch}"


@dataclass(frozen=True, slots=True)
class Words:
    """What the firmware says on events every firmware has. `{why}` in `disarmed` is the reason; `arm_denied` follows the reasons."""

    arm_refused: str
    prearm: str
    armed: str
    disarmed: str
    position_known: str
    arm_denied: str = ""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    base_mode: int
    custom_mode: int
    system_status: int


class Monitor(Protocol):
    """A failsafe: watches ten times a second, or each `period_s` where it has one, and acts on the autopilot when its time has come."""

    def update(self, now_s: float) -> None: ...


CommandTable = Mapping[int, Callable[[Any], int]]


class Firmware(Protocol):
    """One autopilot software on one type of vehicle. Holds constants only; vehicles may share one."""

    @property
    def identity(self) -> Identity: ...

    @property
    def words(self) -> Words: ...

    @property
    def modes(self) -> ModeTable: ...

    @property
    def start_mode(self) -> FlightMode: ...

    @property
    def manner(self) -> MissionManner: ...

    @property
    def position_kept_s(self) -> float:
        """How long the filter carries the place on without satellites before it says that it has none."""
        ...

    @property
    def clears_flown_mission(self) -> bool:
        """Whether the mission may be cleared while it is flown."""
        ...

    @property
    def mission_starts_by_mode(self) -> bool:
        """Whether an armed vehicle on the ground sets off as soon as the mission's mode is chosen, without MISSION_START."""
        ...

    def parameters(self, system_id: int, overrides: Mapping[str, float] | None = None) -> ParameterTable: ...

    def tuning(self, parameters: ParameterTable) -> Tuning: ...

    def piloting(self, parameters: ParameterTable) -> Piloting: ...

    def monitors(self, pilot: "Autopilot") -> list[Monitor]: ...

    def arming_obstacles(self, pilot: "Autopilot") -> list[str]:
        """Why the vehicle may not arm now, in the firmware's words, the most urgent first; empty when it may."""
        ...

    def mode_refusal(self, pilot: "Autopilot", mode: FlightMode) -> str | None:
        """Why this mode may not be entered now; None when it may."""
        ...

    def took_off(self, pilot: "Autopilot") -> None:
        """A take-off outside a mission has reached its height."""
        ...

    def disarmed(self, pilot: "Autopilot") -> None:
        """The motors have just stopped."""
        ...

    def heartbeat(self, pilot: "Autopilot") -> Heartbeat: ...

    def sensors(self, pilot: "Autopilot") -> tuple[int, int, int]:
        """SYS_STATUS's present, enabled and healthy bits."""
        ...

    def stream_rates_hz(self, parameters: ParameterTable) -> Mapping[int, float]:
        """Messages sent without being asked, by id."""
        ...

    def keep_stream_request(self, parameters: ParameterTable, number: int, hz: float) -> Mapping[int, float]:
        """REQUEST_DATA_STREAM, kept in the parameters: the messages and rates it means; none for a firmware that does not know it."""
        ...

    def commands(self, pilot: "Autopilot") -> CommandTable:
        """Commands the autopilot carries out itself, by MAV_CMD number; each gives a MAV_RESULT."""
        ...
