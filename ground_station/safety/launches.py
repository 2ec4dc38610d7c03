"""Missions about to start, as trajectories that can be compared with each other and with what flies.

The climb above the own take-off place and the descent onto it are left out: vehicles stand near each other on purpose, and every pair of
them would be called a conflict. What flies over that place is looked at by the pre-flight checks of each vehicle.
"""

import numpy as np

from geo.primitives import LocalFrame
from ground_station.safety.conflicts import Trajectory
from ground_station.safety.flight_path import TimedPath

OVER_THE_PAD_M = 15.0


def launch_trajectory(name: str, path: TimedPath, ground_amsl_m: float, frame: LocalFrame) -> Trajectory:
    """`path` started now, in `frame`, with altitudes above mean sea level; from leaving its pad to being back above it."""
    lonlat = path.frame.to_lonlat_deg(path.points_m[:, :2])
    points = np.column_stack([frame.to_en_m(lonlat), path.points_m[:, 2] + ground_amsl_m])
    away = np.hypot(*(points[:, :2] - points[0, :2]).T) > OVER_THE_PAD_M
    if not away.any():
        return Trajectory(name, points[-1:], path.times_s[-1:])
    first = int(np.argmax(away))
    last = len(away) - 1 - int(np.argmax(away[::-1]))
    # One point before and after: the legs that leave the pad and come back to it belong to the flight.
    kept = slice(max(first - 1, 0), min(last + 2, len(points)))
    return Trajectory(name, points[kept], path.times_s[kept])
