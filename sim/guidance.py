"""From where to where: velocities that fly straight legs, slow down for corners and stop without overshoot.

A simpler relative of ArduCopter's waypoint controller, with the same limits: the speed allowed at a distance is the one that
can still be shed before the end of the leg.
"""

from dataclasses import dataclass
from math import cos, inf, radians, sqrt

from sim.vector import Vector, clamp, limited, turn_deg

WAYPOINT_RADIUS_M = 2.0  # WPNAV_RADIUS
ACCELERATION_MPS2 = 2.5  # WPNAV_ACCEL
BRAKING_MPS2 = 1.6  # below the acceleration limit, because attitude lags behind what is asked
POSITION_GAIN_PER_S = 0.8
HEIGHT_GAIN_PER_S = 1.0
CORNER_RADIUS_M = 2.0
LEAST_BESIDE = 0.1  # of the speed along a leg, so that no vehicle comes to rest beside it


@dataclass(frozen=True, slots=True)
class SpeedLimits:
    """Level, up and down, metres per second, the acceleration of climbs and descents and that of braking along a leg, m/s^2.

    More than half of `stray_m` beside a leg the speed along it is less, none `stray_m` off."""

    level_mps: float
    up_mps: float
    down_mps: float
    climb_mps2: float = 3.5
    brake_mps2: float = BRAKING_MPS2
    stray_m: float = inf

    def climb_to_mps(self, error_m: float) -> float:
        """Climb rate that brings a height right: proportional when near, from afar what can still be braked."""
        near_m = self.climb_mps2 / HEIGHT_GAIN_PER_S**2
        off_m = abs(error_m)
        rate = HEIGHT_GAIN_PER_S * off_m if off_m <= near_m else sqrt(2.0 * self.climb_mps2 * (off_m - 0.5 * near_m))
        return min(rate, self.up_mps) if error_m > 0.0 else -min(rate, self.down_mps)


@dataclass(frozen=True, slots=True)
class Leg:
    """A straight line to fly. `end_speed_mps` is the speed allowed at its end: zero to stop there."""

    start: Vector
    end: Vector
    end_speed_mps: float = 0.0

    def velocity(self, position: Vector, limits: SpeedLimits) -> Vector:
        """Velocity that follows the leg from `position`."""
        whole = self.end.minus(self.start)
        length_m = whole.level_length()
        if length_m < 0.5:
            return hold_velocity(position, self.end, limits)
        along = Vector(whole.east / length_m, whole.north / length_m, 0.0)
        offset = position.minus(self.start)
        done_m = clamp(offset.east * along.east + offset.north * along.north, 0.0, length_m)
        on_line = self.start.plus(whole.times(done_m / length_m))
        remaining_m = length_m - done_m
        speed = speed_at(remaining_m, self.end_speed_mps, limits.level_mps, limits.brake_mps2)
        # A steep leg may not ask for more climb than the vehicle has.
        rise = abs(whole.up)
        if rise > 0.0:
            speed = min(speed, (limits.up_mps if whole.up > 0 else limits.down_mps) * length_m / rise)
        error = on_line.minus(position)
        speed *= clamp(2.0 - 2.0 * error.level_length() / limits.stray_m, LEAST_BESIDE, 1.0)
        sideways = limited(error.level().times(POSITION_GAIN_PER_S), 0.7 * limits.level_mps)
        climb = whole.up / length_m * speed + POSITION_GAIN_PER_S * error.up
        if remaining_m <= 0.0:
            return hold_velocity(position, self.end, limits)
        level = limited(along.times(speed).plus(sideways), limits.level_mps)
        return Vector(level.east, level.north, clamp(climb, -limits.down_mps, limits.up_mps))

    def reached(self, position: Vector) -> bool:
        """Inside the waypoint's radius, or past the end of the leg close enough beside it."""
        return self.end.minus(position).length() <= WAYPOINT_RADIUS_M


def speed_at(remaining_m: float, end_speed_mps: float, limit_mps: float, brake_mps2: float = BRAKING_MPS2) -> float:
    """Fastest speed that can still be brought to `end_speed_mps` over the distance that remains."""
    braking = sqrt(end_speed_mps**2 + 2.0 * brake_mps2 * max(0.0, remaining_m))
    return min(limit_mps, braking, end_speed_mps + POSITION_GAIN_PER_S * max(0.0, remaining_m))


def hold_velocity(position: Vector, target: Vector, limits: SpeedLimits) -> Vector:
    """Velocity that brings the vehicle to `target` and keeps it there."""
    error = target.minus(position)
    distance_m = error.level_length()
    level = (
        error.level().times(speed_at(distance_m, 0.0, limits.level_mps, limits.brake_mps2) / distance_m)
        if distance_m > 1e-6
        else error.level()
    )
    return Vector(level.east, level.north, limits.climb_to_mps(error.up))


def corner_speed_mps(start: Vector, corner: Vector, after: Vector) -> float:
    """Speed through a corner such that an arc leaving it by at most `CORNER_RADIUS_M` stays within the acceleration limit."""
    before_leg, after_leg = corner.minus(start), after.minus(corner)
    if before_leg.level_length() < 0.5 or after_leg.level_length() < 0.5:
        return 0.0
    half_turn = radians(abs(turn_deg(before_leg.bearing_deg(), after_leg.bearing_deg())) / 2.0)
    if half_turn < radians(1.0):
        return 50.0  # straight on: the speed limit of the leg decides
    if half_turn > radians(80.0):
        return 0.0
    return sqrt(ACCELERATION_MPS2 * CORNER_RADIUS_M / (1.0 / cos(half_turn) - 1.0))
