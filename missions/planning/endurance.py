"""Time and energy of a flight from how a copter moves: speed limits, speeding up and braking, corners, climb and landing.

The dynamics are ArduCopter's defaults (ArduCopter/Parameters, AC_WPNav: WPNAV_SPEED_UP 2.5, WPNAV_SPEED_DN 1.5, WPNAV_ACCEL 2.5,
WPNAV_JERK 1, WPNAV_RADIUS 2, LAND_SPEED 0.5 below 10 m). The energy model is a usual survey copter of 4 kg with 6 cells of 12 Ah, the one
the built-in simulator flies too; real numbers come from the vehicle's own logs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LAND_SLOWLY_BELOW_M = 10.0


@dataclass(frozen=True, slots=True)
class CopterDynamics:
    """`acceleration_mps2` is the limit, met in corners and when braking hard; along a leg the jerk limit lowers the mean, to
    `speed_change_mps2`: 10 m/s need v / a + a / j = 6.5 s."""

    acceleration_mps2: float = 2.5
    speed_change_mps2: float = 1.6
    climb_mps: float = 2.5
    descent_mps: float = 1.5
    landing_mps: float = 0.5
    corner_radius_m: float = 2.0


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

    def climb_power_w(self, climb_mps: float) -> float:
        return self.hover_w + self.mass_kg * 9.81 * climb_mps / self.climb_efficiency

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


def corner_speeds_mps(points_m: NDArray[np.float64], speed_mps: float, dynamics: CopterDynamics) -> NDArray[np.float64]:
    """Speed at each point of an (n, 2) path: zero at both ends, in between what its corners allow."""
    speeds = np.zeros(len(points_m))
    if len(points_m) < 3:
        return speeds
    legs = np.diff(points_m, axis=0)
    lengths = np.maximum(np.hypot(legs[:, 0], legs[:, 1]), 1e-9)
    cosines = np.clip((legs[:-1] * legs[1:]).sum(axis=1) / (lengths[:-1] * lengths[1:]), -1.0, 1.0)
    room = 0.5 * np.minimum(lengths[:-1], lengths[1:])
    speeds[1:-1] = corner_speed_mps(np.arccos(cosines), speed_mps, dynamics, room)
    return speeds


def path_time_s(points_m: NDArray[np.float64], speed_mps: float, dynamics: CopterDynamics) -> float:
    """Time along an (n, 2) path of straight legs from rest to rest, speeding up and braking at `speed_change_mps2`."""
    if len(points_m) < 2:
        return 0.0
    legs = np.diff(points_m, axis=0)
    lengths = np.hypot(legs[:, 0], legs[:, 1]).tolist()
    corner = corner_speeds_mps(points_m, speed_mps, dynamics).tolist()
    double_a = 2.0 * dynamics.speed_change_mps2
    for i, length in enumerate(lengths):
        corner[i + 1] = min(corner[i + 1], (corner[i] ** 2 + double_a * length) ** 0.5)
    for i in range(len(lengths) - 1, -1, -1):
        corner[i] = min(corner[i], (corner[i + 1] ** 2 + double_a * lengths[i]) ** 0.5)
    total_s = 0.0
    for i, length in enumerate(lengths):
        start, end = corner[i], corner[i + 1]
        peak = min(speed_mps, ((double_a * length + start**2 + end**2) / 2.0) ** 0.5)
        total_s += (2.0 * peak - start - end) / dynamics.speed_change_mps2
        cruise_m = length - (2.0 * peak**2 - start**2 - end**2) / double_a
        total_s += max(cruise_m, 0.0) / peak if peak > 0.0 else 0.0
    return total_s


def estimate_flight(
    points_m: NDArray[np.float64],
    altitude_m: float,
    speed_mps: float,
    dynamics: CopterDynamics | None = None,
    energy: EnergyModel | None = None,
) -> FlightEstimate:
    """Take-off, an (n, 2) path at one altitude, landing at its end. Still air; power while braking is taken as power in flight."""
    dynamics, energy = dynamics or CopterDynamics(), energy or EnergyModel()
    legs = np.diff(points_m, axis=0)
    distance_m = float(np.hypot(legs[:, 0], legs[:, 1]).sum())
    level_s = path_time_s(points_m, speed_mps, dynamics)
    climb_s = altitude_m / dynamics.climb_mps
    low_m = min(altitude_m, _LAND_SLOWLY_BELOW_M)
    descent_s = (altitude_m - low_m) / dynamics.descent_mps + low_m / dynamics.landing_mps
    mean_mps = distance_m / level_s if level_s > 0.0 else 0.0
    joules = level_s * energy.level_power_w(mean_mps) + climb_s * energy.climb_power_w(dynamics.climb_mps) + descent_s * energy.hover_w
    return FlightEstimate(distance_m, level_s + climb_s + descent_s, joules / 3600.0)
