"""Time and energy of a flight from how a copter moves: speed limits, speeding up and braking, corners, climb and landing.

The dynamics are ArduCopter's defaults (ArduCopter/Parameters, AC_WPNav: WPNAV_SPEED_UP 2.5, WPNAV_SPEED_DN 1.5, WPNAV_ACCEL 2.5,
WPNAV_JERK 1, WPNAV_RADIUS 2, LAND_SPEED 0.5 below 10 m). The energy model is a usual survey copter of 4 kg with 6 cells of 12 Ah, the one
the built-in simulator flies too; real numbers come from the vehicle's own logs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from missions.wind import CALM, Wind

_SLOWEST_MPS = 0.1
# The jerk itself takes 0.3 s to build up (ATC_INPUT_TC 0.15 s).
_HALF_JERK_TIME_S = 0.15


@dataclass(frozen=True, slots=True)
class CopterDynamics:
    """`acceleration_mps2` is the limit, met in corners and when braking hard; along a leg the jerk limit lowers the mean
    (`speed_change_mps2`): 10 m/s need v / a + a / j = 6.5 s. `fastest_air_mps` is what the greatest lean holds through the air:
    15.08 sqrt(tan 30 degrees), ATC_ANGLE_MAX. `jerk_mps3` also limits the speed on short legs; infinite for an autopilot that does not
    stop on each of them in thought, which then changes speed at `change_mps2` in the mean. What is not flown: `ready_s`
    from the start of the mission until it lifts, `over_home_s` until the descent begins,
    `landed_s` from the ground until the motors stop. The last `landing_below_m` are sunk at `landing_mps`. A stop on the way is left
    `stop_s` before the vehicle has come to rest there. The return home is flown at `return_m`, nearer to home no higher than
    `return_slope` times the distance."""

    acceleration_mps2: float = 2.5
    climb_mps: float = 2.5
    descent_mps: float = 1.5
    landing_mps: float = 0.5
    landing_below_m: float = 10.0
    corner_radius_m: float = 2.0
    fastest_air_mps: float = 11.4
    jerk_mps3: float = 1.0
    ready_s: float = 4.5
    over_home_s: float = 8.0
    landed_s: float = 2.5
    change_mps2: float = 2.5
    stop_s: float = 0.0
    return_m: float = 15.0
    return_slope: float = 3.0

    def return_rise_m(self, distance_m: float, up_m: float) -> float:
        """Climbed by a return that begins so far from home and so high."""
        return max(0.0, min(self.return_m, self.return_slope * distance_m) - up_m)

    def speed_change_mps2(self, speed_mps: float) -> float:
        """Mean acceleration from rest to a speed, and back."""
        if speed_mps <= 0.0 or not np.isfinite(self.jerk_mps3):
            return self.change_mps2
        most = min(self.acceleration_mps2, (speed_mps * self.jerk_mps3) ** 0.5)
        return float(speed_mps / (speed_mps / most + most / self.jerk_mps3))


@dataclass(frozen=True, slots=True)
class EnergyModel:
    """Electric power of a copter. Thrust is weight times sqrt(1 + (v / `lean_45_mps`)^4), where `lean_45_mps` is the speed a lean of
    45 degrees holds; power follows thrust to the 1.5 (momentum theory). Climbing adds m g v / `climb_efficiency`."""

    hover_w: float = 480.0
    lean_45_mps: float = 15.08
    mass_kg: float = 4.0
    climb_efficiency: float = 0.6
    battery_wh: float = 266.0
    reserve: float = 0.25

    def level_power_w(self, speed_mps: float) -> float:
        return float(self.hover_w * (1.0 + (speed_mps / self.lean_45_mps) ** 4) ** 0.75)

    def climb_power_w(self, climb_mps: float, air_mps: float = 0.0) -> float:
        """Straight up; `air_mps` is the wind that is stood against."""
        return self.level_power_w(air_mps) + self.mass_kg * 9.81 * climb_mps / self.climb_efficiency

    @property
    def usable_wh(self) -> float:
        return self.battery_wh * (1.0 - self.reserve)


@dataclass(frozen=True, slots=True)
class FlightEstimate:
    distance_m: float
    duration_s: float
    energy_wh: float


def corner_speed_mps(
    bend_rad: NDArray[np.float64], speed_mps: float, dynamics: CopterDynamics, room_m: NDArray[np.float64] | float = np.inf
) -> NDArray[np.float64]:
    """Speed through corners of these bends, any shape: what an arc through the corner allows, v = sqrt(a R).

    The arc passes the waypoint at `corner_radius_m`, R = r / (1 / cos(bend / 2) - 1), and begins and ends on its legs no further than
    `room_m` from the corner, R <= room / tan(bend / 2).
    """
    half = np.cos(bend_rad / 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = dynamics.corner_radius_m * half / np.maximum(1.0 - half, 1e-12)
        fitting = room_m / np.maximum(np.tan(bend_rad / 2.0), 1e-12)
    speeds: NDArray[np.float64] = np.minimum(
        speed_mps, np.sqrt(dynamics.acceleration_mps2 * np.clip(np.minimum(radius, fitting), 0.0, 1e9))
    )
    return speeds


def corner_speeds_mps(
    points_m: NDArray[np.float64], speed_mps: NDArray[np.float64] | float, dynamics: CopterDynamics
) -> NDArray[np.float64]:
    """Speed at each point of an (n, 2) path: zero at both ends, in between what its corners and both legs' speeds allow."""
    speeds = np.zeros(len(points_m))
    if len(points_m) < 3:
        return speeds
    legs = np.diff(points_m, axis=0)
    lengths = np.maximum(np.hypot(legs[:, 0], legs[:, 1]), 1e-9)
    cosines = np.clip((legs[:-1] * legs[1:]).sum(axis=1) / (lengths[:-1] * lengths[1:]), -1.0, 1.0)
    room = 0.5 * np.minimum(lengths[:-1], lengths[1:])
    limits = np.broadcast_to(speed_mps, len(legs))
    speeds[1:-1] = np.minimum(corner_speed_mps(np.arccos(cosines), np.inf, dynamics, room), np.minimum(limits[:-1], limits[1:]))
    return speeds


def leg_speeds_mps(
    points_m: NDArray[np.float64], speed_mps: NDArray[np.float64] | float, dynamics: CopterDynamics, wind: Wind = CALM
) -> NDArray[np.float64]:
    """(n - 1,) speed over ground on each leg: the one asked for, or what `fastest_air_mps` leaves in the wind. 0 where that is none."""
    legs = np.diff(points_m, axis=0)
    along, across = wind_on(legs, wind)
    speeds: NDArray[np.float64] = np.clip(np.sqrt(np.maximum(dynamics.fastest_air_mps**2 - across**2, 0.0)) + along, 0.0, speed_mps)
    return np.where(np.abs(across) > dynamics.fastest_air_mps, 0.0, speeds)


def fastest_on_mps(lengths_m: NDArray[np.float64], dynamics: CopterDynamics) -> NDArray[np.float64]:
    """(n,) fastest speed on straight legs of these lengths, whatever comes before and after them.

    ArduCopter flies each leg as an S-curve from rest to rest and lets the next one overlap it, so that a leg is never faster than what
    acceleration and jerk reach within half of it (AP_Math/SCurve.cpp): measured on an orbit of 14 m chords, 3.45 m/s where 8 were asked.
    """
    if not np.isfinite(dynamics.jerk_mps3):
        return np.full(len(lengths_m), np.inf)
    jerk, most = dynamics.jerk_mps3, dynamics.acceleration_mps2
    short = np.maximum((0.5 * lengths_m * np.sqrt(jerk)) ** (2.0 / 3.0), 1e-2)
    short /= (1.0 + _HALF_JERK_TIME_S * np.sqrt(jerk / short)) ** (2.0 / 3.0)
    ramp = most**2 / jerk
    return np.where(short <= ramp, short, 0.5 * (np.sqrt(ramp**2 + 4.0 * most * lengths_m) - ramp))


def wind_on(legs: NDArray[np.float64], wind: Wind) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tail wind and cross wind on each leg."""
    units = legs / np.maximum(np.hypot(legs[:, 0], legs[:, 1]), 1e-9)[:, None]
    along = units[:, 0] * wind.east_mps + units[:, 1] * wind.north_mps
    return along, np.sqrt(np.maximum(wind.speed_mps**2 - along**2, 0.0))


def leg_times_s(
    points_m: NDArray[np.float64], speed_mps: NDArray[np.float64] | float, dynamics: CopterDynamics, wind: Wind = CALM
) -> list[float]:
    """Seconds of each leg of an (n, 2) path from rest to rest, speeding up and braking at `speed_change_mps2` of the fastest leg."""
    if len(points_m) < 2:
        return []
    legs = np.diff(points_m, axis=0)
    lengths = np.hypot(legs[:, 0], legs[:, 1]).tolist()
    # Blown to a standstill shows as a time nobody has.
    limits = np.maximum(leg_speeds_mps(points_m, speed_mps, dynamics, wind), _SLOWEST_MPS)
    corner = corner_speeds_mps(points_m, limits, dynamics).tolist()
    change_mps2 = dynamics.speed_change_mps2(float(limits.max()))
    double_a = 2.0 * change_mps2
    for i, length in enumerate(lengths):
        corner[i + 1] = min(corner[i + 1], (corner[i] ** 2 + double_a * length) ** 0.5)
    for i in range(len(lengths) - 1, -1, -1):
        corner[i] = min(corner[i], (corner[i + 1] ** 2 + double_a * lengths[i]) ** 0.5)
    times = []
    for i, (length, limit) in enumerate(zip(lengths, limits.tolist(), strict=True)):
        start, end = corner[i], corner[i + 1]
        peak = min(limit, ((double_a * length + start**2 + end**2) / 2.0) ** 0.5)
        cruise_m = length - (2.0 * peak**2 - start**2 - end**2) / double_a
        times.append((2.0 * peak - start - end) / change_mps2 + (max(cruise_m, 0.0) / peak if peak > 0.0 else 0.0))
    return times


def path_time_s(points_m: NDArray[np.float64], speed_mps: float, dynamics: CopterDynamics, wind: Wind = CALM) -> float:
    """Time along an (n, 2) path of straight legs from rest to rest."""
    return float(sum(leg_times_s(points_m, speed_mps, dynamics, wind)))
