"""What is asked of a SITL fleet, and what one running instance of it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo.primitives import LocalFrame, LonLat, SettingsError
from sim.wind import MeanWind

SPACING_M = 6.0  # as our own fleet stands


@dataclass(frozen=True, slots=True)
class SitlRequest:
    """The same words as `sim fleet`: where `count` vehicles stand, in what wind, with which parameters.

    `home_amsl_m` is the ground's altitude above mean sea level; `out` is the HOST:PORT a station listens on (UDP).
    Each instance has ports of its own; `first_instance` leaves those of vehicles that already run alone.
    """

    count: int
    vehicle_type: str
    home: LonLat
    home_amsl_m: float
    directory: Path
    out: tuple[str, int] = ("127.0.0.1", 14550)
    speedup: float = 1.0
    wind: MeanWind = field(default_factory=MeanWind)
    parameters: Mapping[str, float] = field(default_factory=dict)
    first_instance: int = 0

    def home_of(self, index: int) -> LonLat:
        """Vehicles stand in a row eastwards."""
        return self.home if index == 0 else LocalFrame(self.home).place(SPACING_M * index, 0.0)


@dataclass(frozen=True, slots=True)
class SitlInstance:
    """One vehicle: the program to run, where, and the link a station hears it on. `files` are written into `directory` before it starts."""

    system_id: int
    argv: tuple[str, ...]
    directory: Path
    link: str
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def not_found(option: str, path: Path, looked_for: str, how: str) -> SettingsError:
    """The one line for a program that is not where it was said to be."""
    return SettingsError(f"{option} {path} holds no {looked_for}.", code="sim.sitl", hint=how)


def not_simulated(option: str, vehicle_type: str, known: Mapping[str, object]) -> SettingsError:
    return SettingsError(
        f"--type {vehicle_type} cannot be started with {option}.", code="sim.sitl", hint=f"Choose one of {', '.join(known)}."
    )
