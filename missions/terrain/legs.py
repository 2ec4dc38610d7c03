"""Every leg a plan may lead to, in metres above home: take-off, the items, the way home, and returns that were not planned.

Autopilots return level: they climb on the spot to the return altitude, fly straight home or to the nearest rally point, and come down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from geo.primitives import LocalFrame, LonLat, MissionError
from geo.terrain import Heights
from missions.plan import MissionPlan
from missions.plan_steps import HeightOver, PlanStep, StepKind, plan_steps

# Below this a landing slope is over the place of landing itself.
_TOUCHING_M = 10.0
# An unplanned return may begin anywhere: looked at from both ends of each leg and this often between.
_RETURN_EVERY_M = 100.0


class LegKind(StrEnum):
    TAKEOFF = "takeoff"
    MISSION = "mission"
    LANDING = "landing"
    RETURN = "return"
    UNPLANNED_RETURN = "unplanned_return"


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """How a vehicle returns: at `altitude_m` above home or as high as it is, whichever is more; nearer to home than
    altitude / `cone_slope` it climbs only to that slope times the distance."""

    altitude_m: float
    cone_slope: float

    @classmethod
    def usual(cls, plan: MissionPlan) -> "ReturnRule":
        """The firmware's own defaults. ArduCopter: RTL_ALT 15 m, RTL_CONE_SLOPE 3. ArduPlane: RTL_ALTITUDE 100 m, reached on the way, so
        that its legs are taken as low as they begin. PX4: RTL_RETURN_ALT 60 m, RTL_CONE_ANG 45 deg."""
        if plan.autopilot == "px4":
            return cls(60.0, 1.0)
        return cls(0.0, 3.0) if plan.vehicle_type == "plane" else cls(15.0, 3.0)

    def height_m(self, from_up_m: float, distance_m: float) -> float:
        return max(from_up_m, min(self.altitude_m, self.cone_slope * distance_m))


@dataclass(frozen=True, slots=True)
class FlownLeg:
    """`item` is the number of the item it leads to, for unplanned returns the one flown to when it begins; 0 is home.

    Heights are metres above home; with `over_terrain` above the ground below, which the vehicle then follows by itself.
    """

    kind: LegKind
    item: int
    start: LonLat
    end: LonLat
    start_up_m: float
    end_up_m: float
    over_terrain: bool = False


@dataclass(frozen=True, slots=True)
class _Reached:
    place: LonLat
    up_m: float


class UnknownGround(MissionError):
    """The ground at a place decides how high a leg is, and the model does not know it."""

    code = "mission.unknown_ground"
    hint = "Bring an elevation model that covers the whole flight."

    def __init__(self, place: LonLat, what: str) -> None:
        super().__init__(what)
        self.place = place


@dataclass(frozen=True, slots=True)
class FlownPlan:
    """`home_amsl_m` is the ground at home, by the model. `home` is the first place of the plan when it has none itself."""

    home: LonLat
    home_amsl_m: float
    legs: tuple[FlownLeg, ...]


def flown_legs(plan: MissionPlan, heights: Heights, rule: ReturnRule | None = None) -> FlownPlan | None:
    """None for a plan without any place. Legs of repeated jumps are given once, curves as their chords.

    Raises: `UnknownGround` where the model does not hold home, or a place whose height it must tell.
    """
    first = plan.home or next((item.position for item in plan.items if item.position is not None), None)
    if first is None:
        return None
    walk = _Walk(plan, heights, first, rule or ReturnRule.usual(plan))
    planned = tuple(dict.fromkeys(walk.planned()))
    unplanned = tuple(walk.unplanned(planned)) if plan.home is not None else ()
    return FlownPlan(first, walk.home_amsl_m, planned + unplanned)


class _Walk:
    def __init__(self, plan: MissionPlan, heights: Heights, home: LonLat, rule: ReturnRule) -> None:
        self._plan, self._heights, self._home, self._rule = plan, heights, home, rule
        self.home_amsl_m = self._ground_amsl_m(home, "Home")
        self._frame = LocalFrame(home)
        self._rally = [(home, 0.0), *((point.position, point.altitude_m) for point in plan.rally_points)]

    def planned(self) -> Iterator[FlownLeg]:
        at: _Reached | None = None if self._plan.home is None else _Reached(self._home, 0.0)
        for step in plan_steps(self._plan, each_jump=1):
            if step.kind is StepKind.RETURN:
                if at is not None and self._plan.home is not None:
                    yield self._return(at, step.number, LegKind.RETURN)
            elif step.kind is StepKind.LANDING:
                slope = None if at is None or step.place is None else self._slope(at, step.place, step.number)
                if slope is not None:
                    yield slope
                at = None if at is None else _Reached(step.place or at.place, 0.0)
            elif at is None:
                # Where a plan without home begins is not known: its first place is where it is taken to be.
                place = step.place or step.item.position
                at = None if place is None else _Reached(place, self._up_m(step, place, 0.0))
            else:
                end = step.place or at.place
                top = _Reached(end, self._up_m(step, end, at.up_m))
                yield self._leg(at, step, top)
                at = top

    def _leg(self, at: _Reached, step: PlanStep, top: _Reached) -> FlownLeg:
        if step.kind is StepKind.TAKE_OFF:
            return FlownLeg(LegKind.TAKEOFF, step.number, at.place, top.place, at.up_m, top.up_m)
        if step.over is HeightOver.GROUND and step.height_m is not None:
            # The autopilot takes the height it begins at as height above the ground there.
            begins_m = at.up_m - (self._ground_amsl_m(at.place, f"The place before item {step.number}") - self.home_amsl_m)
            return FlownLeg(LegKind.MISSION, step.number, at.place, top.place, begins_m, step.height_m, over_terrain=True)
        return FlownLeg(LegKind.MISSION, step.number, at.place, top.place, at.up_m, top.up_m)

    def _slope(self, at: _Reached, place: LonLat, number: int) -> FlownLeg | None:
        """A wing comes down straight to the place, at the height of home; its last metres are over the ground it lands on."""
        share = 1.0 - _TOUCHING_M / at.up_m if at.up_m > _TOUCHING_M else 0.0
        if share <= 0.0:
            return None
        end = self._frame.to_en_m([at.place.as_tuple(), place.as_tuple()])
        low = self._frame.place(*(end[0] + share * (end[1] - end[0])).tolist())
        return FlownLeg(LegKind.LANDING, number, at.place, low, at.up_m, _TOUCHING_M)

    def unplanned(self, planned: tuple[FlownLeg, ...]) -> Iterator[FlownLeg]:
        for leg in planned:
            if leg.kind is not LegKind.MISSION:
                continue
            ends = self._frame.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()])
            parts = max(1, int(np.ceil(np.hypot(*(ends[1] - ends[0])) / _RETURN_EVERY_M)))
            for share in np.linspace(0.0, 1.0, parts + 1)[1:].tolist():
                place = self._frame.place(*(ends[0] + share * (ends[1] - ends[0])).tolist())
                up_m = leg.start_up_m + share * (leg.end_up_m - leg.start_up_m)
                if leg.over_terrain:
                    up_m += self._ground_amsl_m(place, f"The leg to item {leg.item}") - self.home_amsl_m
                yield self._return(_Reached(place, up_m), leg.item, LegKind.UNPLANNED_RETURN)

    def _return(self, at: _Reached, number: int, kind: LegKind) -> FlownLeg:
        """To home, or a rally point when one is nearer."""
        distances = np.hypot(*(self._frame.to_en_m([place.as_tuple() for place, _ in self._rally]) - self._frame.offset_m(at.place)).T)
        nearest = int(np.argmin(distances))
        target, least_up_m = self._rally[nearest]
        up_m = max(self._rule.height_m(at.up_m, float(distances[nearest])), least_up_m)
        return FlownLeg(kind, number, at.place, target, up_m, up_m)

    def _up_m(self, step: PlanStep, place: LonLat, now_up_m: float) -> float:
        if step.height_m is None:
            return now_up_m
        if step.over is HeightOver.SEA:
            return step.height_m - self.home_amsl_m
        if step.over is HeightOver.GROUND:
            return step.height_m + self._ground_amsl_m(place, "An item above the ground") - self.home_amsl_m
        return step.height_m

    def _ground_amsl_m(self, place: LonLat, what: str) -> float:
        height_m = float(self._heights.heights_amsl_m([place.as_tuple()])[0])
        if not np.isfinite(height_m):
            raise UnknownGround(place, what)
        return height_m
