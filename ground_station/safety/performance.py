"""How a vehicle flies and what that costs: one class for rotors, one for a wing, one for a wing with lifting rotors.

Each says what a straight leg, staying, landing and coming home take, in seconds and watt-hours, wind counted in. `consumption` scales
the model to what the vehicle was measured to use.
"""

import math
from dataclasses import dataclass, field, replace

from missions import EnergyModel, MissionPlan, Wind, WingEnergyModel

Cost = tuple[float, float]
Place = tuple[float, float, float]
LAND_SLOWLY_BELOW_M = 10.0
SLOWEST_GROUND_MPS = 0.1  # blown to a standstill, which shows as a time nobody has
ON_ROTORS_BELOW_MPS = 6.0  # a wing with lifting rotors that is slower than this through the air hangs on them


@dataclass(frozen=True, slots=True)
class Performance:
    """A multicopter. `fastest_air_mps` limits the speed over ground against the wind; `return_altitude_m` is above home."""

    cruise_mps: float = 10.0
    climb_mps: float = 2.5
    descent_mps: float = 1.5
    landing_mps: float = 0.5
    fastest_air_mps: float = 16.0
    return_altitude_m: float = 15.0
    return_mps: float = 10.0
    energy: EnergyModel = field(default_factory=EnergyModel)
    consumption: float = 1.0
    loiter_radius_m: float = 10.0

    @property
    def battery_wh(self) -> float:
        return self.energy.battery_wh

    def moving(self, air_mps: float) -> "Performance":
        """The same for a vehicle that moves like this now: one that can both hang and circle goes on with what it does."""
        return self

    def planned_mps(self, plan: MissionPlan) -> float:
        """What a plan is flown at until it says otherwise."""
        planned = plan.hover_speed_mps if plan.vehicle_type in ("copter", "vtol") and plan.hover_speed_mps > 0 else plan.cruise_speed_mps
        return planned if planned > 0 else self.cruise_mps

    def leg(self, delta_m: Place, speed_mps: float, wind: Wind) -> Cost:
        """A straight leg east, north, up.

        A multicopter holds its speed over ground until the air speed for it is more than it has; straight up or down it holds against
        the wind, which costs the power of that air speed.
        """
        east, north, up = delta_m
        across_m = math.hypot(east, north)
        climb_s = up / self.climb_mps if up > 0 else -up / self.descent_mps
        if across_m < 1e-6:
            level_s, air_mps = 0.0, wind.speed_mps
        else:
            along, cross = wind.along(east, north, across_m)
            possible = math.sqrt(max(self.fastest_air_mps**2 - cross**2, 0.0)) + along
            ground_mps = max(min(speed_mps, possible), SLOWEST_GROUND_MPS)
            level_s = across_m / ground_mps
            air_mps = math.hypot(ground_mps - along, cross)
        seconds = max(level_s, climb_s)
        return seconds, self._wh(self.power_w(air_mps, up / seconds if seconds > 0 else 0.0), seconds)

    def power_w(self, air_mps: float, climb_mps: float) -> float:
        """By the model, not scaled. Going down saves a copter nothing."""
        level_w = self.energy.level_power_w(min(air_mps, self.fastest_air_mps))
        return level_w + self.energy.mass_kg * 9.81 * max(climb_mps, 0.0) / self.energy.climb_efficiency

    def stay(self, seconds: float, wind: Wind) -> Cost:
        return seconds, self._wh(self.power_w(wind.speed_mps, 0.0), seconds)

    def circle(self, turns: float, radius_m: float, wind: Wind) -> Cost:
        """Round a point, at the speed of cruise over ground."""
        seconds = turns * 2.0 * math.pi * radius_m / self.cruise_mps
        return seconds, self._wh(self.power_w(math.hypot(self.cruise_mps, wind.speed_mps), 0.0), seconds)

    def landing(self, up_m: float, wind: Wind) -> tuple[float, Cost, Cost]:
        """Where the slow part begins, and the cost of the way down to there and of the rest."""
        low_m = max(min(up_m, LAND_SLOWLY_BELOW_M), 0.0)
        last_s = low_m / self.landing_mps
        return low_m, self.leg((0.0, 0.0, low_m - up_m), self.cruise_mps, wind), (last_s, self._wh(self.energy.hover_w, last_s))

    def coming_home(self, at_m: Place, home_m: tuple[float, float], wind: Wind) -> Cost:
        """Up to the return altitude if below it, across, down, slowly for the last metres."""
        east, north, up = at_m
        high = max(up, self.return_altitude_m)
        climb = self.leg((0.0, 0.0, high - up), self.return_mps, wind)
        across = self.leg((home_m[0] - east, home_m[1] - north, 0.0), self.return_mps, wind)
        _, down, last = self.landing(high, wind)
        return _sum(climb, across, down, last)

    def _wh(self, watts: float, seconds: float) -> float:
        return self.consumption * watts * seconds / 3600.0


@dataclass(frozen=True, slots=True)
class WingPerformance(Performance):
    """A fixed wing: it holds an airspeed, so wind changes its time and not its power; it never stands, so it waits in circles.

    It comes home climbing or descending on its way, turns one circle over home and glides down. `loiter_radius_m` is that circle.
    """

    cruise_mps: float = 12.0
    climb_mps: float = 3.0
    descent_mps: float = 2.0
    fastest_air_mps: float = 22.0
    return_altitude_m: float = 100.0
    return_mps: float = 12.0
    wing: WingEnergyModel = field(default_factory=WingEnergyModel)
    loiter_radius_m: float = 60.0

    @property
    def battery_wh(self) -> float:
        return self.wing.battery_wh

    def planned_mps(self, plan: MissionPlan) -> float:
        """Its own cruise airspeed: the speed of a plan is only what its planner reckoned with."""
        return self.cruise_mps

    def leg(self, delta_m: Place, speed_mps: float, wind: Wind) -> Cost:
        """`speed_mps` is an airspeed. What it cannot climb or sink on the way it does in circles at the end."""
        east, north, up = delta_m
        across_m = math.hypot(east, north)
        air_mps = min(max(speed_mps, self.wing.slowest_mps), self.fastest_air_mps)
        climb_s = up / self.climb_mps if up > 0 else -up / self.descent_mps
        level_s = 0.0
        if across_m >= 1e-6:
            along, cross = wind.along(east, north, across_m)
            ground_mps = math.sqrt(max(air_mps**2 - cross**2, 0.0)) + along
            level_s = across_m / max(ground_mps, SLOWEST_GROUND_MPS)
        seconds = max(level_s, climb_s)
        if seconds <= 0.0:
            return 0.0, 0.0
        rate_mps = up / seconds
        straight_wh = self._wh(self.wing.power_w(air_mps, rate_mps), level_s)
        return seconds, straight_wh + self._wh(self.wing.circling_w(air_mps, self.loiter_radius_m, rate_mps), seconds - level_s)

    def power_w(self, air_mps: float, climb_mps: float) -> float:
        return self.wing.power_w(min(air_mps, self.fastest_air_mps), climb_mps)

    def stay(self, seconds: float, wind: Wind) -> Cost:
        """Circles, whatever the wind: they drift, and are flown at the same airspeed."""
        return seconds, self._wh(self.wing.circling_w(self.cruise_mps, self.loiter_radius_m), seconds)

    def circle(self, turns: float, radius_m: float, wind: Wind) -> Cost:
        seconds = turns * 2.0 * math.pi * radius_m / self.cruise_mps
        return seconds, self._wh(self.wing.circling_w(self.cruise_mps, radius_m), seconds)

    def landing(self, up_m: float, wind: Wind) -> tuple[float, Cost, Cost]:
        """One circle to line up, and the glide; no slow part."""
        return (
            0.0,
            _sum(self.circle(1.0, self.loiter_radius_m, wind), self.leg((0.0, 0.0, -max(up_m, 0.0)), self.cruise_mps, wind)),
            (0.0, 0.0),
        )

    def coming_home(self, at_m: Place, home_m: tuple[float, float], wind: Wind) -> Cost:
        east, north, up = at_m
        high = max(up, self.return_altitude_m)
        across = self.leg((home_m[0] - east, home_m[1] - north, high - up), self.return_mps, wind)
        _, down, last = self.landing(high, wind)
        return _sum(across, down, last)


@dataclass(frozen=True, slots=True)
class VtolPerformance(WingPerformance):
    """A wing with lifting rotors: cruises and circles on the wing, starts and lands on rotors, which carry wing and propeller too.

    `rotors` is the copter it is then; `lands_from_m` where it has come down to on the wing. Source of the heavier hover: 1.35 times the
    power of a bare copter of that size, as the simulated quadplane.
    """

    rotors: Performance = field(default_factory=lambda: Performance(energy=EnergyModel(hover_w=650.0, mass_kg=5.0)))
    lands_from_m: float = 15.0
    hangs: bool = False

    def moving(self, air_mps: float) -> Performance:
        return replace(self, hangs=air_mps < ON_ROTORS_BELOW_MPS)

    def stay(self, seconds: float, wind: Wind) -> Cost:
        """On rotors or in circles, as it does now."""
        if self.hangs:
            return seconds, self.consumption * self.rotors.stay(seconds, wind)[1]
        return WingPerformance.stay(self, seconds, wind)

    def leg(self, delta_m: Place, speed_mps: float, wind: Wind) -> Cost:
        """Straight up and down is flown on rotors, everything else on the wing."""
        if math.hypot(delta_m[0], delta_m[1]) < 1e-6:
            seconds, watt_hours = self.rotors.leg(delta_m, speed_mps, wind)
            return seconds, self.consumption * watt_hours
        return WingPerformance.leg(self, delta_m, speed_mps, wind)

    def power_w(self, air_mps: float, climb_mps: float) -> float:
        return (
            self.rotors.power_w(air_mps, climb_mps) if air_mps < ON_ROTORS_BELOW_MPS else WingPerformance.power_w(self, air_mps, climb_mps)
        )

    def landing(self, up_m: float, wind: Wind) -> tuple[float, Cost, Cost]:
        """Down in circles on the wing, then on rotors."""
        hover_m = min(up_m, self.lands_from_m)
        circles = WingPerformance.leg(self, (0.0, 0.0, hover_m - up_m), self.cruise_mps, wind)
        low_m, (down_s, down_wh), (last_s, last_wh) = self.rotors.landing(hover_m, wind)
        down = (circles[0] + down_s, circles[1] + self.consumption * down_wh)
        return low_m, down, (last_s, self.consumption * last_wh)


def _sum(*costs: Cost) -> Cost:
    return sum(cost[0] for cost in costs), sum(cost[1] for cost in costs)
