"""What a standing vehicle may be waiting for: another that stands close ahead, or a red light."""

from collections.abc import Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.runs import latched
from vision.rules.subjects import MOTOR_VEHICLES

STILL_MPS = 0.5  # what a standing box is seen to wander
GOES_MPS = 1.0  # until so fast it has not gone on: a box that flickers about one limit stands all the time
QUEUE_M = 10.0  # from middle to middle, to the vehicle waited for
BESIDE_M = 2.0
SIGNAL_M = 30.0  # before a red light


def standing(path: GroundPath) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """(n,) whether it stands."""
    speed_mps = path.speed_mps
    return latched(speed_mps < STILL_MPS, speed_mps < GOES_MPS)


def stands_ahead(path: GroundPath, rows: slice, others: Sequence[GroundPath], at_s: float, within_m: float = QUEUE_M) -> GroundPath | None:
    """Another vehicle that stands close ahead of it at this instant."""
    place, ahead = np.median(path.en_m[rows], axis=0), path.ahead[rows.start]
    for other in others:
        if other.label not in MOTOR_VEHICLES or not other.times_s[0] <= at_s <= other.times_s[-1]:
            continue
        row = other.at(at_s)
        way = other.en_m[row] - place
        forward_m = float(way @ ahead)
        beside_m = float(np.hypot(*(way - forward_m * ahead)))
        if other.speed_mps[row] < GOES_MPS and 0.0 < forward_m < within_m and beside_m < BESIDE_M:
            return other
    return None


def waits_at_red(path: GroundPath, rows: slice, scene: RoadScene, at_s: float) -> bool:
    place, ahead = np.median(path.en_m[rows], axis=0), path.ahead[rows.start]
    for stop in scene.stop_lines:
        gap_m = -float(stop.past_m(place[None, :])[0])
        if stop.signal is None or not 0.0 < gap_m < SIGNAL_M or float(ahead @ stop.ahead) < 0.5:
            continue
        if stop.beside(place[None, :])[0] and stop.signal.light(at_s) == "red":
            return True
    return False
