"""What an autopilot announces once. The wire turns each into its message."""

from dataclasses import dataclass

from sim.vector import Vector


@dataclass(frozen=True, slots=True)
class Text:
    """STATUSTEXT. `severity` is MAV_SEVERITY: 2 critical, 3 error, 4 warning, 6 info."""

    text: str
    severity: int = 6


@dataclass(frozen=True, slots=True)
class ItemReached:
    index: int


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    number: int
    position: Vector


@dataclass(frozen=True, slots=True)
class HomeSet:
    position: Vector


@dataclass(frozen=True, slots=True)
class Ordered:
    """A mission item for the camera or the gimbal. `place` is x, y (degrees times 1e7) and the frame."""

    command: int
    parameters: tuple[float, ...]
    place: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """The flight mode is another one from now on."""


Notice = Ordered | ModeChanged | Text | ItemReached | PhotoTaken | HomeSet
