"""From where to where on a wing: bank angles that follow lines and circles, climb rates that reach heights.

Lines and circles after ArduPilot's L1 controller: the aim point lies ahead on the path by a distance that grows with the speed over
the ground, so that the same period damps the approach at every speed.
Source: S. Park, J. Deyst, J. How, "A New Nonlinear Guidance Logic for Trajectory Tracking" (2004).
"""

from dataclasses import dataclass
from math import atan, atan2, cos, degrees, hypot, pi, radians, sin, sqrt, tan

from sim.airframes import GRAVITY_MPS2
from sim.vector import Vector, clamp

HEIGHT_GAIN_PER_S = 0.35


@dataclass(frozen=True, slots=True)
class WingLimits:
    """What a firmware allows its wing. Defaults are ArduPlane's: AIRSPEED_CRUISE, AIRSPEED_MIN, TECS_CLMB_MAX, TECS_SINK_MAX,
    ROLL_LIMIT_DEG, WP_LOITER_RAD, WP_RADIUS, NAVL1_PERIOD, NAVL1_DAMPING."""

    cruise_mps: float = 12.0
    least_mps: float = 9.0
    climb_mps: float = 5.0
    sink_mps: float = 5.0
    bank_deg: float = 45.0
    loiter_radius_m: float = 60.0
    waypoint_radius_m: float = 90.0
    period_s: float = 17.0
    damping: float = 0.75

    @property
    def tightest_radius_m(self) -> float:
        """Radius of a turn at full bank and cruise speed through still air."""
        return turn_radius_m(self.cruise_mps, self.bank_deg)


def turn_radius_m(airspeed_mps: float, bank_deg: float) -> float:
    """Radius of a coordinated turn in still air."""
    return airspeed_mps**2 / (GRAVITY_MPS2 * tan(radians(bank_deg)))


def aim_distance_m(velocity: Vector, limits: WingLimits) -> float:
    """How far ahead on the path the aim point lies (ArduPilot's L1 distance)."""
    return max(1.0, limits.damping * limits.period_s * max(1.0, velocity.level_length()) / pi)


def line_bank_deg(start: Vector, end: Vector, position: Vector, velocity: Vector, limits: WingLimits) -> float:
    """Bank that joins and follows the level line from `start` to `end`."""
    speed = max(1.0, velocity.level_length())
    reach_m = aim_distance_m(velocity, limits)
    along_e, along_n = end.east - start.east, end.north - start.north
    length = hypot(along_e, along_n)
    if length < 1.0:
        return _bank_to_point(end, position, velocity, reach_m, limits)
    along_e, along_n = along_e / length, along_n / length
    from_e, from_n = position.east - start.east, position.north - start.north
    done = from_e * along_e + from_n * along_n
    across = from_e * along_n - from_n * along_e  # positive right of the line
    if done < -reach_m or done > length + 3.0 * speed:
        return _bank_to_point(start if done < 0 else end, position, velocity, reach_m, limits)
    approach = radians(45.0) if abs(across) >= reach_m * sin(radians(45.0)) else atan2(abs(across), sqrt(reach_m**2 - across**2))
    course = atan2(along_e, along_n) - (approach if across > 0 else -approach)
    return _bank_towards(course, velocity, reach_m, limits)


def circle_bank_deg(centre: Vector, radius_m: float, clockwise: bool, position: Vector, velocity: Vector, limits: WingLimits) -> float:
    """Bank that joins and keeps the circle."""
    reach_m = aim_distance_m(velocity, limits)
    out_e, out_n = position.east - centre.east, position.north - centre.north
    distance = max(0.1, hypot(out_e, out_n))
    if distance > radius_m + 2.0 * reach_m:
        return _bank_to_point(centre, position, velocity, reach_m, limits)
    out_e, out_n = out_e / distance, out_n / distance
    sense = 1.0 if clockwise else -1.0
    rim_e, rim_n = out_n * sense, -out_e * sense
    # Join the rim tangentially; the turn itself is added as the centripetal acceleration it needs.
    off = clamp((distance - radius_m) / reach_m, -1.0, 1.0)
    angle = off * radians(70.0)
    course = atan2(rim_e * cos(angle) - out_e * sin(angle), rim_n * cos(angle) - out_n * sin(angle))
    tangential = max(0.0, velocity.east * rim_e + velocity.north * rim_n)
    centripetal = tangential**2 / max(distance, 0.5 * radius_m) * sense * max(0.0, 1.0 - abs(off))
    return _bank_of(_side_mps2(course, velocity, reach_m) + centripetal, limits)


def climb_to_mps(height_m: float, target_m: float, limits: WingLimits, slope_mps: float = 0.0) -> float:
    """Climb rate that reaches `target_m`; `slope_mps` is the rate at which the target itself rises."""
    return clamp(slope_mps + HEIGHT_GAIN_PER_S * (target_m - height_m), -limits.sink_mps, limits.climb_mps)


def _bank_to_point(target: Vector, position: Vector, velocity: Vector, reach_m: float, limits: WingLimits) -> float:
    course = atan2(target.east - position.east, target.north - position.north)
    return _bank_towards(course, velocity, reach_m, limits)


def _bank_towards(course: float, velocity: Vector, reach_m: float, limits: WingLimits) -> float:
    return _bank_of(_side_mps2(course, velocity, reach_m), limits)


def _side_mps2(course: float, velocity: Vector, reach_m: float) -> float:
    """Acceleration to the right that turns the motion onto `course` (radians from north), by the L1 law 2 V^2 / L1 sin(angle)."""
    speed = velocity.level_length()
    off = (course - atan2(velocity.east, velocity.north) + pi) % (2.0 * pi) - pi
    return 2.0 * speed * speed / reach_m * sin(clamp(off, -pi / 2.0, pi / 2.0))


def _bank_of(side_mps2: float, limits: WingLimits) -> float:
    return clamp(degrees(atan(side_mps2 / GRAVITY_MPS2)), -limits.bank_deg, limits.bank_deg)
