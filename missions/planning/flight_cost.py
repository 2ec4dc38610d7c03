"""Metres, time and energy of a flight of any pattern: level ways in wind, climbs, slower legs, time on the spot.

Along a leg that climbs the slower of level way and climb counts. Where the vehicle stands or goes straight up it begins and ends at rest.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from missions.planning.endurance import CopterDynamics, EnergyModel, FlightEstimate, fastest_on_mps, leg_speeds_mps, leg_times_s, wind_on
from missions.planning.flight import Flight, Points
from missions.planning.items import standing_s
from missions.wind import CALM, Wind

_SAME_M = 1e-3
_SLOWEST_MPS = 0.1


@dataclass(frozen=True, slots=True)
class FlightCost:
    """What flies, how fast and in which wind; one for all flights of a plan."""

    speed_mps: float
    energy: EnergyModel
    dynamics: CopterDynamics
    wind: Wind = CALM

    @property
    def fastest_air_mps(self) -> float:
        return self.dynamics.fastest_air_mps

    def of(self, flight: Flight) -> FlightEstimate:
        """From take-off under the first point to landing under the last one."""
        track = _Track.of(flight, self.speed_mps)
        times = np.zeros(len(track.speeds))
        for begin, end in track.stretches():
            speeds = np.minimum(track.speeds[begin:end], fastest_on_mps(track.lengths_m[begin:end], self.dynamics))
            times[begin:end] = leg_times_s(track.points[begin : end + 1, :2], speeds, self.dynamics, self.wind)
        times = np.maximum(times, self._vertical_s(track))
        stood_s = track.standing_s - min(self.dynamics.stop_s * len(set(track.rests)), float(times.sum()))
        first_m, last_m = float(track.points[0, 2]), float(track.points[-1, 2])
        # A last way leads home: the return climbs before it flies there.
        more_m = self.dynamics.return_rise_m(float(track.lengths_m[-1]), last_m) if flight[-1].way and len(track.points) > 1 else 0.0
        over_home_m = last_m + more_m
        slow_m = min(over_home_m, self.dynamics.landing_below_m)
        up_s = (first_m + more_m) / self.dynamics.climb_mps
        down_s = (over_home_m - slow_m) / self.dynamics.descent_mps + slow_m / self.dynamics.landing_mps
        down_s += self.dynamics.over_home_s
        joules = self._joules(track, times) + up_s * self.energy.climb_power_w(self.dynamics.climb_mps, self.wind.speed_mps)
        joules += (down_s + stood_s) * self.energy.level_power_w(self.wind.speed_mps)
        distance_m = float(track.lengths_m.sum() + np.abs(track.rises_m).sum()) + more_m
        seconds = self.dynamics.ready_s + float(times.sum()) + up_s + down_s + stood_s + self.dynamics.landed_s
        return FlightEstimate(distance_m, seconds, joules / 3600.0)

    def cruise_wh(self, flight: Flight) -> float:
        """Of legs flown at full speed throughout, corners, take-off and landing not counted."""
        track = _Track.of(flight, self.speed_mps)
        times = np.maximum(track.lengths_m / self._ground_mps(track), self._vertical_s(track))
        joules = self._joules(track, times) + track.standing_s * self.energy.level_power_w(self.wind.speed_mps)
        return joules / 3600.0

    def slowest_mps(self, flight: Flight) -> float:
        """Over ground on the leg most against the wind; 0 where the vehicle is blown off."""
        track = _Track.of(flight, self.speed_mps)
        level = track.lengths_m > _SAME_M
        speeds = leg_speeds_mps(track.points[:, :2], track.speeds, self.dynamics, self.wind)
        return float(speeds[level].min()) if level.any() else self.speed_mps

    def _ground_mps(self, track: "_Track") -> Points:
        return np.maximum(leg_speeds_mps(track.points[:, :2], track.speeds, self.dynamics, self.wind), _SLOWEST_MPS)

    def _vertical_s(self, track: "_Track") -> Points:
        rate = np.where(track.rises_m > 0.0, self.dynamics.climb_mps, self.dynamics.descent_mps)
        seconds: Points = np.abs(track.rises_m) / rate
        return seconds

    def _joules(self, track: "_Track", times: Points) -> float:
        """Power at the mean speed of each leg through the air, and what is climbed. Braking is taken as flying on."""
        along, across = wind_on(np.diff(track.points[:, :2], axis=0), self.wind)
        air = np.hypot(track.lengths_m / np.maximum(times, 1e-9) - along, across)
        air = np.where(track.lengths_m > _SAME_M, np.minimum(air, self.dynamics.fastest_air_mps), self.wind.speed_mps)
        level = sum(seconds * self.energy.level_power_w(speed) for seconds, speed in zip(times.tolist(), air.tolist(), strict=True))
        climbed_m = float(np.maximum(track.rises_m, 0.0).sum())
        return float(level) + climbed_m * (self.energy.climb_power_w(1.0) - self.energy.level_power_w(0.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """(n, 3) points, no two in a row the same, (n - 1,) speeds asked for between them, indices of the points that are stood at."""

    points: Points
    speeds: Points
    rests: tuple[int, ...]
    standing_s: float

    @classmethod
    def of(cls, flight: Flight, speed_mps: float) -> "_Track":
        points: list[Points] = [flight[0].points[0]]
        speeds: list[float] = []
        rests: list[int] = []
        total_s = 0.0
        for leg in flight:
            for number, point in enumerate(leg.points):
                if number == 1 and leg.settle_s > 0.0:
                    rests.append(len(points) - 1)
                    total_s += leg.settle_s
                if np.linalg.norm(point - points[-1]) > _SAME_M:
                    points.append(point)
                    speeds.append(speed_mps if leg.speed_mps is None else leg.speed_mps)
            if (stood_s := standing_s(leg)) > 0.0:
                rests.append(len(points) - 1)
                total_s += stood_s
        return cls(np.array(points), np.array(speeds), tuple(rests), total_s)

    @property
    def lengths_m(self) -> Points:
        lengths: Points = np.hypot(*np.diff(self.points[:, :2], axis=0).T)
        return lengths

    @property
    def rises_m(self) -> Points:
        return np.diff(self.points[:, 2])

    def stretches(self) -> list[tuple[int, int]]:
        """First and last point of each stretch that is flown from rest to rest with a level way in every leg."""
        upright = np.flatnonzero(self.lengths_m <= _SAME_M)
        ends = sorted({0, len(self.points) - 1, *self.rests, *upright.tolist(), *(upright + 1).tolist()})
        upright_legs = set(upright.tolist())
        return [(begin, end) for begin, end in pairwise(ends) if begin not in upright_legs]
