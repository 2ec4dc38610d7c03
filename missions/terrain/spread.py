"""What the ground makes of resolution and overlap: each place of the area as its nearest photo sees it."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from geo.terrain import Heights
from missions.patterns.grid import Area
from missions.planning.camera import CameraModel
from missions.planning.gsd import camera_footprint

Points = NDArray[np.float64]
_MOST_PLACES = 20_000


@dataclass(frozen=True, slots=True)
class ResolutionSpread:
    """Centimetres on the ground; `coarser_share` of the area is coarser than wished. Overlaps are the least anywhere, below 0 = a gap."""

    min_cm: float
    median_cm: float
    max_cm: float
    coarser_share: float
    front_overlap_min: float
    side_overlap_min: float


def resolution_spread(
    photos_m: Points,
    area: Area,
    camera: CameraModel,
    heights: Heights,
    frame: LocalFrame,
    home_amsl_m: float,
    *,
    wished_cm: float,
    trigger_m: float,
    line_spacing_m: float,
) -> ResolutionSpread | None:
    """`photos_m` is (n, 3) east, north, metres above home, looking straight down. None when the ground of the area is not known."""
    left, low, right, high = area.bounds
    step_m = max(heights.resolution_m, float(np.sqrt(area.area / _MOST_PLACES)))
    east, north = np.meshgrid(np.arange(left + step_m / 2, right, step_m), np.arange(low + step_m / 2, high, step_m))
    places = np.column_stack([east.ravel(), north.ravel()])
    places = places[shapely.contains_xy(area, places[:, 0], places[:, 1])]
    if not len(places) or not len(photos_m):
        return None
    tree = shapely.STRtree([shapely.Point(photo) for photo in photos_m[:, :2]])
    nearest = tree.nearest(shapely.points(places))
    ground_m = heights.heights_amsl_m(frame.to_lonlat_deg(places)) - home_amsl_m
    above_m = np.maximum((photos_m[nearest, 2] - ground_m)[np.isfinite(ground_m)], 0.1)
    if not len(above_m):
        return None
    per_metre = camera_footprint(camera, 1.0)
    cm = 100.0 * above_m * per_metre.across_m / camera.image_width_px
    lowest_m = float(above_m.min())
    return ResolutionSpread(
        round(float(cm.min()), 3),
        round(float(np.median(cm)), 3),
        round(float(cm.max()), 3),
        round(float((cm > wished_cm * (1.0 + 1e-6)).mean()), 4),
        round(1.0 - trigger_m / (per_metre.along_m * lowest_m), 4),
        round(1.0 - line_spacing_m / (per_metre.across_m * lowest_m), 4),
    )
