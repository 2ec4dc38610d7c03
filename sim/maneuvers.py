"""The pieces flights are made of. Each turns what the vehicle believes into a motion command until it is `done`."""

from dataclasses import dataclass
from typing import Protocol

from sim.airframes import MotionCommand
from sim.guidance import BRAKING_MPS2, Leg, SpeedLimits, hold_velocity
from sim.parameters import ParameterTable
from sim.vector import Vector

TAKEOFF_TOLERANCE_M = 0.5
LANDED_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class View:
    """What the vehicle believes at one step: place and motion in its local frame, and its clock."""

    position: Vector
    velocity: Vector
    heading_deg: float
    on_ground: bool
    now_s: float


class Maneuver(Protocol):
    @property
    def done(self) -> bool: ...

    def update(self, view: View) -> MotionCommand: ...


class FlightSpeeds:
    """Speed limits in force: the parameters', with the level speed a mission or the pilot may have changed."""

    def __init__(self, parameters: ParameterTable) -> None:
        self._parameters = parameters
        self.level_mps: float | None = None

    def limits(self) -> SpeedLimits:
        level = self._parameters["WPNAV_SPEED"] / 100.0 if self.level_mps is None else self.level_mps
        return SpeedLimits(level, self._parameters["WPNAV_SPEED_UP"] / 100.0, self._parameters["WPNAV_SPEED_DN"] / 100.0)

    def landing_mps(self, height_m: float) -> float:
        low = height_m <= self._parameters["LAND_ALT_LOW"] / 100.0
        return self._parameters["LAND_SPEED"] / 100.0 if low else self._parameters["WPNAV_SPEED_DN"] / 100.0


class Idle:
    """Armed on the ground, propellers turning, waiting."""

    done = False

    def update(self, view: View) -> MotionCommand:
        return MotionCommand(Vector(0.0, 0.0, -0.1), None, motors_on=True)


class Hold:
    """Stop within braking distance and stay there."""

    done = False

    def __init__(self, speeds: FlightSpeeds, target: Vector | None = None) -> None:
        self._speeds = speeds
        self._target = target
        self._heading_deg: float | None = None

    def update(self, view: View) -> MotionCommand:
        if view.on_ground:
            return MotionCommand(Vector(0.0, 0.0, -0.1), None, motors_on=True)
        if self._target is None:
            stopping = view.velocity.level().times(view.velocity.level_length() / (2.0 * BRAKING_MPS2))
            self._target = view.position.plus(stopping)
        if self._heading_deg is None:
            self._heading_deg = view.heading_deg
        return MotionCommand(hold_velocity(view.position, self._target, self._speeds.limits()), self._heading_deg, motors_on=True)


class Takeoff:
    """Straight up to a height above the frame's ground."""

    def __init__(self, speeds: FlightSpeeds, height_m: float) -> None:
        self._speeds = speeds
        self._height_m = height_m
        self._start: Vector | None = None
        self.done = False

    def update(self, view: View) -> MotionCommand:
        if self._start is None:
            self._start = view.position
        target = Vector(self._start.east, self._start.north, self._height_m)
        self.done = self.done or view.position.up >= self._height_m - TAKEOFF_TOLERANCE_M
        velocity = hold_velocity(view.position, target, self._speeds.limits())
        return MotionCommand(velocity, view.heading_deg, motors_on=True)


class FlyTo:
    """Along a straight leg, then hold at its end for a while. Without `start` the leg begins where the vehicle is."""

    def __init__(
        self,
        speeds: FlightSpeeds,
        target: Vector,
        *,
        start: Vector | None = None,
        end_speed_mps: float = 0.0,
        hold_s: float = 0.0,
        heading_deg: float | None = None,
        turn_to_leg: bool = True,
        radius_m: float = 2.0,
    ) -> None:
        self._speeds = speeds
        self._target = target
        self._start = start
        self._end_speed_mps = end_speed_mps if hold_s <= 0.0 else 0.0
        self._hold_s = hold_s
        self._turn_to_leg = turn_to_leg
        self._radius_m = radius_m
        self._arrived_at_s: float | None = None
        self.heading_deg = heading_deg
        self.done = False

    def update(self, view: View) -> MotionCommand:
        if self._start is None:
            self._start = view.position
        leg = Leg(self._start, self._target, self._end_speed_mps)
        if self._arrived_at_s is None and self._target.minus(view.position).length() <= self._radius_m:
            self._arrived_at_s = view.now_s
        self.done = self._arrived_at_s is not None and view.now_s - self._arrived_at_s >= self._hold_s
        if self.heading_deg is None:
            whole = self._target.minus(self._start)
            turns = self._turn_to_leg and whole.level_length() > 2.0
            self.heading_deg = whole.bearing_deg() if turns else view.heading_deg
        return MotionCommand(leg.velocity(view.position, self._speeds.limits()), self.heading_deg, motors_on=True)


class Landing:
    """Down at one place until the ground has been felt for a second."""

    def __init__(self, speeds: FlightSpeeds, place: Vector | None = None) -> None:
        self._speeds = speeds
        self._hold = Hold(speeds, place)
        self._felt_at_s: float | None = None
        self.done = False

    def update(self, view: View) -> MotionCommand:
        if view.on_ground:
            self._felt_at_s = view.now_s if self._felt_at_s is None else self._felt_at_s
            self.done = view.now_s - self._felt_at_s >= LANDED_AFTER_S
            return MotionCommand(Vector(0.0, 0.0, -0.1), None, motors_on=True)
        held = self._hold.update(view)
        down = self._speeds.landing_mps(view.position.up)
        return MotionCommand(Vector(held.velocity.east, held.velocity.north, -down), held.heading_deg, motors_on=True)


class ReturnFlight:
    """Return to launch: climb to the return height, fly home, wait, land."""

    def __init__(self, speeds: FlightSpeeds, parameters: ParameterTable, home: Vector) -> None:
        self._speeds = speeds
        self._parameters = parameters
        self._home = home
        self._phases: list[Maneuver] | None = None

    @property
    def done(self) -> bool:
        return self._phases == []

    def update(self, view: View) -> MotionCommand:
        if self._phases is None:
            self._phases = self._plan(view)
        command = self._phases[0].update(view) if self._phases else MotionCommand(Vector(0.0, 0.0, -0.1), None, motors_on=True)
        if self._phases and self._phases[0].done:
            self._phases.pop(0)
        return command

    def _plan(self, view: View) -> list[Maneuver]:
        if view.on_ground:
            return [Landing(self._speeds)]
        height_m = max(view.position.up, self._parameters["RTL_ALT"] / 100.0)
        over_home = Vector(self._home.east, self._home.north, height_m)
        turns = self._parameters["WP_YAW_BEHAVIOR"] == 1
        wait_s = self._parameters["RTL_LOIT_TIME"] / 1000.0
        climb: list[Maneuver] = [Takeoff(self._speeds, height_m)] if height_m > view.position.up + 0.5 else []
        home_leg = FlyTo(self._speeds, over_home, hold_s=wait_s, turn_to_leg=turns, heading_deg=None if turns else view.heading_deg)
        return [*climb, home_leg, Landing(self._speeds, over_home)]
