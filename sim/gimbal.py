"""Where the vehicle's camera looks: a stabilised gimbal that follows angles, keeps a heading, or stays on a place on the ground.

Pitch is negative downwards; yaw is clockwise, from the vehicle's nose or, locked, from north.
"""

from dataclasses import dataclass
from math import atan2, degrees, hypot, radians, sin, tan

from sim.airframes import BodyState
from sim.vector import Vector

PITCH_MIN_DEG, PITCH_MAX_DEG = -90.0, 30.0
YAW_MIN_DEG, YAW_MAX_DEG = -180.0, 180.0
TURN_DPS = 90.0
FARTHEST_M = 20_000.0


@dataclass(slots=True)
class Gimbal:
    """`update` moves it towards what was asked. `yaw_deg` is relative to the nose, or to north when `yaw_locked`."""

    pitch_deg: float = -90.0
    yaw_deg: float = 0.0
    yaw_locked: bool = False
    wanted_pitch_deg: float = -90.0
    wanted_yaw_deg: float = 0.0
    pitch_rate_dps: float = 0.0
    yaw_rate_dps: float = 0.0
    retracted: bool = False
    place: Vector | None = None  # a region of interest, in the vehicle's frame
    offset_deg: tuple[float, float] | None = None  # pitch and yaw off the next waypoint

    def heading_deg(self, vehicle_heading_deg: float) -> float:
        """From north."""
        return (self.yaw_deg if self.yaw_locked else vehicle_heading_deg + self.yaw_deg) % 360.0

    def lock_yaw(self, locked: bool, vehicle_heading_deg: float) -> None:
        """Change the frame of yaw without moving."""
        if locked == self.yaw_locked:
            return
        turn = vehicle_heading_deg if locked else -vehicle_heading_deg
        self.yaw_deg = _half_turn(self.yaw_deg + turn)
        self.wanted_yaw_deg = _half_turn(self.wanted_yaw_deg + turn)
        self.yaw_locked = locked

    def point(self, pitch_deg: float | None, yaw_deg: float | None) -> None:
        """Angles to hold; None leaves an axis as it is. Ends whatever was being looked at."""
        self.place = self.offset_deg = None
        self.retracted = False
        if pitch_deg is not None:
            self.wanted_pitch_deg, self.pitch_rate_dps = min(PITCH_MAX_DEG, max(PITCH_MIN_DEG, pitch_deg)), 0.0
        if yaw_deg is not None:
            self.wanted_yaw_deg, self.yaw_rate_dps = _half_turn(yaw_deg), 0.0

    def turn(self, pitch_dps: float | None, yaw_dps: float | None) -> None:
        """Rates to keep; None leaves an axis as it is."""
        self.place = self.offset_deg = None
        if pitch_dps is not None:
            self.pitch_rate_dps = pitch_dps
        if yaw_dps is not None:
            self.yaw_rate_dps = yaw_dps

    def update(self, state: BodyState, next_waypoint: Vector | None, dt_s: float) -> None:
        if self.place is not None:
            self._aim(state, self.place, 0.0, 0.0)
        elif self.offset_deg is not None and next_waypoint is not None:
            self._aim(state, next_waypoint, *self.offset_deg)
        self.wanted_pitch_deg = min(PITCH_MAX_DEG, max(PITCH_MIN_DEG, self.wanted_pitch_deg + self.pitch_rate_dps * dt_s))
        self.wanted_yaw_deg = _half_turn(self.wanted_yaw_deg + self.yaw_rate_dps * dt_s)
        most = TURN_DPS * dt_s
        self.pitch_deg += min(most, max(-most, self.wanted_pitch_deg - self.pitch_deg))
        self.yaw_deg = _half_turn(self.yaw_deg + min(most, max(-most, _half_turn(self.wanted_yaw_deg - self.yaw_deg))))

    def ground_point(self, state: BodyState, ground_up_m: float) -> Vector | None:
        """Where the middle of the picture meets level ground of this height; None at or above the horizon."""
        above_m = state.position.up - ground_up_m
        if self.pitch_deg > -1.0 or above_m <= 0.0:
            return None
        away_m = 0.0 if self.pitch_deg <= -89.99 else above_m / tan(radians(-self.pitch_deg))
        if away_m > FARTHEST_M:
            return None
        heading = radians(self.heading_deg(state.heading_deg))
        east = state.position.east + away_m * sin(heading)
        return Vector(east, state.position.north + away_m * sin(heading + radians(90.0)), ground_up_m)

    def _aim(self, state: BodyState, at: Vector, pitch_offset_deg: float, yaw_offset_deg: float) -> None:
        away = at.minus(state.position)
        bearing = degrees(atan2(away.east, away.north))
        pitch = degrees(atan2(away.up, hypot(away.east, away.north))) + pitch_offset_deg
        self.pitch_rate_dps = self.yaw_rate_dps = 0.0
        self.wanted_pitch_deg = min(PITCH_MAX_DEG, max(PITCH_MIN_DEG, pitch))
        self.wanted_yaw_deg = _half_turn(bearing + yaw_offset_deg - (0.0 if self.yaw_locked else state.heading_deg))


def _half_turn(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0
