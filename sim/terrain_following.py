"""A leg above terrain: flown in heights above the ground, so that it rises and falls with it."""

from collections.abc import Callable

from sim.airframes import Command
from sim.maneuvers import Maneuver, View
from sim.vector import Vector

GroundUp = Callable[[Vector], float]


class OverTerrain:
    """`leg` speaks of heights above the ground that `ground_up_m` tells of a place, in metres above the frame's origin."""

    def __init__(self, leg: Maneuver, ground_up_m: GroundUp) -> None:
        self.leg = leg
        self._ground_up_m = ground_up_m

    @property
    def done(self) -> bool:
        return self.leg.done

    def update(self, view: View) -> Command:
        lowered = above_ground(view.position, self._ground_up_m)
        return self.leg.update(view._replace(position=lowered, ground_up_m=lowered.up - view.height_m))


def above_ground(place: Vector, ground_up_m: GroundUp) -> Vector:
    """The same place, its height counted from the ground below it."""
    return Vector(place.east, place.north, place.up - ground_up_m(place))
