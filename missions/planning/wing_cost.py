"""Metres, time and energy of a flight on a wing: rounded corners in wind, climbs, circles, the landing."""

from dataclasses import dataclass, field, replace
from math import pi, sqrt

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
_SLOWEST_MPS = 0.1
# Of a landing: the speed of the slope, between cruise and the slowest, and the run on the ground.
_ROLL_OUT_S = 5.0
_START_S = 2.0
# At full power, before cruise is reached.
_TAKE_OFF_SLOPE = 0.45
# A circle to a height is left once the height is nearly reached and the vehicle heads on (ArduPlane: `verify_loiter_to_alt` and
# `verify_loiter_heading`): after whole turns where the way goes on as it came.
_AT_HEIGHT_M = 5.0
_HEADS_ON_RAD = np.radians(10.0)
_STEP_RAD = np.radians(3.0)
# A place nearer to the middle than this share of the radius is never ahead: nobody waits for it.
_BESIDE = 1.05
# The wind grows with the square root of the height up to 60 m, as in ArduPilot's simulator; `Wind` is that above.
_FULL_WIND_M = 60.0


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
    def _fastest_mps(self) -> float:
        return self.speed_mps + self.wind.speed_mps

    @property
    def radius_m(self) -> float:
        return self.dynamics.radius_m(self.speed_mps, self.wind.speed_mps)

    def of(self, flight: Flight) -> FlightEstimate:
        metres = seconds = joules = 0.0
        stretches = _stretches(flight)
        for before, stretch, following in zip((None, *stretches[:-1]), stretches, (*stretches[1:], None), strict=True):
            if stretch[0].circle is not None:
                risen_s = 0.0 if before is None else self._early_s(before[-1])
                parts = [self._circle(stretch[0], None if following is None else _onward(following), risen_s)]
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

    def _early_s(self, leg: Leg) -> float:
        """How long before the end of a take-off run its height is reached, and the climb goes on to what comes next."""
        if leg.points[0, 2] > _GROUND_M:
            return 0.0
        left_m = float(np.hypot(*(leg.points[-1] - leg.points[0])[:2])) - float(leg.points[-1, 2]) / _TAKE_OFF_SLOPE
        return max(left_m, 0.0) / max(float(self.dynamics.ground_mps(leg.points[[0, -1], :2], self.speed_mps, self.wind)[0]), _SLOWEST_MPS)

    def _circle(self, leg: Leg, onward: Points | None, risen_s: float) -> tuple[float, float, float]:
        """`onward` is where the way leads behind it; it climbs or sinks to it since `risen_s` before it."""
        assert leg.circle is not None
        radius_m, sense = abs(leg.circle.radius_m), 1.0 if leg.circle.radius_m > 0.0 else -1.0
        rise_m = float(leg.points[-1, 2] - leg.points[0, 2])
        # A line is climbed no steeper than planned; in a circle the vehicle climbs as fast as it can.
        rate_mps = self.dynamics.most_climb_mps if rise_m > 0.0 else self.dynamics.sink_mps
        climbing_s = max(max(abs(rise_m) - _AT_HEIGHT_M, 0.0) / rate_mps - risen_s, 0.0)
        out = leg.points[0, :2] - np.array(leg.circle.centre)
        whole = leg.circle.turns or int(climbing_s * self._fastest_mps / (2.0 * pi * radius_m)) + 2
        bearings = float(np.arctan2(out[0], out[1])) + sense * np.arange(0.0, 2.0 * pi * whole + 1e-9, _STEP_RAD)
        places = np.array(leg.circle.centre) + radius_m * np.column_stack([np.sin(bearings), np.cos(bearings)])
        speeds = np.maximum(self.dynamics.ground_mps(places, self.speed_mps, self.wind), _SLOWEST_MPS)
        at_s = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T) / speeds)])
        last = len(places) - 1
        if not leg.circle.turns:
            if onward is not None and np.hypot(*(onward - np.array(leg.circle.centre))) < _BESIDE * radius_m:
                onward = None
            last = _leaving(places, bearings + sense * 0.5 * pi, at_s >= climbing_s, onward)
        seconds = float(at_s[last])
        climb_mps = rise_m / seconds if seconds > 0.0 else 0.0
        return last * _STEP_RAD * radius_m, seconds, seconds * self.energy.circling_w(self.speed_mps, radius_m, climb_mps)

    def _landing(self, leg: Leg) -> tuple[float, float, float]:
        length_m = float(np.hypot(*(leg.points[-1] - leg.points[0])[:2]))
        slow_mps = 0.5 * (self.speed_mps + self.energy.slowest_mps)
        near = replace(self.wind, speed_mps=self.wind.speed_mps * _wind_below(float(leg.points[0, 2])))
        ground_mps = max(float(self.dynamics.ground_mps(leg.points[[0, -1], :2], slow_mps, near)[0]), 1.0)
        slope_s = length_m / ground_mps
        sink_mps = float(leg.points[0, 2]) / slope_s
        joules = slope_s * self.energy.power_w(slow_mps, -sink_mps) + _ROLL_OUT_S * self.energy.idle_w
        return length_m, slope_s + _ROLL_OUT_S, joules


def _leaving(places: Points, courses: Points, high: NDArray[np.bool_], onward: Points | None) -> int:
    """The first place of a circle where the vehicle is high enough and heads on."""
    if onward is None:
        return int(np.argmax(high))
    way = onward - places
    off = np.abs((np.arctan2(way[:, 0], way[:, 1]) - courses + pi) % (2.0 * pi) - pi)
    heads_on = high & (off <= _HEADS_ON_RAD)
    return int(np.argmax(heads_on)) if heads_on.any() else len(places) - 1


def _onward(stretch: Flight) -> Points:
    points = _joined(stretch)
    following: Points = points[min(1, len(points) - 1), :2]
    return following


def _wind_below(height_m: float) -> float:
    """Mean share of the wind from the ground to this height."""
    return (2.0 / 3.0) * sqrt(min(height_m, _FULL_WIND_M) / _FULL_WIND_M)


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
