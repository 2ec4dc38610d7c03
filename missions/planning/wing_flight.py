"""From the ground and back to it on a wing: a run into the wind, climbs on the way, circles where the way is too short, a landing slope.

Ways are planned level, as corners: home, the end of the take-off run, the way; and back the way, the foot of the landing circle, home.
`risen` then gives them their heights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.findings import Finding, Severity
from missions.patterns.grid import Area
from missions.planning.dubins import course_rad
from missions.planning.flight import Circle, Flight, Leg
from missions.planning.visibility import PathFinder
from missions.planning.wing import WingDynamics
from missions.planning.wing_turns import WingTurns, straightened
from missions.wind import Wind

Points = NDArray[np.float64]

TAKE_OFF_M = 30.0
_TAKE_OFF_RUN_M = 100.0
# A slope of a little less than six degrees; what lies beyond home is for going around.
APPROACH_M = 40.0
_APPROACH_PER_M = 10.5
_GO_AROUND_M = 100.0
# Below this the wind has no say in where to start and land.
_CALM_MPS = 2.0
_INTO_WIND_RAD = np.radians([0.0, -15.0, 15.0, -30.0, 30.0, -45.0, 45.0])
_ALL_ROUND_RAD = np.radians(np.arange(0.0, 360.0, 30.0))
_LEVEL_M = 5.0
# Waypoints nearer together on a straight way are one.
_PARTED_M = 25.0
_STRAIGHT_RAD = np.radians(2.0)
# From the middle of a circle to the first place it can be left for.
_AHEAD_RADII = 1.6
# Of the climb at full power, where that saves a circle.
_STEEPER = 0.85
_GROUND_M = 0.5


@dataclass(frozen=True, slots=True)
class WingWays:
    """The ways of one plan: level corners (k, 2), both ends included."""

    dynamics: WingDynamics
    airspeed_mps: float
    wind: Wind
    turns: WingTurns
    finder: PathFinder

    @property
    def area(self) -> Area:
        return self.finder.area

    def with_heights(self) -> "WingWaysAtHeight":
        return WingWaysAtHeight(self)

    def between(self, before: Points, after: Points) -> Points | None:
        """From the end of one line to the beginning of the next."""
        return self.turns.between(before, after, self.finder)

    def out(self, home: Points, line: Points) -> Points | None:
        """Home, the end of the take-off run, the way to the first point of the line; None where none fits."""
        into = float(course_rad(line[1] - line[0]))
        begin = line[0] - self.turns.lead_at_m(line[0], -_ahead(into), self.area) * _ahead(into)
        found = []
        for course in self._courses(self.area, home, line[0] - home):
            top = home + _TAKE_OFF_RUN_M * _ahead(course)
            if self.area.covers(shapely.LineString([home, top])):
                way = self.turns.way(top, course, begin, into, self.finder)
                if way is not None:
                    found.append(np.vstack([home[None], way, line[:1]]))
        return _shortest(found)

    def back(self, line: Points, home: Points) -> Points | None:
        """The way to the foot of the landing circle, and home; where no landing fits straight over home, where the vehicle circles."""
        out = float(course_rad(line[-1] - line[-2]))
        leave = line[-1] + self.turns.lead_out_m * _ahead(out)
        found = []
        for course in self._courses(self.area, home, home - line[-1]):
            foot = home - _APPROACH_PER_M * APPROACH_M * _ahead(course)
            slope = shapely.LineString([foot, home + _GO_AROUND_M * _ahead(course)])
            if not self.area.covers(slope) or self.landing_circle(foot, course) is None:
                continue
            way = self.turns.way(leave, out, foot, course, self.finder)
            if way is not None:
                found.append(np.vstack([line[-1:], way, home[None]]))
        return _shortest(found) if found else self._to_circles(line, home)

    def _to_circles(self, line: Points, home: Points) -> Points | None:
        out = float(course_rad(line[-1] - line[-2]))
        towards = float(course_rad(home - line[-1]))
        circle = shapely.Point(home).buffer(self.turns.radius_m)
        if not self.area.covers(circle):
            return None
        way = self.turns.way(line[-1], out, home, towards, self.finder)
        return None if way is None else straightened(np.vstack([line[-1:], way]))

    def landing_circle(self, foot: Points, course: float) -> float | None:
        """Radius of a circle touching the landing course at `foot`, negative to the left; None where neither side is free."""
        for radius_m in (self.turns.radius_m, -self.turns.radius_m):
            centre = foot + radius_m * np.array([np.cos(course), -np.sin(course)])
            if self.area.covers(shapely.Point(centre).buffer(abs(radius_m) * 1.1)):
                return radius_m
        return None

    def _courses(self, area: Area, home: Points, towards: Points) -> Sequence[float]:
        if self.wind.speed_mps >= _CALM_MPS:
            return [float(turn) for turn in np.radians(self.wind.from_deg) + _INTO_WIND_RAD]
        return [float(turn) for turn in course_rad(towards) + _ALL_ROUND_RAD]

    def risen(self, flight: Flight, home: Points | None) -> Flight:
        """The flight from the ground to the ground: its first and last ways climb and sink, in circles where they are too short."""
        if home is None or len(flight) < 3 or not (flight[0].way and flight[-1].way):
            return flight
        return (*self._climb(flight[0], home), *flight[1:-1], *self._descent(flight[-1], home))

    def _climb(self, way: Leg, home: Points) -> Iterator[Leg]:
        level, high_m = way.points[:, :2], float(way.points[-1, 2])
        low_m = min(TAKE_OFF_M, high_m)
        yield Leg(np.array([[*home, 0.0], [*level[1], low_m]]), way=True)
        slope = self.dynamics.climb_mps / (self.airspeed_mps + self.wind.speed_mps)
        level, climbing_m = level[1:], self._climbing_m(level[1:])
        steepest = slope * self.dynamics.most_climb_mps * _STEEPER / self.dynamics.climb_mps
        missing_m = high_m - low_m - slope * climbing_m
        if missing_m > 0.0 and high_m - low_m <= steepest * climbing_m:
            # Rather a little steeper than a circle for a few metres.
            slope = (high_m - low_m) / climbing_m
        elif missing_m > 0.0:
            course = float(course_rad(level[0] - home))
            circle = self._circle(level[0], course, low_m, 0.0)
            level = self._beyond(circle, level)
            top_m = high_m - slope * self._climbing_m(level)
            yield replace(circle, points=np.array([[*level[0], low_m], [*level[0], top_m]]))
            low_m = top_m
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(level, axis=0).T))])
        yield Leg(_parted(np.column_stack([level, np.minimum(low_m + slope * along, high_m)])), way=True)

    def _climbing_m(self, level: Points) -> float:
        """Of a way to a line, without the lead-in."""
        return max(float(np.hypot(*np.diff(level, axis=0).T).sum()) - self.turns.lead_in_m, 0.0)

    def _beyond(self, leg: Leg, level: Points) -> Points:
        """The way behind a circle without corners beside it: no vehicle on the circle ever heads for one of these (ArduPlane leaves
        it when it does), and the next one is flown to from the circle as well."""
        assert leg.circle is not None
        centre, radius_m = shapely.Point(leg.circle.centre), abs(leg.circle.radius_m)
        disc = centre.buffer(radius_m)
        while len(level) > 3 and centre.distance(shapely.Point(level[1])) < _AHEAD_RADII * radius_m:
            if not self.area.covers(shapely.union(disc, shapely.Point(level[2])).convex_hull):
                break
            level = np.delete(level, 1, axis=0)
        return level

    def _descent(self, way: Leg, home: Points) -> Iterator[Leg]:
        level, high_m = way.points[:, :2], float(way.points[0, 2])
        foot, course = level[-2], float(course_rad(level[-1] - level[-2]))
        landing = len(level) > 2 and abs(float(np.hypot(*(level[-1] - foot))) - _APPROACH_PER_M * APPROACH_M) < 1.0
        if not landing:
            yield way
            return
        yield replace(way, points=way.points[:-1])
        low_m = min(APPROACH_M, high_m)
        if high_m - low_m > _LEVEL_M:
            yield self._circle(foot, course, high_m, low_m)
        yield Leg(np.array([[*foot, low_m], [*home, 0.0]]), way=True)

    def _circle(self, place: Points, course: float, from_m: float, to_m: float) -> Leg:
        radius_m = self.landing_circle(place, course) or self.turns.radius_m
        centre = place + radius_m * np.array([np.cos(course), -np.sin(course)])
        points = np.array([[*place, from_m], [*place, to_m]])
        return Leg(points, way=True, circle=Circle((float(centre[0]), float(centre[1])), radius_m))


@dataclass(frozen=True, slots=True)
class WingWaysAtHeight:
    """The same for (n, 3) lines and homes: ways lead evenly from the height of one end to that of the other."""

    level: WingWays

    def out(self, home: Points, line: Points) -> Points | None:
        return _between_heights(self.level.out(home[:2], line[:, :2]), float(line[0, 2]), float(line[0, 2]))

    def between(self, before: Points, after: Points) -> Points | None:
        return _between_heights(self.level.between(before[:, :2], after[:, :2]), float(before[-1, 2]), float(after[0, 2]))

    def back(self, line: Points, home: Points) -> Points | None:
        return _between_heights(self.level.back(line[:, :2], home[:2]), float(line[-1, 2]), float(line[-1, 2]))


def _between_heights(way: Points | None, from_m: float, to_m: float) -> Points | None:
    if way is None:
        return None
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    risen: Points = np.column_stack([way, from_m + (to_m - from_m) * along / max(float(along[-1]), 1e-9)])
    return risen


def _parted(points: Points) -> Points:
    """(n, 3) without the places that lie on the straight way close behind another one, whose height that one takes."""
    kept = [points[0]]
    for here, following in pairwise(points[1:]):
        before = kept[-1]
        bend = course_rad(following[:2] - here[:2]) - course_rad(here[:2] - before[:2])
        straight = abs((bend + np.pi) % (2.0 * np.pi) - np.pi) < _STRAIGHT_RAD
        if len(kept) > 1 and straight and np.hypot(*(here - before)[:2]) < _PARTED_M:
            kept[-1] = np.array([*before[:2], here[2]])
        else:
            kept.append(here)
    parted: Points = np.array([*kept, points[-1]])
    return parted


def start_and_landing(flight: Flight) -> Iterator[Finding]:
    """Where to, said to whoever throws or rolls it."""
    first, last = flight[0], flight[-1]
    if not first.way or first.points[0, 2] > _GROUND_M:
        return
    yield _note("take_off_course", f"Take off towards {_degrees(first.points)} degrees: the way begins {_TAKE_OFF_RUN_M:g} m ahead.")
    if last.points[-1, 2] < _GROUND_M:
        yield _note(
            "landing_course", f"The landing comes in towards {_degrees(last.points)} degrees, from {APPROACH_M:g} m. Keep it clear."
        )
    else:
        message = "Zones or the fence leave no room for a landing slope: the plane returns and circles over home. Land it by hand."
        yield Finding(Severity.WARNING, "no_landing_slope", None, message)


def _note(code: str, message: str) -> Finding:
    return Finding(Severity.INFO, code, None, message)


def _degrees(points: Points) -> str:
    return f"{np.degrees(float(course_rad(points[-1, :2] - points[0, :2]))) % 360.0:.0f}"


def _shortest(ways: Sequence[Points]) -> Points | None:
    return min(ways, key=lambda way: float(np.hypot(*np.diff(way, axis=0).T).sum()), default=None)


def _ahead(course: float) -> Points:
    return np.array([np.sin(course), np.cos(course)])
