"""What stands on a dock's pad: a simulated vehicle, or an imagined one where a dock is simulated alone."""

from dataclasses import dataclass
from math import hypot
from typing import Protocol

from sim.vehicle import SimulatedVehicle

CATCHES_WITHIN_M = 1.5  # the funnel of the pad: what lands further out stands beside it


class Bay(Protocol):
    """`present`: something stands on the contacts. `charge` is that of its battery, 0..1."""

    @property
    def present(self) -> bool: ...

    @property
    def charge(self) -> float: ...

    def fill(self, share: float) -> None:
        """Put this share of a full battery into it."""


@dataclass(slots=True)
class ParkedVehicle:
    present: bool = True
    charge: float = 0.6

    def fill(self, share: float) -> None:
        self.charge = min(1.0, self.charge + share)


class VehicleBay:
    """The pad below the place a simulated vehicle booted at."""

    def __init__(self, vehicle: SimulatedVehicle) -> None:
        self._vehicle = vehicle

    @property
    def present(self) -> bool:
        truth = self._vehicle.truth
        return truth.on_ground and hypot(truth.position.east, truth.position.north) <= CATCHES_WITHIN_M

    @property
    def charge(self) -> float:
        return self._vehicle.battery.charge

    def fill(self, share: float) -> None:
        self._vehicle.fill_battery(share)
