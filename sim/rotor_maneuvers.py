"""Rarer manoeuvres of a vehicle on rotors: circling, drifting without a position, steering by velocity, the way back as it came."""

from math import cos, degrees, radians, sin, sqrt

from sim.airframes import Command, MotionCommand
from sim.guidance import POSITION_GAIN_PER_S
from sim.maneuvers import FlightSpeeds, FlyTo, InTurn, Landing, Maneuver, View
from sim.vector import ZERO, Vector, clamp, limited

STEER_TIMEOUT_S = 3.0  # GUID_TIMEOUT, MPC and OFFBOARD streams alike: without a new target the vehicle stops


class Drift:
    """Upright at the height where it began. Nothing holds the place: speed fades into the air's."""

    done = False

    def __init__(self, speeds: FlightSpeeds) -> None:
        self._speeds = speeds
        self._height_m: float | None = None

    def update(self, view: View) -> Command:
        if self._height_m is None:
            self._height_m = view.position.up
        limits = self._speeds.limits()
        climb = clamp(POSITION_GAIN_PER_S * 1.5 * (self._height_m - view.position.up), -limits.down_mps, limits.up_mps)
        return MotionCommand(Vector(0.0, 0.0, climb), view.heading_deg, motors_on=True, level=True)


class Descend:
    """Straight down as far as gyroscopes can tell, for a vehicle that does not know where it is."""

    def __init__(self, speeds: FlightSpeeds) -> None:
        self._speeds = speeds
        self._felt_at_s: float | None = None
        self.done = False

    def update(self, view: View) -> Command:
        if view.on_ground:
            self._felt_at_s = view.now_s if self._felt_at_s is None else self._felt_at_s
            self.done = view.now_s - self._felt_at_s >= self._speeds.tuning.landed_after_s
            return MotionCommand(Vector(0.0, 0.0, -0.1), None, motors_on=True)
        down_mps = self._speeds.landing_mps(view.height_m)
        return MotionCommand(Vector(0.0, 0.0, -down_mps), view.heading_deg, motors_on=True, level=True)


class SteerBy:
    """A velocity held until it is replaced; without a new one for three seconds the vehicle stops."""

    done = False

    def __init__(self, speeds: FlightSpeeds, velocity: Vector, heading_deg: float | None) -> None:
        self._speeds = speeds
        self._velocity = velocity
        self._heading_deg = heading_deg
        self._since_s: float | None = None

    def update(self, view: View) -> Command:
        if self._since_s is None:
            self._since_s = view.now_s
        fresh = view.now_s - self._since_s <= STEER_TIMEOUT_S
        limits = self._speeds.limits()
        wanted = self._velocity if fresh else ZERO
        level = limited(wanted, limits.level_mps)
        return MotionCommand(
            Vector(level.east, level.north, clamp(wanted.up, -limits.down_mps, limits.up_mps)),
            view.heading_deg if self._heading_deg is None else self._heading_deg,
            motors_on=True,
        )


class Circle:
    """Around a place at a constant height, the nose to the middle; first straight out to the circle's edge."""

    def __init__(
        self, speeds: FlightSpeeds, centre: Vector, radius_m: float, *, turns: float | None = None, seconds: float | None = None
    ) -> None:
        self._speeds = speeds
        self._centre = centre
        self._radius_m = abs(radius_m)
        self._way = 1.0 if radius_m >= 0.0 else -1.0
        self._turns = turns
        self._seconds = seconds
        self._angle_deg: float | None = None
        self._turned_deg = 0.0
        self._last_s: float | None = None
        self._since_s: float | None = None
        self.done = False

    def update(self, view: View) -> Command:
        out = view.position.minus(self._centre)
        if self._angle_deg is None:
            self._angle_deg = out.bearing_deg() if out.level_length() > 0.5 else (view.heading_deg + 180.0) % 360.0
        limits = self._speeds.limits()
        edge = self._edge(self._angle_deg)
        elapsed = 0.0 if self._last_s is None else view.now_s - self._last_s
        self._last_s = view.now_s
        along = ZERO
        if self._since_s is not None or edge.minus(view.position).level_length() < max(2.0, 0.2 * self._radius_m):
            self._since_s = view.now_s if self._since_s is None else self._since_s
            rate_dps = self._rate_dps(limits.level_mps)
            self._turned_deg += rate_dps * elapsed
            self._angle_deg = (self._angle_deg + self._way * rate_dps * elapsed) % 360.0
            edge = self._edge(self._angle_deg)
            ahead = radians(self._angle_deg + 90.0 * self._way)
            along = Vector(sin(ahead), cos(ahead), 0.0).times(radians(rate_dps) * self._radius_m)
            waited = view.now_s - self._since_s
            self.done = (self._turns is not None and self._turned_deg >= 360.0 * self._turns) or (
                self._seconds is not None and waited >= self._seconds
            )
        error = edge.minus(view.position)
        level = limited(along.plus(error.level().times(POSITION_GAIN_PER_S)), limits.level_mps)
        climb = clamp(POSITION_GAIN_PER_S * 1.5 * error.up, -limits.down_mps, limits.up_mps)
        heading = out.times(-1.0).bearing_deg() if out.level_length() > 0.5 else view.heading_deg
        return MotionCommand(Vector(level.east, level.north, climb), heading, motors_on=True)

    def _edge(self, angle_deg: float) -> Vector:
        angle = radians(angle_deg)
        return self._centre.plus(Vector(sin(angle), cos(angle), 0.0).times(self._radius_m))

    def _rate_dps(self, level_mps: float) -> float:
        asked = self._speeds.tuning.circle_rate_dps
        if self._radius_m < 0.1:
            return asked
        most_mps = min(level_mps, sqrt(2.0 * self._radius_m))  # 2 m/s^2 towards the middle
        return min(asked, degrees(most_mps / self._radius_m))


class Retrace:
    """SMART_RTL: the recorded places backwards, then down at home."""

    def __init__(self, speeds: FlightSpeeds, path: list[Vector], home: Vector) -> None:
        back: list[Maneuver] = [FlyTo(speeds, place, end_speed_mps=2.0, turn_to_leg=False) for place in reversed(path)]
        over_home = Vector(home.east, home.north, path[0].up if path else home.up)
        wait_s = max(0.0, speeds.tuning.return_wait_s)
        hover = Vector(home.east, home.north, max(over_home.up, home.up + 2.0))
        self._phases = InTurn([*back, FlyTo(speeds, hover, hold_s=wait_s, turn_to_leg=False), Landing(speeds, hover)])

    @property
    def done(self) -> bool:
        return self._phases.done

    @property
    def landing(self) -> bool:
        return isinstance(self._phases.present, Landing)

    def update(self, view: View) -> Command:
        return self._phases.update(view)
