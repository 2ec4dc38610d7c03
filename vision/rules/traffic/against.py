"""Stretches driven against the heading of a lane."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import Lane, RoadScene
from vision.rules.runs import inside_m, runs
from vision.rules.traffic.driven import surely_inside

OWN_DEG = 60.0  # within so much of a lane's heading it drives in a lane of its own


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Rows of a stretch; `sure` when it is inside the lane by two sigmas."""

    lane: Lane
    rows: slice
    sure: bool


def against(path: GroundPath, scene: RoadScene, *, turned_deg: float, slow_mps: float, margin_m: float) -> Iterator[Against]:
    """Stretches further than `turned_deg` from the heading of the lane, at more than `slow_mps`."""
    fast = path.speed_mps > slow_mps
    for lane in scene.lanes:
        turned = path.ahead @ lane.ahead < np.cos(np.radians(turned_deg))
        depth_m = inside_m(lane.outline, path.en_m)
        for rows in runs((depth_m > margin_m) & turned & fast):
            yield Against(lane, rows, surely_inside(path, rows, depth_m))


def came_from_own_lane(path: GroundPath, row: int, scene: RoadScene) -> bool:
    """Whether before this row it drove in a lane with that lane's heading."""
    before = slice(0, row)
    return any(
        bool(((path.ahead[before] @ lane.ahead > np.cos(np.radians(OWN_DEG))) & (inside_m(lane.outline, path.en_m[before]) > 0.0)).any())
        for lane in scene.lanes
    )
