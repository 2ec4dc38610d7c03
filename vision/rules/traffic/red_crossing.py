"""Who passed a stop line while its signal was red: where the rules about red lights begin."""

from collections.abc import Iterator
from dataclasses import dataclass

from vision.rules.gates import crossings
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
        crossed = next(crossings(path, path.front_m, stop, turned_deg), None)
        if stop.signal is not None and crossed is not None and stop.signal.light(crossed.at_s) == "red":
            yield RedCrossing(stop, stop.signal, crossed.at_s, crossed.row)
