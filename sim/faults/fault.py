"""What a fault is: something that lies between two healthy parts of a vehicle and changes what passes.

A fault class overrides the seams it acts on and leaves the others alone. Its dataclass fields are its parameters, with units in their
names; what it must remember while it is active it sets in `begin`. The same class is reached by `--fault`, by scenario files and,
where ArduPilot has a `SIM_…` parameter for it, by that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, ClassVar

from sim.airframes import BodyState, Command
from sim.vector import Vector

if TYPE_CHECKING:
    from sim.battery import Battery
    from sim.sensors import Sample

UP, DOWN = "up", "down"  # to the vehicle, from the vehicle


@dataclass(slots=True)
class Fault:
    """A fault that touches nothing: the base of all."""

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""

    def begin(self, now_s: float, random: Random) -> None:
        """The fault begins at this instant of the simulated clock; `random` is its own."""

    def at_motors(self, command: Command, state: BodyState) -> Command:
        """What reaches the motors of what the autopilot commands."""
        return command

    def at_body(self, state: BodyState, dt_s: float) -> BodyState:
        """What happens to the body besides what its motors do."""
        return state

    def in_air(self, wind: Vector, now_s: float) -> Vector:
        """The wind around the vehicle, m/s."""
        return wind

    def at_battery(self, battery: "Battery") -> "Battery":
        return battery

    def at_sensors(self, sample: "Sample", now_s: float, dt_s: float) -> "Sample":
        """What the sensors say of what they should say."""
        return sample

    def at_radio_control(self) -> bool:
        """Whether the pilot's radio is heard."""
        return True

    def at_camera(self) -> bool:
        """Whether the camera gives pictures."""
        return True

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        """When a frame that enters the link at `at_s` comes out of it: never, once or several times."""
        return (at_s,)


@dataclass(slots=True)
class RandomLinkFault(Fault):
    """Of a link, in one direction (`up`, `down`) or `both`, by chance. `link`: which of the vehicle's links, 0 all."""

    direction: str = "both"
    link: float = 0.0
    _random: Random = field(default_factory=Random, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._random = random

    def spares(self, direction: str) -> bool:
        return self.direction not in ("both", direction)


SEAMS: tuple[str, ...] = ("at_motors", "at_body", "in_air", "at_battery", "at_sensors", "at_radio_control", "at_camera", "on_link")


def touches(fault: Fault, seam: str) -> bool:
    """Whether the fault acts on this seam."""
    method: Callable[..., object] = getattr(type(fault), seam)
    return method is not getattr(Fault, seam)
