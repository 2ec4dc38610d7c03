"""Poses of a vehicle by time, so that every frame gets the pose of its own instant."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from geo.primitives import LocalFrame, LonLat
from ground_station.messages import VehiclePose
from ground_station.watching.angles import turn_deg

KEPT = 600  # a minute at ten a second
MAXIMUM_GAP_S = 1.0  # across a longer silence a vehicle may have turned anywhere


@dataclass(frozen=True, slots=True)
class PoseAt:
    """Pose at one instant, with the speed (east, north, up) and turn rate (clockwise) around it, which tell what an error in time costs.

    Height counts from the ground at `home`. `amsl_m` is told by those who know their height above the sea better than that of home.
    """

    position: LonLat
    altitude_above_home_m: float
    roll_deg: float
    pitch_deg: float
    heading_deg: float
    speed_mps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn_rate_dps: float = 0.0
    home: LonLat | None = None
    amsl_m: float | None = None


class PoseBuffer:
    """The newest poses of one vehicle. Interpolates between neighbours; never extrapolates."""

    def __init__(self) -> None:
        self._poses: deque[VehiclePose] = deque(maxlen=KEPT)

    @property
    def newest_at(self) -> datetime | None:
        return self._poses[-1].at if self._poses else None

    def copy(self) -> "PoseBuffer":
        other = PoseBuffer()
        other._poses = self._poses.copy()
        return other

    def add(self, pose: VehiclePose) -> None:
        """Take a pose. One older than the newest means the vehicle's clock was set back: everything before it is forgotten."""
        if self._poses and pose.at < self._poses[-1].at:
            self._poses.clear()
        if not self._poses or pose.at > self._poses[-1].at:
            self._poses.append(pose)

    def pose_at(self, instant: datetime) -> PoseAt | None:
        """None before the oldest and after the newest pose, and inside a gap longer than `MAXIMUM_GAP_S`."""
        later: VehiclePose | None = None
        for pose in reversed(self._poses):
            if pose.at <= instant:
                if later is None:
                    return _between(pose, pose, 0.0) if pose.at == instant else None
                gap_s = (later.at - pose.at).total_seconds()
                if gap_s > MAXIMUM_GAP_S:
                    return None
                return _between(pose, later, (instant - pose.at).total_seconds() / gap_s)
            later = pose
        return None


def _between(a: VehiclePose, b: VehiclePose, share: float) -> PoseAt:
    east, north = LocalFrame(LonLat(a.lon_deg, a.lat_deg)).offset_m(LonLat(b.lon_deg, b.lat_deg)) if a is not b else (0.0, 0.0)
    gap_s = (b.at - a.at).total_seconds()
    return PoseAt(
        position=LonLat(a.lon_deg + share * (b.lon_deg - a.lon_deg), a.lat_deg + share * (b.lat_deg - a.lat_deg)),
        altitude_above_home_m=a.altitude_above_home_m + share * (b.altitude_above_home_m - a.altitude_above_home_m),
        roll_deg=a.roll_deg + share * turn_deg(a.roll_deg, b.roll_deg),
        pitch_deg=a.pitch_deg + share * turn_deg(a.pitch_deg, b.pitch_deg),
        heading_deg=(a.heading_deg + share * turn_deg(a.heading_deg, b.heading_deg)) % 360.0,
        speed_mps=(east / gap_s, north / gap_s, (b.altitude_above_home_m - a.altitude_above_home_m) / gap_s)
        if gap_s > 0
        else (0.0, 0.0, 0.0),
        turn_rate_dps=turn_deg(a.heading_deg, b.heading_deg) / gap_s if gap_s > 0 else 0.0,
        home=None if b.home is None else LonLat(*b.home),
    )
