"""Manoeuvres of a vehicle that flies on a wing, and of one that hovers as well.

A wing cannot stand still: to hold a place is to circle around it, to fly to a place outside a mission is to circle there.
"""

from collections.abc import Callable

from sim.airframes import Command, WingCommand
from sim.maneuvers import FlightSpeeds, InTurn, Landing, Maneuver, Takeoff, View
from sim.piloting import RotorPiloting
from sim.vector import Vector
from sim.wing_guidance import climb_to_mps
from sim.wing_maneuvers import (
    Limits,
    WingCircle,
    WingFlyTo,
    WingLanding,
    WingReturn,
    WingTakeoff,
    approach_point,
)

BLIND_BANK_DEG = 15.0
BLIND_SINK_MPS = 2.0
HOVER_APPROACH_M = 60.0  # from here a VTOL brakes with its rotors


class WingLevel:
    """Straight on at a height; done once it is reached."""

    def __init__(self, limits: Limits, up_m: float | None = None) -> None:
        self._limits = limits
        self._up_m = up_m
        self.done = False

    def update(self, view: View) -> WingCommand:
        limits = self._limits()
        if self._up_m is None:
            self._up_m = view.position.up
        self.done = self.done or abs(view.position.up - self._up_m) < 2.0
        return WingCommand(limits.cruise_mps, climb_to_mps(view.position.up, self._up_m, limits))


class WingSpiral:
    """Down in a gentle turn as far as gyroscopes can tell."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.done = False

    def update(self, view: View) -> WingCommand:
        if view.on_ground:
            self.done = True
            return WingCommand(0.0, engine_off=True)
        return WingCommand(self._limits().cruise_mps, -BLIND_SINK_MPS, BLIND_BANK_DEG, flare=view.height_m < 5.0)


class WingLand:
    """To a place on the ground; without one straight ahead. Flies out first where the slope would be too steep."""

    landing = True

    def __init__(self, limits: Limits, place: Vector | None) -> None:
        self._limits = limits
        self._place = place
        self._flown: InTurn | None = None

    @property
    def done(self) -> bool:
        return self._flown is not None and self._flown.done

    def update(self, view: View) -> Command:
        if self._flown is None:
            self._flown = InTurn(self._plan(view))
        return self._flown.update(view)

    def _plan(self, view: View) -> list[Maneuver]:
        here = view.position
        ahead = approach_point(here, (view.heading_deg + 180.0) % 360.0, view.height_m + 20.0)
        place = self._place or Vector(ahead.east, ahead.north, view.ground_up_m)
        height_m = max(10.0, here.up - place.up)
        needed_m = approach_point(place, 0.0, height_m).minus(place).level_length()
        if place.minus(here).level_length() >= needed_m:
            return [WingLanding(self._limits, place, approach_from=here)]
        start = approach_point(place, view.heading_deg, height_m)
        return [WingFlyTo(self._limits, start), WingLanding(self._limits, place, approach_from=start)]


class WingPiloting:
    def __init__(self, speeds: FlightSpeeds, limits: Limits) -> None:
        self.speeds = speeds
        self.limits = limits

    def idle(self) -> Maneuver:
        return RotorPiloting(self.speeds).idle()

    def hold(self, place: Vector | None = None) -> Maneuver:
        return WingCircle(self.limits, place)

    def drift(self) -> Maneuver:
        return WingLevel(self.limits)

    def take_off(self, height_m: float, towards: Vector | None = None) -> Maneuver:
        return WingTakeoff(self.limits, height_m)

    def fly_to(
        self,
        target: Vector,
        *,
        start: Vector | None = None,
        after: Vector | None = None,
        hold_s: float = 0.0,
        heading_deg: float | None = None,
        radius_m: float | None = None,
        within_deg: float | None = None,
        acceptance_m: float = 0.0,
    ) -> Maneuver:
        if hold_s > 0.0 or start is None:
            return WingCircle(self.limits, target, hold_s=hold_s if hold_s > 0.0 else None)
        return WingFlyTo(self.limits, target, start=start, after=after, radius_m=acceptance_m or None)

    def change_height(self, up_m: float, here: Vector) -> Maneuver:
        return WingLevel(self.limits, up_m)

    def steer(self, velocity: Vector, heading_deg: float | None = None) -> Maneuver:
        return WingCircle(self.limits)

    def circle(
        self, centre: Vector, radius_m: float, *, turns: float | None = None, seconds: float | None = None, after: Vector | None = None
    ) -> Maneuver:
        return WingCircle(self.limits, centre, radius_m=radius_m, turns=turns, hold_s=seconds, after=after)

    def loiter(
        self, place: Vector, radius_m: float, seconds: float | None, start: Vector | None = None, after: Vector | None = None
    ) -> Maneuver:
        return WingCircle(self.limits, place, radius_m=radius_m, hold_s=seconds, after=after)

    def land(self, place: Vector | None = None, approach_from: Vector | None = None) -> Maneuver:
        return WingLand(self.limits, place)

    def descend(self) -> Maneuver:
        return WingSpiral(self.limits)

    def return_home(self, home: Vector) -> Maneuver:
        return WingReturnHome(self.speeds, self.limits, home)

    def retrace(self, path: list[Vector], home: Vector) -> Maneuver:
        return self.return_home(home)

    def hover(self, on_rotors: bool) -> bool:
        """Ask for the way of flying; False for what the vehicle cannot do."""
        return not on_rotors


class WingReturnHome:
    """To home at the return height, then circles there."""

    done = False

    def __init__(self, speeds: FlightSpeeds, limits: Limits, home: Vector) -> None:
        self._speeds = speeds
        self._limits = limits
        self._home = home
        self._circle: WingReturn | None = None

    def update(self, view: View) -> WingCommand:
        if self._circle is None:
            distance_m = self._home.minus(view.position).level_length()
            height_m = self._speeds.tuning.return_height_m(distance_m, view.position.up - self._home.up)
            self._circle = WingReturn(self._limits, self._home, self._home.up + height_m)
        return self._circle.update(view)


class VtolPiloting:
    """Hovers or flies on the wing: `hovering` decides for the next manoeuvre. Take-offs and landings are always vertical."""

    def __init__(self, rotors: RotorPiloting, wing: WingPiloting, *, circling: Callable[[], bool] = lambda: False) -> None:
        """`circling` says whether a return on the wing ends in circles over home instead of a landing."""
        self._rotors = rotors
        self._wing = wing
        self._circling = circling
        self.hovering = True
        self.speeds = wing.speeds

    @property
    def _now(self) -> RotorPiloting | WingPiloting:
        return self._rotors if self.hovering else self._wing

    def idle(self) -> Maneuver:
        return self._rotors.idle()

    def hold(self, place: Vector | None = None) -> Maneuver:
        return self._now.hold(place)

    def drift(self) -> Maneuver:
        return self._now.drift()

    def take_off(self, height_m: float, towards: Vector | None = None) -> Maneuver:
        """Straight up; with a place to go to the wing takes over afterwards."""
        if towards is not None:
            self.hovering = False
        return Takeoff(self._rotors.speeds, height_m)

    def fly_to(
        self,
        target: Vector,
        *,
        start: Vector | None = None,
        after: Vector | None = None,
        hold_s: float = 0.0,
        heading_deg: float | None = None,
        radius_m: float | None = None,
        within_deg: float | None = None,
        acceptance_m: float = 0.0,
    ) -> Maneuver:
        return self._now.fly_to(
            target,
            start=start,
            after=after,
            hold_s=hold_s,
            heading_deg=heading_deg,
            radius_m=radius_m,
            within_deg=within_deg,
            acceptance_m=acceptance_m,
        )

    def change_height(self, up_m: float, here: Vector) -> Maneuver:
        return self._now.change_height(up_m, here)

    def steer(self, velocity: Vector, heading_deg: float | None = None) -> Maneuver:
        return self._now.steer(velocity, heading_deg)

    def circle(
        self, centre: Vector, radius_m: float, *, turns: float | None = None, seconds: float | None = None, after: Vector | None = None
    ) -> Maneuver:
        return self._now.circle(centre, radius_m, turns=turns, seconds=seconds, after=after)

    def loiter(
        self, place: Vector, radius_m: float, seconds: float | None, start: Vector | None = None, after: Vector | None = None
    ) -> Maneuver:
        return self._now.loiter(place, radius_m, seconds, start, after)

    def land(self, place: Vector | None = None, approach_from: Vector | None = None) -> Maneuver:
        if place is None or approach_from is None:
            return Landing(self._rotors.speeds)
        above = Vector(place.east, place.north, approach_from.up)
        down = self._rotors.land(place, approach_from)
        if self.hovering:
            return down
        return InTurn([WingFlyTo(self._wing.limits, above, start=approach_from, radius_m=HOVER_APPROACH_M), down])

    def descend(self) -> Maneuver:
        return self._rotors.descend() if self.hovering else self._wing.descend()

    def return_home(self, home: Vector) -> Maneuver:
        if self.hovering:
            return self._rotors.return_home(home)
        if self._circling():
            return self._wing.return_home(home)
        return VtolReturn(self._rotors, self._wing, home)

    def retrace(self, path: list[Vector], home: Vector) -> Maneuver:
        return self.return_home(home)

    def hover(self, on_rotors: bool) -> bool:
        self.hovering = on_rotors
        return True


class VtolReturn:
    """On the wing to home at the return height, then down on the rotors."""

    def __init__(self, rotors: RotorPiloting, wing: WingPiloting, home: Vector) -> None:
        self._rotors = rotors
        self._wing = wing
        self._home = home
        self._flown: InTurn | None = None

    @property
    def done(self) -> bool:
        return self._flown is not None and self._flown.done

    @property
    def landing(self) -> bool:
        return self._flown is not None and isinstance(self._flown.present, Landing)

    def update(self, view: View) -> Command:
        if self._flown is None:
            if view.on_ground:
                self._flown = InTurn([Landing(self._rotors.speeds)])
            else:
                distance_m = self._home.minus(view.position).level_length()
                height_m = self._wing.speeds.tuning.return_height_m(distance_m, view.position.up - self._home.up)
                above = Vector(self._home.east, self._home.north, self._home.up + height_m)
                self._flown = InTurn(
                    [
                        WingFlyTo(self._wing.limits, above, radius_m=HOVER_APPROACH_M),
                        self._rotors.fly_to(above),
                        Landing(self._rotors.speeds, above),
                    ]
                )
        return self._flown.update(view)
