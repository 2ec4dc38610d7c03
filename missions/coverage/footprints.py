"""Ground seen by single photographs, as polygons in local metres.

Pinhole camera over level ground; the top of a picture that looks straight down points along the heading, its long side lies across.
Rays that leave the nadir by more than 75 degrees are cut there: nothing useful is seen so near the horizon.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat, camera_to_enu
from missions.planning.camera import CameraModel

FARTHEST_OFF_NADIR_DEG = 75.0
_DOWN_DEG = -90.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph: where the camera was, how high above the ground, and how it looked (pitch -90 = straight down)."""

    position: LonLat
    height_m: float
    heading_deg: float
    pitch_deg: float = _DOWN_DEG
    roll_deg: float = 0.0


def footprints(camera: CameraModel, shots: Sequence[Shot], frame: LocalFrame) -> NDArray[np.object_]:
    """(n,) polygons, one a shot; a camera that looks at the horizon, or stands on the ground, sees an empty one."""
    if not shots:
        return np.zeros(0, dtype=object)
    centres = frame.to_en_m([shot.position.as_tuple() for shot in shots])
    rays = _corner_rays(camera)
    rotations = np.stack([camera_to_enu(shot.heading_deg, shot.pitch_deg, shot.roll_deg) for shot in shots])
    world = np.einsum("nij,kj->nki", rotations, rays)  # (n, 4, 3) east, north, up
    lowest = np.cos(np.radians(FARTHEST_OFF_NADIR_DEG)) * np.linalg.norm(world, axis=2)
    down = np.maximum(-world[:, :, 2], lowest)
    heights = np.maximum(0.0, np.array([shot.height_m for shot in shots]))
    corners = centres[:, None, :] + world[:, :, :2] / down[:, :, None] * heights[:, None, None]
    seen = np.asarray(shapely.polygons(np.concatenate([corners, corners[:, :1]], axis=1)), dtype=np.object_)
    seen[~shapely.is_valid(seen)] = shapely.Polygon()
    return seen


def _corner_rays(camera: CameraModel) -> NDArray[np.float64]:
    """(4, 3) directions of the corners in the camera's frame: x right, y down, z forward."""
    x, y = camera.sensor_width_mm / 2.0 / camera.focal_length_mm, camera.sensor_height_mm / 2.0 / camera.focal_length_mm
    return np.array([[-x, -y, 1.0], [x, -y, 1.0], [x, y, 1.0], [-x, y, 1.0]])
