"""When and where a plan will be, and what it costs: the plan unrolled into points with times and energy.

Frame: east, north in metres around home (the start where home is not known), up in metres above home. Items in AMSL frames
are brought to home by its altitude; items above terrain are taken as above home, which holds over flat land only. The model of
power is `missions.EnergyModel`; `consumption` scales it to what the vehicle was measured to use.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions import Command, EnergyModel, Frame, MissionItem, MissionPlan

_AMSL_FRAMES = frozenset({Frame.GLOBAL, Frame.GLOBAL_INT})
_PLACES = frozenset({16, 17, 18, 19, 21, 22, 31, 36, 82, 84, 85, 94})
_LANDS = frozenset({Command.LAND, Command.VTOL_LAND})
_JUMPS_FOLLOWED = 10_000  # a plan that jumps more often is cut here rather than followed for ever
_LAND_SLOWLY_BELOW_M = 10.0


@dataclass(frozen=True, slots=True)
class Wind:
    """Where it comes from, as pilots say it."""

    speed_mps: float
    from_deg: float

    @property
    def east_mps(self) -> float:
        return -self.speed_mps * math.sin(math.radians(self.from_deg))

    @property
    def north_mps(self) -> float:
        return -self.speed_mps * math.cos(math.radians(self.from_deg))


CALM = Wind(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Performance:
    """How the vehicle flies. `fastest_air_mps` limits the speed over ground against the wind; `return_altitude_m` is above home."""

    cruise_mps: float = 10.0
    climb_mps: float = 2.5
    descent_mps: float = 1.5
    landing_mps: float = 0.5
    fastest_air_mps: float = 16.0
    return_altitude_m: float = 15.0
    return_mps: float = 10.0
    energy: EnergyModel = field(default_factory=EnergyModel)
    consumption: float = 1.0


@dataclass(frozen=True, slots=True)
class TimedPath:
    """(n, 3) `points_m`, (n,) `times_s` since the start, (n,) `energy_wh` used since the start, (n,) `items`: the item flown to."""

    frame: LocalFrame
    points_m: NDArray[np.float64]
    times_s: NDArray[np.float64]
    energy_wh: NDArray[np.float64]
    items: NDArray[np.int64]

    @property
    def duration_s(self) -> float:
        return float(self.times_s[-1])

    @property
    def total_wh(self) -> float:
        return float(self.energy_wh[-1])

    def at(self, time_s: float) -> tuple[float, float, float]:
        """East, north, up at a time; the ends stand for times before and after."""
        return tuple(float(np.interp(time_s, self.times_s, self.points_m[:, axis])) for axis in range(3))  # type: ignore[return-value]

    def place_at(self, time_s: float) -> tuple[LonLat, float]:
        east, north, up = self.at(time_s)
        return self.frame.place(east, north), up


def leg_cost(delta_m: tuple[float, float, float], speed_mps: float, wind: Wind, how: Performance) -> tuple[float, float]:
    """Seconds and watt-hours of a straight leg east, north, up.

    A multicopter holds its speed over ground until the air speed for it is more than it has; straight up or down it holds against
    the wind, which costs the power of that air speed.
    """
    east, north, up = delta_m
    across_m = math.hypot(east, north)
    climb_s = up / how.climb_mps if up > 0 else -up / how.descent_mps
    if across_m < 1e-6:
        ground_mps, level_s = 0.0, 0.0
        air_mps = wind.speed_mps
    else:
        along = (wind.east_mps * east + wind.north_mps * north) / across_m
        cross = math.sqrt(max(wind.speed_mps**2 - along**2, 0.0))
        possible = math.sqrt(max(how.fastest_air_mps**2 - cross**2, 0.0)) + along
        ground_mps = max(min(speed_mps, possible), 0.1)  # 0.1: blown to a standstill, which shows as a time nobody has
        level_s = across_m / ground_mps
        air_mps = math.hypot(ground_mps - along, cross)
    seconds = max(level_s, climb_s)
    watts = how.energy.level_power_w(min(air_mps, how.fastest_air_mps))
    if up > 0 and seconds > 0:
        watts += how.energy.mass_kg * 9.81 * (up / seconds) / how.energy.climb_efficiency
    return seconds, how.consumption * watts * seconds / 3600.0


def return_cost(at_m: tuple[float, float, float], home_m: tuple[float, float], wind: Wind, how: Performance) -> tuple[float, float]:
    """Seconds and watt-hours to come home and land: up to the return altitude if below it, across, down, slowly for the last metres."""
    east, north, up = at_m
    high = max(up, how.return_altitude_m)
    # Within two metres of home autopilots land without climbing first.
    legs = [(0.0, 0.0, high - up), (home_m[0] - east, home_m[1] - north, 0.0)]
    low = min(high, _LAND_SLOWLY_BELOW_M)
    legs.append((0.0, 0.0, low - high))
    seconds = watt_hours = 0.0
    for leg in legs:
        leg_s, leg_wh = leg_cost(leg, how.return_mps, wind, how)
        seconds, watt_hours = seconds + leg_s, watt_hours + leg_wh
    last_s = low / how.landing_mps
    return seconds + last_s, watt_hours + how.consumption * how.energy.hover_w * last_s / 3600.0


def flown_items(items: tuple[MissionItem, ...], first: int = 1) -> Iterator[tuple[int, MissionItem]]:
    """Item numbers and items in the order flown, DO_JUMP followed as often as it says (for ever: not at all)."""
    left = {number: int(item.params[1] or 0) for number, item in enumerate(items, 1) if item.command == Command.DO_JUMP}
    number, followed = max(first, 1), 0
    while number <= len(items):
        item = items[number - 1]
        if item.command == Command.DO_JUMP:
            target = int(item.params[0] or 0)
            if left[number] > 0 and 1 <= target <= len(items) and followed < _JUMPS_FOLLOWED:
                left[number] -= 1
                followed += 1
                number = target
                continue
        else:
            yield number, item
        number += 1


def timed_path(
    plan: MissionPlan,
    start: LonLat,
    *,
    start_altitude_m: float = 0.0,
    home: LonLat | None = None,
    first_item: int = 1,
    wind: Wind = CALM,
    how: Performance | None = None,
) -> TimedPath:
    """The flight of a plan from where the vehicle is, beginning with `first_item`.

    `home` is where RETURN_TO_LAUNCH goes, the start when not given.
    """
    how = how or Performance()
    # Around home, which stays: a projection is costly to make, and the start of a vehicle under way is always another.
    frame = LocalFrame(home or start)
    start_en = frame.offset_m(start)
    home_en = (0.0, 0.0) if home else start_en
    points, times, energy, numbers = [(*start_en, start_altitude_m)], [0.0], [0.0], [first_item - 1]
    speed = plan.hover_speed_mps if plan.vehicle_type in ("copter", "vtol") and plan.hover_speed_mps > 0 else plan.cruise_speed_mps
    speed = speed if speed > 0 else how.cruise_mps

    def add(point: tuple[float, float, float], seconds: float, watt_hours: float, number: int) -> None:
        points.append(point)
        times.append(times[-1] + seconds)
        energy.append(energy[-1] + watt_hours)
        numbers.append(number)

    def fly_to(point: tuple[float, float, float], at_mps: float, number: int) -> None:
        here = points[-1]
        seconds, watt_hours = leg_cost((point[0] - here[0], point[1] - here[1], point[2] - here[2]), at_mps, wind, how)
        add(point, seconds, watt_hours, number)

    def land(number: int) -> None:
        east, north, up = points[-1]
        low = min(up, _LAND_SLOWLY_BELOW_M)
        fly_to((east, north, low), speed, number)
        if low > 0:
            add((east, north, 0.0), low / how.landing_mps, how.consumption * how.energy.hover_w * low / how.landing_mps / 3600.0, number)

    for number, item in flown_items(plan.items, first_item):
        here = points[-1]
        if item.command == Command.DO_CHANGE_SPEED and (item.params[1] or 0.0) > 0.0:
            speed = float(item.params[1] or speed)
        elif item.command == Command.RETURN_TO_LAUNCH:
            fly_to((here[0], here[1], max(here[2], how.return_altitude_m)), how.return_mps, number)
            fly_to((*home_en, points[-1][2]), how.return_mps, number)
            land(number)
            break
        elif item.command in _PLACES:
            up = here[2] if item.altitude_m is None else item.altitude_m
            if item.frame in _AMSL_FRAMES and item.altitude_m is not None:
                up -= plan.home_altitude_amsl_m
            east, north = frame.offset_m(item.position) if item.position else here[:2]
            if item.command in (Command.TAKEOFF, Command.VTOL_TAKEOFF):
                fly_to((here[0], here[1], max(up, here[2])), speed, number)
                if item.position is not None and plan.vehicle_type == "plane":
                    fly_to((east, north, max(up, here[2])), speed, number)
                continue
            if item.command in _LANDS:
                fly_to((east, north, here[2]), speed, number)
                land(number)
                break
            fly_to((east, north, up), speed, number)
            stay_s = _stay_s(item)
            if stay_s > 0:
                air = how.energy.level_power_w(min(wind.speed_mps, how.fastest_air_mps))
                add(points[-1], stay_s, how.consumption * air * stay_s / 3600.0, number)
    return TimedPath(frame, np.array(points), np.array(times), np.array(energy), np.array(numbers))


def _stay_s(item: MissionItem) -> float:
    return max(float(item.params[0] or 0.0), 0.0) if item.command in (Command.WAYPOINT, Command.LOITER_TIME) else 0.0


def remaining(path: TimedPath, now_s: float) -> TimedPath:
    """What is left of a path from a time on; times and energy start at zero."""
    now_s = min(max(now_s, 0.0), path.duration_s)
    later = path.times_s > now_s
    used = float(np.interp(now_s, path.times_s, path.energy_wh))
    first = np.array([path.at(now_s)])
    return TimedPath(
        path.frame,
        np.vstack([first, path.points_m[later]]),
        np.concatenate([[0.0], path.times_s[later] - now_s]),
        np.concatenate([[0.0], path.energy_wh[later] - used]),
        np.concatenate([path.items[later][:1] if later.any() else path.items[-1:], path.items[later]]),
    )


def hovering(place: LonLat, altitude_m: float, *, home: LonLat, seconds: float, wind: Wind, how: Performance) -> TimedPath:
    """Staying where it is: what is assumed of a vehicle flown by hand or sent somewhere without a plan."""
    frame = LocalFrame(home)
    here = (*frame.offset_m(place), altitude_m)
    watts = how.consumption * how.energy.level_power_w(min(wind.speed_mps, how.fastest_air_mps))
    return TimedPath(
        frame, np.array([here, here]), np.array([0.0, seconds]), np.array([0.0, watts * seconds / 3600.0]), np.zeros(2, dtype=np.int64)
    )
