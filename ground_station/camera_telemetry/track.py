"""Readings of a camera as a track: what held at an instant between two of them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from geo.primitives import LocalFrame, LonLat, camera_to_enu, heading_pitch_roll_deg
from ground_station.camera_telemetry.readings import CameraReading
from ground_station.watching.angles import turn_deg
from ground_station.watching.gimbal_track import LookAt
from ground_station.watching.pose_buffer import PoseAt

LONGEST_GAP_S = 2.5  # files written once a second with a beat left out


@dataclass(frozen=True, slots=True)
class HeldAt:
    """`look` is None where the file does not tell how the camera looks. `nearest`: the reading closest in time, for what does not move."""

    pose: PoseAt
    look: LookAt | None
    nearest: CameraReading


class ReadingTrack:
    """`readings` have heights, an attitude of the vehicle or of the camera, and times that grow."""

    def __init__(self, readings: Sequence[CameraReading], home: LonLat | None) -> None:
        self._readings, self._home = readings, home
        self._at_s = [reading.at_s for reading in readings]

    @property
    def span_s(self) -> tuple[float, float] | None:
        return (self._at_s[0], self._at_s[-1]) if self._at_s else None

    def at(self, at_s: float) -> HeldAt | None:
        """None before the first reading, after the last one, and inside a gap longer than `LONGEST_GAP_S`."""
        after = bisect_right(self._at_s, at_s)
        if after == 0 or (after == len(self._at_s) and at_s > self._at_s[-1]):
            return None
        first, second = (after - 1, after) if after < len(self._at_s) else (max(0, after - 2), after - 1)
        a, b = self._readings[first], self._readings[second]
        gap_s = b.at_s - a.at_s
        if gap_s > LONGEST_GAP_S:
            return self._held(a, a, 0.0) if at_s == a.at_s else None
        return self._held(a, b, (at_s - a.at_s) / gap_s if gap_s > 0 else 0.0)

    def _held(self, a: CameraReading, b: CameraReading, share: float) -> HeldAt:
        gap_s = b.at_s - a.at_s
        east, north = LocalFrame(a.position).offset_m(b.position) if a is not b else (0.0, 0.0)
        height_a, height_b = a.height_m or 0.0, b.height_m or 0.0
        looks = a.camera_deg is not None and b.camera_deg is not None
        vehicle_a, vehicle_b = a.vehicle_deg or a.camera_deg or (0.0, 0.0, 0.0), b.vehicle_deg or b.camera_deg or (0.0, 0.0, 0.0)
        turns = [turn_deg(start, end) for start, end in zip(vehicle_a, vehicle_b, strict=True)]
        heading, pitch, roll = (start + share * turn for start, turn in zip(vehicle_a, turns, strict=True))
        pose = PoseAt(
            position=LonLat(
                a.position.lon_deg + share * (b.position.lon_deg - a.position.lon_deg),
                a.position.lat_deg + share * (b.position.lat_deg - a.position.lat_deg),
            ),
            altitude_above_home_m=height_a + share * (height_b - height_a),
            roll_deg=roll,
            pitch_deg=pitch,
            heading_deg=heading % 360.0,
            speed_mps=(east / gap_s, north / gap_s, (height_b - height_a) / gap_s) if gap_s > 0 else (0.0, 0.0, 0.0),
            turn_rate_dps=turns[0] / gap_s if gap_s > 0 else 0.0,
            home=self._home,
            amsl_m=None if a.amsl_m is None or b.amsl_m is None else a.amsl_m + share * (b.amsl_m - a.amsl_m),
        )
        look = _look(a.camera_deg, b.camera_deg, share, gap_s) if looks and a.camera_deg and b.camera_deg else None
        return HeldAt(pose, look, a if share < 0.5 else b)


def _look(a_deg: tuple[float, float, float], b_deg: tuple[float, float, float], share: float, gap_s: float) -> LookAt:
    """Turned evenly from one look to the other: straight down, where heading and roll are one, angles cannot be gone between."""
    start, end = camera_to_enu(*a_deg), camera_to_enu(*b_deg)
    turn_rad = np.asarray(cv2.Rodrigues(end @ start.T)[0]).ravel()  # about east, north and up
    heading, pitch, roll = heading_pitch_roll_deg(np.asarray(cv2.Rodrigues(share * turn_rad)[0]) @ start)
    rates_dps = np.degrees(turn_rad) / gap_s if gap_s > 0 else np.zeros(3)
    return LookAt(roll, pitch, heading, turn_dps=-float(rates_dps[2]), nod_dps=float(np.hypot(rates_dps[0], rates_dps[1])))
