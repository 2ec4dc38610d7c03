"""Metres, time and energy of a flight on a wing: rounded corners in wind, climbs, circles, the landing."""

from dataclasses import dataclass, field
from math import pi

import numpy as np
from numpy.typing import NDArray

from missions.planning.endurance import FlightEstimate
from missions.planning.flight import Flight, Leg
from missions.planning.wing import WingDynamics
from missions.planning.wing_endurance import GRAVITY_MPS2, WingEnergyModel
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

_GROUND_M = 0.5
_SAME_M = 1e-3
# Of a landing: the speed of the slope, between cruise and the slowest, and the run on the ground.
_ROLL_OUT_S = 5.0
_START_S = 2.0
# A circle is left when the vehicle heads on: half a turn later in the mean.
_LEAVING_TURN = 0.5


@dataclass(frozen=True, slots=True)
class WingCost:
    """What flies, its airspeed and the wind; one for all flights of a plan."""

    speed_mps: float
    energy: WingEnergyModel = field(default_factory=WingEnergyModel)
    dynamics: WingDynamics = field(default_factory=WingDynamics)
    wind: Wind = CALM

    @property
    def fastest_air_mps(self) -> float:
        return self.dynamics.fastest_mps

    @property
    def radius_m(self) -> float:
        return self.dynamics.radius_m(self.speed_mps, self.wind.speed_mps)

    def of(self, flight: Flight) -> FlightEstimate:
        metres = seconds = joules = 0.0
        for stretch in _stretches(flight):
            if stretch[0].circle is not None:
                parts = [self._circle(stretch[0])]
            elif _lands(stretch[-1]):
                parts = [self._way(stretch[:-1])] if len(stretch) > 1 else []
                parts.append(self._landing(stretch[-1]))
            else:
                parts = [self._way(stretch)]
            for part in parts:
                metres, seconds, joules = metres + part[0], seconds + part[1], joules + part[2]
        if flight[0].points[0, 2] < _GROUND_M:
            seconds += _START_S
            joules += _START_S * self.energy.power_w(self.speed_mps, self.dynamics.climb_mps)
        return FlightEstimate(metres, seconds, joules / 3600.0)

    def cruise_wh(self, flight: Flight) -> float:
        """Of legs alone, take-off and landing not counted."""
        return sum(self._way((leg,))[2] for leg in flight) / 3600.0

    def slowest_mps(self, flight: Flight) -> float:
        """Over ground on the leg most against the wind."""
        points = _joined(flight)
        return float(self.dynamics.ground_mps(points[:, :2], self.speed_mps, self.wind).min()) if len(points) > 1 else self.speed_mps

    def _way(self, legs: Flight) -> tuple[float, float, float]:
        points = _joined(legs)
        if len(points) < 2:
            return 0.0, 0.0, 0.0
        seconds = self.dynamics.path_time_s(points[:, :2], self.speed_mps, self.wind)
        rises = np.diff(points[:, 2])
        turned_s = self.dynamics.turned_rad(points[:, :2], self.radius_m) * self.radius_m / self.speed_mps
        level_w = self.energy.power_w(self.speed_mps)
        joules = seconds * level_w + min(turned_s, seconds) * (self.energy.circling_w(self.speed_mps, self.radius_m) - level_w)
        joules += self.energy.mass_kg * GRAVITY_MPS2 * float(rises[rises > 0.0].sum()) / self.energy.efficiency
        return float(np.hypot(*np.diff(points[:, :2], axis=0).T).sum()), seconds, joules

    def _circle(self, leg: Leg) -> tuple[float, float, float]:
        assert leg.circle is not None
        rise_m = float(leg.points[-1, 2] - leg.points[0, 2])
        # A line is climbed no steeper than planned; in a circle the vehicle climbs as fast as it can.
        rate_mps = self.dynamics.most_climb_mps if rise_m > 0.0 else -self.dynamics.sink_mps
        once_s = 2.0 * pi * abs(leg.circle.radius_m) / self.speed_mps
        seconds = leg.circle.turns * once_s if leg.circle.turns else abs(rise_m / rate_mps) + _LEAVING_TURN * once_s
        climb_mps = rise_m / seconds if seconds > 0.0 else 0.0
        return seconds * self.speed_mps, seconds, seconds * self.energy.circling_w(self.speed_mps, abs(leg.circle.radius_m), climb_mps)

    def _landing(self, leg: Leg) -> tuple[float, float, float]:
        length_m = float(np.hypot(*(leg.points[-1] - leg.points[0])[:2]))
        slow_mps = 0.5 * (self.speed_mps + self.energy.slowest_mps)
        ground_mps = max(float(self.dynamics.ground_mps(leg.points[[0, -1], :2], slow_mps, self.wind)[0]), 1.0)
        slope_s = length_m / ground_mps
        sink_mps = float(leg.points[0, 2]) / slope_s
        joules = slope_s * self.energy.power_w(slow_mps, -sink_mps) + _ROLL_OUT_S * self.energy.idle_w
        return length_m, slope_s + _ROLL_OUT_S, joules


def _lands(leg: Leg) -> bool:
    return leg.way and leg.points[-1, 2] < _GROUND_M < leg.points[0, 2]


def _stretches(flight: Flight) -> list[Flight]:
    """Circles alone, what lies between them together."""
    stretches: list[Flight] = []
    for leg in flight:
        if leg.circle is not None or not stretches or stretches[-1][-1].circle is not None:
            stretches.append((leg,))
        else:
            stretches[-1] = (*stretches[-1], leg)
    return stretches


def _joined(legs: Flight) -> Points:
    """(n, 3) points, none the same level place as the one before."""
    points = np.vstack([leg.points for leg in legs])
    steps = np.hypot(*np.diff(points[:, :2], axis=0).T)
    joined: Points = points[np.concatenate([[True], steps > _SAME_M])]
    return joined
