"""Pinhole cameras in the world.

World frame: east, north, up in metres. Camera frame (computer vision): x right, y down, z along the optical axis.
A camera's attitude is heading (clockwise from north, where the top of a level picture points), pitch (positive up,
-90 looks straight down) and roll (positive right side down). At pitch -90 the top of the picture points to `heading_deg`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.primitives.errors import GeoError
from geo.primitives.place import LonLat


@dataclass(frozen=True, slots=True)
class CameraIntrinsics:
    """Ideal pinhole: focal length and principal point in pixels, picture size in pixels."""

    width_px: int
    height_px: int
    focal_px: float
    centre_px: tuple[float, float]

    @classmethod
    def from_horizontal_fov(cls, width_px: int, height_px: int, hfov_deg: float) -> "CameraIntrinsics":
        """Square pixels, principal point in the middle. Raises `GeoError` unless 0 < hfov_deg < 180."""
        if not 0.0 < hfov_deg < 180.0:
            raise GeoError(
                f"Horizontal field of view {hfov_deg} deg is not between 0 and 180.",
                code="geo.camera_fov",
                hint="Give the full horizontal angle of the lens in degrees.",
            )
        focal_px = width_px / 2.0 / np.tan(np.radians(hfov_deg) / 2.0)
        return cls(width_px, height_px, float(focal_px), (width_px / 2.0, height_px / 2.0))

    def rays(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) pixels -> (n, 3) unit vectors in the camera frame."""
        uv = np.atleast_2d(np.asarray(pixels, dtype=np.float64))
        directions = np.column_stack(
            [(uv[:, 0] - self.centre_px[0]) / self.focal_px, (uv[:, 1] - self.centre_px[1]) / self.focal_px, np.ones(len(uv))]
        )
        lengths: NDArray[np.float64] = np.linalg.norm(directions, axis=1, keepdims=True)
        return directions / lengths

    def project(self, points_camera_m: ArrayLike) -> NDArray[np.float64]:
        """(n, 3) points in the camera frame -> (n, 2) pixels; NaN for points behind the camera."""
        points = np.atleast_2d(np.asarray(points_camera_m, dtype=np.float64))
        depth = np.where(points[:, 2] > 1e-9, points[:, 2], np.nan)
        return np.column_stack(
            [
                self.centre_px[0] + self.focal_px * points[:, 0] / depth,
                self.centre_px[1] + self.focal_px * points[:, 1] / depth,
            ]
        )


def camera_to_enu(heading_deg: float, pitch_deg: float, roll_deg: float = 0.0) -> NDArray[np.float64]:
    """(3, 3) rotation whose columns are the camera's x, y and z axes in east-north-up."""
    heading, pitch, roll = np.radians([heading_deg, pitch_deg, roll_deg])
    sin_h, cos_h = np.sin(heading), np.cos(heading)
    sin_p, cos_p = np.sin(pitch), np.cos(pitch)
    forward = np.array([sin_h * cos_p, cos_h * cos_p, sin_p])
    right = np.array([cos_h, -sin_h, 0.0])
    down = np.cross(forward, right)
    # Roll turns the picture about the optical axis; positive roll dips the right side.
    right_rolled = np.cos(roll) * right + np.sin(roll) * down
    down_rolled = -np.sin(roll) * right + np.cos(roll) * down
    return np.column_stack([right_rolled, down_rolled, forward])


@dataclass(frozen=True, slots=True)
class CameraPose:
    """Where a camera is and where it looks, with one-sigma uncertainties.

    `height_m` is above the ground plane seen; `position_sigma_m` is horizontal.
    """

    position: LonLat
    height_m: float
    heading_deg: float
    pitch_deg: float
    roll_deg: float = 0.0
    position_sigma_m: float = 1.0
    height_sigma_m: float = 1.0
    attitude_sigma_deg: float = 0.5
