"""What a firmware decides: everything that differs between ArduCopter, ArduPlane and PX4 is behind this face and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.firmware.flight_modes import FlightMode, ModeTable
from sim.parameters import ParameterTable

if TYPE_CHECKING:
    from sim.autopilot import Autopilot
    from sim.commands import CommandContext
    from sim.maneuvers import Piloting, Tuning


@dataclass(frozen=True, slots=True)
class Identity:
    """HEARTBEAT's and AUTOPILOT_VERSION's constants. `flight_version` is major, minor, patch, type as one number."""

    name: str
    autopilot: int
    vehicle_type: int
    flight_version: int
    capabilities: int
    greeting: str
    middleware_version: int = 0
    os_version: int = 0
    vendor_id: int = 0
    product_id: int = 0
    git_hash: bytes = b"\0" * 8


@dataclass(frozen=True, slots=True)
class MissionHabits:
    """How a firmware keeps missions and speaks the mission protocol.

    `home_is_item_0`: the first item is the home position, whatever was sent there. `atomic_upload`: the old plan stays in force until
    the last item came. `asks_int`: asks for items with MISSION_REQUEST_INT instead of the deprecated MISSION_REQUEST.
    `rewrites_frames`: reads back the plain spelling of a frame and frame 0 for items without a place.
    """

    home_is_item_0: bool
    atomic_upload: bool
    asks_int: bool
    rewrites_frames: bool
    ask_again_s: float
    give_up_s: float
    capacity: int
    refused_item_ends_upload: bool
    clear_while_flying_it: bool


@dataclass(frozen=True, slots=True)
class Heartbeat:
    base_mode: int
    custom_mode: int
    system_status: int


class Monitor(Protocol):
    """A failsafe: watches, and acts on the autopilot when its time has come."""

    def update(self, now_s: float) -> None: ...


class Firmware(Protocol):
    """One autopilot software on one type of vehicle."""

    @property
    def identity(self) -> Identity: ...

    @property
    def modes(self) -> ModeTable: ...

    @property
    def start_mode(self) -> FlightMode: ...

    @property
    def missions(self) -> MissionHabits: ...

    @property
    def bytewise_parameters(self) -> bool:
        """Integer parameters travel as their bytes (PX4) instead of as a number (ArduPilot)."""
        ...

    def parameters(self, system_id: int, overrides: Mapping[str, float] | None = None) -> ParameterTable: ...

    def tuning(self, parameters: ParameterTable) -> "Tuning": ...

    def piloting(self, parameters: ParameterTable) -> "Piloting": ...

    def monitors(self, pilot: "Autopilot") -> list[Monitor]: ...

    def arming_obstacles(self, pilot: "Autopilot") -> list[str]:
        """Why the vehicle may not arm now, in the firmware's words, the most urgent first; empty when it may."""
        ...

    def heartbeat(self, pilot: "Autopilot") -> Heartbeat: ...

    def stream_rates_hz(self, parameters: ParameterTable) -> Mapping[int, float]:
        """Messages sent without being asked, by id."""
        ...

    def commands(self, context: "CommandContext") -> Mapping[int, Callable[[Any], Any]]:
        """Commands carried out by the autopilot itself, by MAV_CMD number."""
        ...
