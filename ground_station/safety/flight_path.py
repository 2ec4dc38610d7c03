"""When and where a plan will be, and what it costs: the plan unrolled into points with times and energy.

Frame: east, north in metres around home (the start where home is not known), up in metres above home. Items in AMSL frames
are brought to home by its altitude; items above terrain are taken as above home, which holds over flat land only. The model of
what it takes is a `Performance`, by the kind of vehicle.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from ground_station.safety.performance import Performance
from missions import CALM, Command, HeightOver, MissionItem, MissionPlan, StepKind, Wind, plan_steps


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

    def add(point: tuple[float, float, float], seconds: float, watt_hours: float, number: int) -> None:
        points.append(point)
        times.append(times[-1] + seconds)
        energy.append(energy[-1] + watt_hours)
        numbers.append(number)

    def fly_to(point: tuple[float, float, float], at_mps: float, number: int) -> None:
        here = points[-1]
        seconds, watt_hours = how.leg((point[0] - here[0], point[1] - here[1], point[2] - here[2]), at_mps, wind)
        add(point, seconds, watt_hours, number)

    def land(number: int) -> None:
        east, north, up = points[-1]
        low, down, last = how.landing(up, wind)
        add((east, north, low), *down, number)
        if low > 0:
            add((east, north, 0.0), *last, number)

    for step in plan_steps(plan, first_item=first_item, endless=0, speed_mps=how.planned_mps(plan)):
        here, number = points[-1], step.number
        place = here[:2] if step.place is None else frame.offset_m(step.place)
        up = here[2] if step.height_m is None else step.height_m
        if step.over is HeightOver.SEA and step.height_m is not None:
            up -= plan.home_altitude_amsl_m
        if step.kind is StepKind.RETURN:
            fly_to((here[0], here[1], max(here[2], how.return_altitude_m)), how.return_mps, number)
            fly_to((*home_en, points[-1][2]), how.return_mps, number)
            land(number)
        elif step.kind is StepKind.TAKE_OFF:
            fly_to((here[0], here[1], max(up, here[2])), step.speed_mps, number)
            if step.place is not None:
                fly_to((*place, max(up, here[2])), step.speed_mps, number)
        elif step.kind is StepKind.LANDING:
            if step.place is not None:
                fly_to((*place, here[2]), step.speed_mps, number)
            land(number)
            break
        else:
            fly_to((*place, up), step.speed_mps, number)
            stay_s, turns = _stay_s(step.item), _turns(step.item)
            if stay_s > 0:
                add(points[-1], *how.stay(stay_s, wind), number)
            if turns > 0:
                add(points[-1], *how.circle(turns, abs(float(step.item.params[2] or 0.0)) or how.loiter_radius_m, wind), number)
    return TimedPath(frame, np.array(points), np.array(times), np.array(energy), np.array(numbers))


def _stay_s(item: MissionItem) -> float:
    return max(float(item.params[0] or 0.0), 0.0) if item.command in (Command.WAYPOINT, Command.LOITER_TIME) else 0.0


def _turns(item: MissionItem) -> float:
    return max(float(item.params[0] or 0.0), 0.0) if item.command == Command.LOITER_TURNS else 0.0


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
    """Staying where it is, a wing in circles: what is assumed of a vehicle flown by hand or sent somewhere without a plan."""
    frame = LocalFrame(home)
    here = (*frame.offset_m(place), altitude_m)
    energy = np.array([0.0, how.stay(seconds, wind)[1]])
    return TimedPath(frame, np.array([here, here]), np.array([0.0, seconds]), energy, np.zeros(2, dtype=np.int64))
