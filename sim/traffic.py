"""Where the cars of a scenario are at an instant: a function of time alone, so that picture and truth cannot drift apart."""

from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from sim.painter import Placed
from sim.scenario import Building, Car
from sim.solids import Solid, building, car, colour_of


@dataclass(frozen=True, slots=True)
class _Route:
    points_m: NDArray[np.float64]
    reached_m: NDArray[np.float64]

    def at(self, distance_m: float) -> tuple[float, float, float]:
        """East, north and heading after a distance along the route, which starts anew at its end."""
        distance_m %= float(self.reached_m[-1])
        index = int(np.searchsorted(self.reached_m, distance_m, side="right")) - 1
        index = min(index, len(self.points_m) - 2)
        start, end = self.points_m[index], self.points_m[index + 1]
        share = (distance_m - self.reached_m[index]) / max(1e-9, self.reached_m[index + 1] - self.reached_m[index])
        place = start + (end - start) * share
        return float(place[0]), float(place[1]), degrees(atan2(end[0] - start[0], end[1] - start[1])) % 360.0


class Traffic:
    """All cars of a scenario in one local frame."""

    def __init__(self, cars: list[Car], frame: LocalFrame) -> None:
        self._standing: list[Placed] = []
        self._driving: list[tuple[Car, Solid, _Route]] = []
        for one in cars:
            solid = car(one.model, colour_of(one.colour))
            if one.lonlat is not None:
                east, north = frame.to_en_m([one.lonlat])[0]
                self._standing.append(Placed(solid, float(east), float(north), one.heading_deg))
            elif one.path is not None:
                points = frame.to_en_m(one.path)
                lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
                self._driving.append((one, solid, _Route(points, np.concatenate([[0.0], np.cumsum(lengths)]))))

    @property
    def standing(self) -> list[Placed]:
        return self._standing

    def driving(self, unix_s: float) -> list[Placed]:
        """Cars on the move at this simulated instant."""
        return [Placed(solid, *route.at(one.start_m + one.speed_mps * unix_s)) for one, solid, route in self._driving]


def place_buildings(buildings: list[Building], frame: LocalFrame) -> list[Placed]:
    placed = []
    for one in buildings:
        east, north = frame.to_en_m([one.lonlat])[0]
        solid = building(*one.size_m, one.height_m, colour_of(one.colour))
        placed.append(Placed(solid, float(east), float(north), one.heading_deg))
    return placed
