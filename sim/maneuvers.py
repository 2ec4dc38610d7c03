"""The pieces flights are made of. Each turns what the vehicle believes into a motion command until it is `done`."""

from dataclasses import replace
from typing import NamedTuple, Protocol

from sim.airframes import Command, MotionCommand
from sim.guidance import BRAKING_MPS2, Leg, SpeedLimits, hold_velocity
from sim.tuning import Tuning
from sim.vector import Vector, turn_deg

LANDED_AFTER_S = 1.0
FOREVER_S = 1e12
SETTLE = Vector(0.0, 0.0, -0.1)  # pressed gently on the ground


class View(NamedTuple):
    """What the vehicle believes at one step: place and motion in its local frame, its clock, and when its motors were armed."""

    position: Vector
    velocity: Vector
    heading_deg: float
    on_ground: bool
    now_s: float
    airspeed_mps: float = 0.0
    wing_share: float = 0.0
    ground_up_m: float = 0.0
    armed_at_s: float = -1e9

    @property
    def height_m(self) -> float:
        """Over the ground below."""
        return self.position.up - self.ground_up_m


class Maneuver(Protocol):
    @property
    def done(self) -> bool: ...

    def update(self, view: View) -> Command: ...


class FlightSpeeds:
    """Speed limits in force: the tuning's, with the level speed a mission or the pilot may have changed."""

    def __init__(self, tuning: Tuning) -> None:
        self.tuning = tuning
        self.level_mps: float | None = None
        self.up_mps: float | None = None
        self.down_mps: float | None = None

    def limits(self) -> SpeedLimits:
        tuning = self.tuning
        level_mps = tuning.cruise_mps if self.level_mps is None else self.level_mps
        return SpeedLimits(
            level_mps,
            tuning.climb_mps if self.up_mps is None else self.up_mps,
            tuning.descend_mps if self.down_mps is None else self.down_mps,
            tuning.climb_mps2,
            min(BRAKING_MPS2, tuning.level_mps2(level_mps)),
            tuning.stray_m,
        )

    def reset(self) -> None:
        self.level_mps = self.up_mps = self.down_mps = None

    def landing_mps(self, height_m: float) -> float:
        return self.tuning.landing_mps(height_m)


class Idle:
    """Armed on the ground, propellers turning, waiting."""

    done = False

    def update(self, view: View) -> MotionCommand:
        return MotionCommand(SETTLE, None, motors_on=True)


class Hold:
    """Stop within braking distance and stay there."""

    done = False

    def __init__(self, speeds: FlightSpeeds, target: Vector | None = None) -> None:
        self._speeds = speeds
        self._target = target
        self._heading_deg: float | None = None

    def update(self, view: View) -> MotionCommand:
        if view.on_ground:
            return MotionCommand(SETTLE, None, motors_on=True)
        if self._target is None:
            stopping = view.velocity.level().times(view.velocity.level_length() / (2.0 * BRAKING_MPS2))
            self._target = view.position.plus(stopping)
        if self._heading_deg is None:
            self._heading_deg = view.heading_deg
        return MotionCommand(hold_velocity(view.position, self._target, self._speeds.limits()), self._heading_deg, motors_on=True)


class Takeoff:
    """Motors up, then straight up to a height above the frame's ground."""

    def __init__(self, speeds: FlightSpeeds, height_m: float) -> None:
        self._speeds = speeds
        self._height_m = height_m
        self._start: Vector | None = None
        self._thrust_at_s = 0.0
        self.done = False

    def update(self, view: View) -> MotionCommand:
        if self._start is None:
            self._start = view.position
            if view.on_ground:
                tuning = self._speeds.tuning
                self._thrust_at_s = max(view.now_s, view.armed_at_s + tuning.arming_delay_s) + tuning.spool_up_s
        if view.on_ground and view.now_s < self._thrust_at_s:
            return MotionCommand(SETTLE, None, motors_on=True)
        target = Vector(self._start.east, self._start.north, self._height_m)
        self.done = self.done or view.position.up >= self._height_m - self._speeds.tuning.takeoff_within_m
        velocity = hold_velocity(view.position, target, self._speeds.limits())
        return MotionCommand(velocity, view.heading_deg, motors_on=True)


class FlyTo:
    """Along a straight leg, then hold at its end for a while, and until the nose is `within_deg` of the heading where that is asked.
    Without `start` the leg begins where the vehicle is."""

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
        within_deg: float | None = None,
    ) -> None:
        self._speeds = speeds
        self._target = target
        self._start = start
        self._end_speed_mps = end_speed_mps if hold_s <= 0.0 else 0.0
        self._hold_s = hold_s
        self._turn_to_leg = turn_to_leg
        self._radius_m = radius_m
        self._within_deg = within_deg
        self._arrived_at_s: float | None = None
        self._pace_mps: float | None = None
        self._last_s = 0.0
        self.heading_deg = heading_deg
        self.done = False

    def _limits(self, view: View) -> SpeedLimits:
        """Those in force, with the level speed growing no faster than the vehicle speeds up along a leg."""
        limits = self._speeds.limits()
        if self._start is not None:
            length_m = self._target.minus(self._start).length()
            limits = replace(limits, level_mps=min(limits.level_mps, max(0.5, self._speeds.tuning.leg_mps(length_m))))
        if self._pace_mps is None:
            self._pace_mps, self._last_s = min(limits.level_mps, max(1.0, view.velocity.level_length())), view.now_s
        if self._pace_mps >= limits.level_mps:
            self._pace_mps = limits.level_mps
            return limits
        self._pace_mps += self._speeds.tuning.level_mps2(limits.level_mps) * (view.now_s - self._last_s)
        self._last_s = view.now_s
        return replace(limits, level_mps=min(self._pace_mps, limits.level_mps))

    def update(self, view: View) -> MotionCommand:
        if self._start is None:
            self._start = view.position
        leg = Leg(self._start, self._target, self._end_speed_mps)
        if self._arrived_at_s is None and self._target.minus(view.position).length() <= self._radius_m:
            self._arrived_at_s = view.now_s
        waited = self._arrived_at_s is not None and view.now_s - self._arrived_at_s >= self._hold_s
        self.done = waited and self._faces(view)
        if self.heading_deg is None:
            whole = self._target.minus(self._start)
            turns = self._turn_to_leg and whole.level_length() > 2.0
            self.heading_deg = whole.bearing_deg() if turns else view.heading_deg
        return MotionCommand(leg.velocity(view.position, self._limits(view)), self.heading_deg, motors_on=True)

    def _faces(self, view: View) -> bool:
        if self._within_deg is None or self.heading_deg is None:
            return True
        return abs(turn_deg(view.heading_deg, self.heading_deg)) < self._within_deg


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
            self.done = view.now_s - self._felt_at_s >= self._speeds.tuning.landed_after_s
            return MotionCommand(SETTLE, None, motors_on=True)
        held = self._hold.update(view)
        down = self._speeds.landing_mps(view.height_m)
        return MotionCommand(Vector(held.velocity.east, held.velocity.north, -down), held.heading_deg, motors_on=True)


class InTurn:
    """Several manoeuvres, one after the other. The last one goes on when it is done."""

    def __init__(self, phases: list[Maneuver]) -> None:
        self._phases = phases

    @property
    def done(self) -> bool:
        return len(self._phases) == 1 and self._phases[0].done

    @property
    def present(self) -> Maneuver:
        return self._phases[0]

    def update(self, view: View) -> Command:
        command = self._phases[0].update(view)
        if self._phases[0].done and len(self._phases) > 1:
            self._phases.pop(0)
        return command


class WaitFirst:
    """Stay until an instant, then land: a pilot may still take over."""

    landing = True

    def __init__(self, staying: Maneuver, landing: Maneuver, until_s: float) -> None:
        self._staying = staying
        self._landing = landing
        self._until_s = until_s
        self.done = False

    def update(self, view: View) -> Command:
        if view.now_s < self._until_s and not view.on_ground:
            return self._staying.update(view)
        command = self._landing.update(view)
        self.done = self._landing.done
        return command


class ReturnFlight:
    """Return to launch: climb to the return height, fly home, wait, land or hold above."""

    def __init__(self, speeds: FlightSpeeds, home: Vector) -> None:
        self._speeds = speeds
        self._home = home
        self._phases: InTurn | None = None
        self.lands = speeds.tuning.return_final_height_m <= 0.0

    @property
    def done(self) -> bool:
        return self._phases is not None and self.lands and self._phases.done

    @property
    def landing(self) -> bool:
        return self._phases is not None and isinstance(self._phases.present, Landing)

    def update(self, view: View) -> Command:
        if self._phases is None:
            self._phases = InTurn(self._plan(view))
        return self._phases.update(view)

    def _plan(self, view: View) -> list[Maneuver]:
        if view.on_ground:
            return [Landing(self._speeds)]
        tuning = self._speeds.tuning
        if tuning.return_mps > 0.0:
            self._speeds.level_mps = tuning.return_mps
        distance_m = self._home.minus(view.position).level_length()
        height_m = self._home.up + tuning.return_height_m(distance_m, view.position.up - self._home.up)
        over_home = Vector(self._home.east, self._home.north, height_m)
        turns = tuning.turns_on_return
        stopping = view.velocity.level().times(view.velocity.level_length() / (2.0 * BRAKING_MPS2))
        over_stop = Vector(view.position.east + stopping.east, view.position.north + stopping.north, height_m)
        phases: list[Maneuver] = []
        if over_stop.minus(view.position).length() > tuning.waypoint_radius_m:
            phases.append(FlyTo(self._speeds, over_stop, heading_deg=view.heading_deg, radius_m=tuning.waypoint_radius_m))
        wait_s = tuning.return_wait_s if tuning.return_wait_s >= 0.0 else FOREVER_S
        phases.append(
            FlyTo(
                self._speeds,
                over_home,
                hold_s=wait_s,
                turn_to_leg=turns,
                heading_deg=None if turns else view.heading_deg,
                radius_m=tuning.stopped_within_m,
            )
        )
        if self.lands:
            return [*phases, Landing(self._speeds, over_home)]
        final = Vector(self._home.east, self._home.north, self._home.up + tuning.return_final_height_m)
        return [*phases, Hold(self._speeds, final)]
