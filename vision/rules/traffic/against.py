"""Stretches driven against the heading of a lane."""

from collections.abc import Iterator

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import Lane, RoadScene
from vision.rules.runs import inside_m, runs

OWN_DEG = 60.0  # within so much of a lane's heading it drives in a lane of its own


def against(path: GroundPath, scene: RoadScene, *, turned_deg: float, slow_mps: float, margin_m: float) -> Iterator[tuple[Lane, slice]]:
    """Rows of each stretch further than `turned_deg` from the heading of the lane, at more than `slow_mps`, surely inside of it."""
    fast = path.speed_mps > slow_mps
    margins_m = np.maximum(margin_m, np.minimum(2.0 * path.sigma_m(path.across), 1.5))
    for lane in scene.lanes:
        turned = path.ahead @ lane.ahead < np.cos(np.radians(turned_deg))
        for rows in runs((inside_m(lane.outline, path.en_m) > margins_m) & turned & fast):
            yield lane, rows


def came_from_own_lane(path: GroundPath, row: int, scene: RoadScene) -> bool:
    """Whether before this row it drove in a lane with that lane's heading."""
    before = slice(0, row)
    return any(
        bool(((path.ahead[before] @ lane.ahead > np.cos(np.radians(OWN_DEG))) & (inside_m(lane.outline, path.en_m[before]) > 0.0)).any())
        for lane in scene.lanes
    )
