"""How a fixed wing flies a plan: it holds an airspeed, never stands, and turns no tighter than bank and guidance let it.

Source of the numbers: ArduPlane's defaults (NAVL1_PERIOD 17, NAVL1_DAMPING 0.75, ROLL_LIMIT_DEG 45, AIRSPEED_MIN 9, AIRSPEED_MAX 22,
TECS_CLMB_MAX 5, TECS_SINK_MAX 5) and how the built-in simulator flies them; PX4 turns tighter.
"""

from dataclasses import dataclass
from math import pi, radians, tan

import numpy as np
from numpy.typing import NDArray

from missions.planning.dubins import corner_bends, rounded
from missions.planning.wing_endurance import GRAVITY_MPS2
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

_SLOWEST_OVER_GROUND_MPS = 0.1
# Of the limits of a vehicle, so that wind and gusts leave room: those of the numbers below to ArduPlane's defaults.
_SPARE_SPEED, _SPARE_BANK, _SPARE_CLIMB = 11.0 / 9.0, 35.0 / 45.0, 0.7


@dataclass(frozen=True, slots=True)
class WingDynamics:
    """`bank_deg` is planned with, less than the limit, so that wind and gusts leave room. `turn_lag_s` is what rolling into a turn and
    coming onto the next leg cost, per radian turned. The guidance looks `aim_s` of flight ahead, and cannot turn tighter than half of it.
    """

    cruise_mps: float = 15.0
    slowest_mps: float = 11.0
    fastest_mps: float = 22.0
    bank_deg: float = 35.0
    aim_s: float = 0.75 * 17.0 / pi
    climb_mps: float = 3.5
    sink_mps: float = 5.0
    turn_lag_s: float = 0.55
    # Of the airspeed: in more wind turns drift too far and lines into it take for ever.
    most_wind_share: float = 0.5
    # Behind a turn the vehicle is on the line again after so many distances of its aim point: 3 to 4 m beside it (simulator).
    settle_aims: float = 1.5
    off_line_m: float = 12.0

    @classmethod
    def within(
        cls,
        *,
        cruise_mps: float | None = None,
        slowest_mps: float | None = None,
        fastest_mps: float | None = None,
        bank_deg: float | None = None,
        aim_s: float | None = None,
        climb_mps: float | None = None,
        sink_mps: float | None = None,
    ) -> "WingDynamics":
        """What is planned of a wing with these limits of its own: less than its bank and its climb, faster than its slowest."""
        usual = cls()
        slowest = usual.slowest_mps if slowest_mps is None else slowest_mps * _SPARE_SPEED
        fastest = max(usual.fastest_mps if fastest_mps is None else fastest_mps, slowest)
        return cls(
            cruise_mps=min(max(usual.cruise_mps if cruise_mps is None else cruise_mps, slowest), fastest),
            slowest_mps=slowest,
            fastest_mps=fastest,
            bank_deg=usual.bank_deg if bank_deg is None else bank_deg * _SPARE_BANK,
            aim_s=usual.aim_s if aim_s is None else aim_s,
            climb_mps=usual.climb_mps if climb_mps is None else climb_mps * _SPARE_CLIMB,
            sink_mps=usual.sink_mps if sink_mps is None else sink_mps,
        )

    @property
    def most_climb_mps(self) -> float:
        """What it climbs at full power: `climb_mps` leaves room."""
        return self.climb_mps / _SPARE_CLIMB

    def radius_m(self, airspeed_mps: float, wind_mps: float = 0.0) -> float:
        """Turn radius over ground on the worst heading: with the wind behind. Circles flown into the wind are tighter."""
        ground_mps = airspeed_mps + wind_mps
        return max(ground_mps**2 / (GRAVITY_MPS2 * tan(radians(self.bank_deg))), 0.6 * self.aim_s * ground_mps)

    def lead_in_m(self, airspeed_mps: float, wind_mps: float = 0.0) -> float:
        """From the end of a turn to the first photo: wings level and on the line."""
        return self.settle_aims * self.aim_s * (airspeed_mps + wind_mps)

    def ground_mps(self, points_m: Points, airspeed_mps: float, wind: Wind = CALM) -> Points:
        """(n - 1,) speed over ground on each leg of an (n, 2) path; 0 where the wind is stronger than the airspeed."""
        legs = np.diff(points_m, axis=0)
        units = legs / np.maximum(np.hypot(legs[:, 0], legs[:, 1]), 1e-9)[:, None]
        along = units[:, 0] * wind.east_mps + units[:, 1] * wind.north_mps
        across = np.maximum(wind.speed_mps**2 - along**2, 0.0)
        speeds: Points = np.maximum(np.sqrt(np.maximum(airspeed_mps**2 - across, 0.0)) + along, 0.0)
        return speeds

    def path_time_s(self, points_m: Points, airspeed_mps: float, wind: Wind = CALM) -> float:
        """Along an (n, 2) path of legs whose corners are rounded by the turn radius."""
        if len(points_m) < 2:
            return 0.0
        radius_m = self.radius_m(airspeed_mps, wind.speed_mps)
        way = rounded(points_m, radius_m)
        lengths = np.hypot(*np.diff(way, axis=0).T)
        speeds = np.maximum(self.ground_mps(way, airspeed_mps, wind), _SLOWEST_OVER_GROUND_MPS)
        return float((lengths / speeds).sum()) + self.turn_lag_s * self.turned_rad(points_m, radius_m)

    def turned_rad(self, points_m: Points, radius_m: float) -> float:
        return float(corner_bends(points_m, radius_m)[0].sum()) if len(points_m) > 2 else 0.0
