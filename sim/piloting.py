"""Which manoeuvres a type of vehicle flies: the same wishes (hold, fly there, land) become the motion its body is able to."""

from typing import Protocol

from sim.guidance import corner_speed_mps
from sim.maneuvers import FOREVER_S, FlightSpeeds, FlyTo, Hold, Idle, InTurn, Landing, Maneuver, ReturnFlight, Takeoff
from sim.rotor_maneuvers import Circle, Descend, Drift, Retrace, SteerBy
from sim.vector import Vector


class Piloting(Protocol):
    """Makes manoeuvres. Heights are over the frame's origin, headings clockwise from north."""

    speeds: FlightSpeeds

    def idle(self) -> Maneuver: ...

    def hold(self, place: Vector | None = None) -> Maneuver: ...

    def drift(self) -> Maneuver: ...

    def take_off(self, height_m: float, towards: Vector | None = None) -> Maneuver: ...

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
        """Along the leg from `start` (here) to `target`, on to `after` without a stop, or wait `hold_s` there and until the nose is
        `within_deg` of the heading.

        `acceptance_m` is how near counts as there, as the item says; 0 leaves it to the vehicle. Rotors leave it to themselves always.
        """
        ...

    def change_height(self, up_m: float, here: Vector) -> Maneuver: ...

    def steer(self, velocity: Vector, heading_deg: float | None = None) -> Maneuver:
        """At this velocity until told otherwise."""
        ...

    def circle(
        self, centre: Vector, radius_m: float, *, turns: float | None = None, seconds: float | None = None, after: Vector | None = None
    ) -> Maneuver:
        """Around a place, clockwise for a positive radius; without turns or seconds for ever. Wings leave it towards `after`."""
        ...

    def loiter(
        self, place: Vector, radius_m: float, seconds: float | None, start: Vector | None = None, after: Vector | None = None
    ) -> Maneuver:
        """Go there and stay so long, for ever without seconds: standing, or in circles of this radius left towards `after`."""
        ...

    def land(self, place: Vector | None = None, approach_from: Vector | None = None) -> Maneuver: ...

    def descend(self) -> Maneuver: ...

    def return_home(self, home: Vector) -> Maneuver: ...

    def retrace(self, path: list[Vector], home: Vector) -> Maneuver: ...

    def hover(self, on_rotors: bool) -> bool:
        """Ask for the way of flying, on rotors or on the wing; False for what the vehicle cannot do."""
        ...


class RotorPiloting:
    """A vehicle on rotors: it stops where it likes."""

    def __init__(self, speeds: FlightSpeeds) -> None:
        self.speeds = speeds

    def idle(self) -> Maneuver:
        return Idle()

    def hold(self, place: Vector | None = None) -> Maneuver:
        return Hold(self.speeds, place)

    def drift(self) -> Maneuver:
        return Drift(self.speeds)

    def take_off(self, height_m: float, towards: Vector | None = None) -> Maneuver:
        return Takeoff(self.speeds, height_m)

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
        tuning = self.speeds.tuning
        end_speed_mps = 0.0 if after is None or start is None else corner_speed_mps(start, target, after)
        if radius_m is None:
            # Where it comes to rest on the way, the turn reaches its middle nearer to the place than where it flies through.
            passing_m = tuning.waypoint_radius_m if end_speed_mps > 0.0 else min(tuning.waypoint_radius_m, 2.0 * tuning.stopped_within_m)
            radius_m = tuning.stopped_within_m if hold_s > 0.0 else passing_m
        return FlyTo(
            self.speeds,
            target,
            start=start,
            end_speed_mps=end_speed_mps,
            hold_s=hold_s,
            heading_deg=heading_deg,
            turn_to_leg=tuning.turns_to_leg,
            radius_m=radius_m,
            within_deg=within_deg,
        )

    def change_height(self, up_m: float, here: Vector) -> Maneuver:
        return self.fly_to(Vector(here.east, here.north, up_m))

    def steer(self, velocity: Vector, heading_deg: float | None = None) -> Maneuver:
        return SteerBy(self.speeds, velocity, heading_deg)

    def circle(
        self, centre: Vector, radius_m: float, *, turns: float | None = None, seconds: float | None = None, after: Vector | None = None
    ) -> Maneuver:
        return Circle(self.speeds, centre, radius_m, turns=turns, seconds=seconds)

    def loiter(
        self, place: Vector, radius_m: float, seconds: float | None, start: Vector | None = None, after: Vector | None = None
    ) -> Maneuver:
        return self.fly_to(place, start=start, hold_s=FOREVER_S if seconds is None else seconds)

    def land(self, place: Vector | None = None, approach_from: Vector | None = None) -> Maneuver:
        if place is None:
            return Landing(self.speeds)
        above = Vector(place.east, place.north, approach_from.up if approach_from is not None else place.up)
        return InTurn([FlyTo(self.speeds, above), Landing(self.speeds, above)])

    def descend(self) -> Maneuver:
        return Descend(self.speeds)

    def return_home(self, home: Vector) -> Maneuver:
        return ReturnFlight(self.speeds, home)

    def retrace(self, path: list[Vector], home: Vector) -> Maneuver:
        return Retrace(self.speeds, path, home)

    def hover(self, on_rotors: bool) -> bool:
        return on_rotors
