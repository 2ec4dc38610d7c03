"""Who passed a stop line while its signal was red: where the rules about red lights begin."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene, Schedule, StopLine


@dataclass(frozen=True, slots=True, eq=False)
class RedCrossing:
    """`at_s` is when the front passed the line, `row` the row of the path before."""

    stop: StopLine
    signal: Schedule
    at_s: float
    row: int


def red_crossings(path: GroundPath, scene: RoadScene, turned_deg: float) -> Iterator[RedCrossing]:
    """`turned_deg` further from the line's heading a thing comes from another arm."""
    for stop in scene.stop_lines:
        crossed = _crossing(path, stop, turned_deg)
        if stop.signal is not None and crossed is not None and stop.signal.light(crossed[0]) == "red":
            yield RedCrossing(stop, stop.signal, *crossed)


def _crossing(path: GroundPath, stop: StopLine, turned_deg: float) -> tuple[float, int] | None:
    """When the front of a thing that drives with the line's traffic passed it, and the row before; None when it did not."""
    past_m, front = stop.past_m(path.front_m), path.front_m
    passes = np.flatnonzero((past_m[:-1] < 0.0) & (past_m[1:] >= 0.0))
    for row in passes.tolist():
        with_it = float(path.ahead[row] @ stop.ahead) > np.cos(np.radians(turned_deg))
        if with_it and stop.beside(front[row : row + 2]).all():
            share = -past_m[row] / (past_m[row + 1] - past_m[row])
            return float(path.times_s[row] + share * (path.times_s[row + 1] - path.times_s[row])), row
    return None
