"""The legs a plan flies, in three dimensions: take-off, every way between items, circles, the return and the landing.

Frame: east, north in metres around home (the first place where home is not known), heights in metres above home, or above the ground
under the leg for items that follow the terrain.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from geo.primitives import LocalFrame
from missions.commands import NAVIGATION_WITH_PLACE, Command
from missions.plan import MissionItem, MissionPlan
from missions.plan_steps import HeightOver, PlanStep, StepKind, plan_steps

# ArduCopter's RTL_ALT: lower than this a vehicle climbs before it returns.
RETURN_ALTITUDE_M = 15.0
_CIRCLES = frozenset({Command.LOITER_TURNS, Command.LOITER_TIME, Command.LOITER_UNLIM, Command.LOITER_TO_ALT})
# Where the item names none: copters turn on the spot, wings at WP_LOITER_RAD.
_WING_LOITER_M = 60.0
_CIRCLE_CORNERS = 24

Point = tuple[float, float, float]


class PathKind(StrEnum):
    TAKE_OFF = "take_off"
    LEG = "leg"
    CIRCLE = "circle"
    RETURN = "return"
    LANDING = "landing"


@dataclass(frozen=True, slots=True)
class FlownLeg3D:
    """A straight leg. `item` is the item flown to, from 1, 0 = home. `over_ground`: heights count from the ground under the leg."""

    kind: PathKind
    item: int
    start: Point
    end: Point
    speed_mps: float
    over_ground: bool = False

    @property
    def length_m(self) -> float:
        return math.dist(self.start, self.end)

    @property
    def low_m(self) -> float:
        return min(self.start[2], self.end[2])

    @property
    def high_m(self) -> float:
        return max(self.start[2], self.end[2])


@dataclass(frozen=True, slots=True)
class FlownPlan:
    """`legs` as flown; `landings`: home first, then the rally points."""

    frame: LocalFrame
    legs: tuple[FlownLeg3D, ...]
    landings: tuple[Point, ...]
    assumptions: tuple[str, ...]

    def stops(self) -> tuple[tuple[int, Point], ...]:
        """Items and places a failsafe may begin at."""
        seen: dict[tuple[int, Point], None] = {}
        for leg in self.legs:
            if leg.kind in (PathKind.LEG, PathKind.TAKE_OFF) and leg.item:
                seen[(leg.item, leg.end)] = None
        return tuple(seen)


def flown_plan(plan: MissionPlan, return_altitude_m: float = RETURN_ALTITUDE_M) -> FlownPlan | None:
    """None for a plan that goes nowhere."""
    places = [item.position for item in plan.items if item.command in NAVIGATION_WITH_PLACE and item.position is not None]
    origin = plan.home or (places[0] if places else None)
    if origin is None:
        return None
    frame = LocalFrame(origin)
    rally = tuple((*frame.offset_m(point.position), 0.0) for point in plan.rally_points)
    tracer = _Tracer(plan, frame, ((0.0, 0.0, 0.0), *rally), return_altitude_m)
    legs = tuple(tracer.trace())
    return FlownPlan(frame, legs, tracer.landings, tuple(tracer.assumptions))


def return_legs(start: Point, to: Point, item: int, speed_mps: float, return_altitude_m: float) -> tuple[FlownLeg3D, ...]:
    """Up to the altitude of return, straight over the place, down: how autopilots come back."""
    high = max(start[2], return_altitude_m)
    turn, above = (start[0], start[1], high), (to[0], to[1], high)
    legs = (
        FlownLeg3D(PathKind.RETURN, item, start, turn, speed_mps),
        FlownLeg3D(PathKind.RETURN, item, turn, above, speed_mps),
        FlownLeg3D(PathKind.LANDING, item, above, to, speed_mps),
    )
    return tuple(leg for leg in legs if leg.length_m > 0.0)


def nearest_landing(landings: tuple[Point, ...], place: Point) -> int:
    """Number of the landing place an autopilot chooses: the nearest of home and rally points (ArduCopter, RALLY_INCL_HOME)."""
    return min(range(len(landings)), key=lambda index: math.dist(landings[index][:2], place[:2]))


class _Tracer:
    def __init__(self, plan: MissionPlan, frame: LocalFrame, landings: tuple[Point, ...], return_altitude_m: float) -> None:
        self.plan, self.frame, self.landings = plan, frame, landings
        self.return_altitude_m = return_altitude_m
        self.assumptions: dict[str, None] = {}
        self.here: Point = landings[0]
        self.over_ground = False
        self.legs_begun = False
        self.speed_mps = 0.0
        self.placed = plan.home is not None
        if plan.home is None:
            self.assumptions["Home is not given: the flight is taken to start and land at the first place of the plan."] = None

    def trace(self) -> Iterator[FlownLeg3D]:
        for step in plan_steps(self.plan):
            self.speed_mps = step.speed_mps
            if step.kind is StepKind.RETURN:
                landing = self.landings[nearest_landing(self.landings, self.here)]
                for leg in return_legs(self.here, landing, step.number, self.speed_mps, self.return_altitude_m):
                    yield replace(leg, over_ground=self.over_ground and leg.kind is PathKind.RETURN)
            elif step.kind is StepKind.TAKE_OFF:
                up, over_ground = self._height(step)
                yield from self._to(PathKind.TAKE_OFF, step.number, (*self._at(step), max(up, self.here[2])), over_ground=over_ground)
            elif step.kind is StepKind.LANDING:
                yield from self._to(PathKind.LANDING, step.number, (*self._at(step), 0.0), over_ground=False)
            else:
                yield from self._way(step)

    def _at(self, step: PlanStep) -> tuple[float, float]:
        return self.here[:2] if step.place is None else self.frame.offset_m(step.place)

    def _height(self, step: PlanStep) -> tuple[float, bool]:
        if step.height_m is None:
            return self.here[2], self.over_ground
        home_amsl_m = self.plan.home_altitude_amsl_m if step.over is HeightOver.SEA else 0.0
        return step.height_m - home_amsl_m, step.over is HeightOver.GROUND

    def _way(self, step: PlanStep) -> Iterator[FlownLeg3D]:
        up, over_ground = self._height(step)
        if step.item.command == Command.SPLINE_WAYPOINT:
            self.assumptions["Splines are checked as straight legs; their curves leave them between the points."] = None
        goal = (*self._at(step), up)
        # A leg between heights over home and over the ground is judged by the one it ends with.
        if self.over_ground != over_ground and self.legs_begun:
            self.assumptions["A leg from a height over home to one over the ground is taken to be over the ground all the way."] = None
        yield from self._to(PathKind.LEG, step.number, goal, over_ground=over_ground or self.over_ground)
        self.over_ground = over_ground
        if step.item.command in _CIRCLES:
            yield from self._circle(step.number, step.item, goal, over_ground=over_ground)

    def _circle(self, number: int, item: MissionItem, centre: Point, *, over_ground: bool) -> Iterator[FlownLeg3D]:
        # LOITER_TO_ALT has its radius where the others have a heading.
        radius_m = abs(float(item.params[1 if item.command == Command.LOITER_TO_ALT else 2] or 0.0))
        if radius_m == 0.0 and self.plan.vehicle_type == "plane":
            radius_m = _WING_LOITER_M
            self.assumptions[f"Circles without a radius are taken as {_WING_LOITER_M:g} m, the autopilot's usual one."] = None
        if radius_m == 0.0:
            return
        # Corners outside, so that the circle itself lies within.
        corner_m = radius_m / math.cos(math.pi / _CIRCLE_CORNERS)
        points = [
            (centre[0] + corner_m * math.sin(turn), centre[1] + corner_m * math.cos(turn), centre[2])
            for turn in (2.0 * math.pi * step / _CIRCLE_CORNERS for step in range(_CIRCLE_CORNERS + 1))
        ]
        for start, end in pairwise(points):
            yield FlownLeg3D(PathKind.CIRCLE, number, start, end, self.speed_mps, over_ground)

    def _to(self, kind: PathKind, number: int, goal: Point, *, over_ground: bool) -> Iterator[FlownLeg3D]:
        if not self.placed:
            # The first place of a plan without home is its start.
            self.here, self.placed = (goal[0], goal[1], 0.0 if kind is PathKind.TAKE_OFF else goal[2]), True
        leg = FlownLeg3D(kind, number, self.here, goal, self.speed_mps, over_ground)
        self.here, self.over_ground, self.legs_begun = goal, over_ground, True
        if leg.length_m > 0.0:
            yield leg
