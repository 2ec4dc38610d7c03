"""Pinhole cameras in the world.

World frame: east, north, up in metres. Camera frame (computer vision): x right, y down, z along the optical axis.
A camera's attitude is heading (clockwise from north, where the top of a level picture points), pitch (positive up,
-90 looks straight down) and roll (positive right side down). At pitch -90 the top of the picture points to `heading_deg`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.primitives.errors import GeoError
from geo.primitives.place import LonLat

_NEWTON_STEPS = 12
_SETTLED = 1e-13  # focal lengths
_FLAT = 1e-3  # of the lens's slope, near its fold
_NO_FOLD = 1e6


@dataclass(frozen=True, slots=True)
class CameraIntrinsics:
    """Pinhole with radial distortion: focal length and principal point in pixels, picture size in pixels.

    A ray at r focal lengths from the axis is seen at r (1 + k1 r^2 + k2 r^4): Brown's model, k1 < 0 for the barrel of a wide lens.
    """

    width_px: int
    height_px: int
    focal_px: float
    centre_px: tuple[float, float]
    k1: float = 0.0
    k2: float = 0.0

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

    @property
    def hfov_deg(self) -> float:
        """Full horizontal angle of view, distortion left aside."""
        return float(2.0 * np.degrees(np.arctan(self.width_px / 2.0 / self.focal_px)))

    def straightened(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) pixels -> (n, 2) of the same rays without distortion, in focal lengths right of and below the axis."""
        bent = (np.atleast_2d(np.asarray(pixels, dtype=np.float64)) - self.centre_px) / self.focal_px
        if not (self.k1 or self.k2):
            return bent
        radius, fold = np.hypot(bent[:, 0], bent[:, 1]), _fold_radius(self.k1, self.k2)
        straight = np.minimum(radius, fold)
        for _ in range(_NEWTON_STEPS):
            r2 = straight**2
            slope = 1.0 + 3.0 * self.k1 * r2 + 5.0 * self.k2 * r2 * r2
            step = (straight * (1.0 + self.k1 * r2 + self.k2 * r2 * r2) - radius) / np.where(np.abs(slope) > _FLAT, slope, _FLAT)
            straight = np.clip(straight - step, 0.0, fold)
            if np.abs(step).max(initial=0.0) < _SETTLED:
                break
        stretch: NDArray[np.float64] = np.where(radius > 0.0, straight / np.where(radius > 0.0, radius, 1.0), 1.0)
        return bent * stretch[:, None]

    def rays(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) pixels -> (n, 3) unit vectors in the camera frame."""
        straight = self.straightened(pixels)
        directions = np.column_stack([straight, np.ones(len(straight))])
        lengths: NDArray[np.float64] = np.linalg.norm(directions, axis=1, keepdims=True)
        return directions / lengths

    def project(self, points_camera_m: ArrayLike) -> NDArray[np.float64]:
        """(n, 3) points in the camera frame -> (n, 2) pixels; NaN for points behind the camera, and where the lens would fold its picture
        back."""
        points = np.atleast_2d(np.asarray(points_camera_m, dtype=np.float64))
        depth = np.where(points[:, 2] > 1e-9, points[:, 2], np.nan)
        straight = points[:, :2] / depth[:, None]
        if self.k1 or self.k2:
            r2 = (straight**2).sum(axis=1)
            r2 = np.where(r2 <= _fold_radius(self.k1, self.k2) ** 2, r2, np.nan)
            straight = straight * (1.0 + self.k1 * r2 + self.k2 * r2 * r2)[:, None]
        pixels: NDArray[np.float64] = straight * self.focal_px + np.asarray(self.centre_px)
        return pixels


@lru_cache(maxsize=64)
def _fold_radius(k1: float, k2: float) -> float:
    """Where rays further out would be seen further in: beyond it the model says nothing."""
    real = [root.real for root in np.roots([5.0 * k2, 3.0 * k1, 1.0]) if abs(root.imag) < 1e-12 and root.real > 0.0]
    return float(np.sqrt(min(real, default=_NO_FOLD)))


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


def heading_pitch_roll_deg(camera_to_enu: NDArray[np.float64]) -> tuple[float, float, float]:
    """Inverse of `camera_to_enu`; straight up or down all turning about the vertical counts as heading."""
    right, _, forward = camera_to_enu.T
    pitch = np.arcsin(np.clip(forward[2], -1.0, 1.0))
    level = np.hypot(forward[0], forward[1]) > 1e-9
    heading = np.arctan2(forward[0], forward[1]) if level else np.arctan2(-right[1], right[0])
    level_right = np.array([np.cos(heading), -np.sin(heading), 0.0])
    roll = np.arctan2(right @ np.cross(forward, level_right), right @ level_right)
    return float(np.degrees(heading) % 360.0), float(np.degrees(pitch)), float(np.degrees(roll))


def carried_deg(carrier_deg: tuple[float, float, float], on_carrier_deg: tuple[float, float, float]) -> tuple[float, float, float]:
    """Heading, pitch and roll in the world of what is turned by the second three against a carrier that has the first three.

    >>> carried_deg((90.0, 0.0, 0.0), (0.0, -90.0, 0.0))
    (90.0, -90.0, 0.0)
    """
    right, down, ahead = camera_to_enu(*carrier_deg).T
    carrier_to_enu = np.column_stack([right, ahead, -down])
    heading, pitch, roll = heading_pitch_roll_deg(carrier_to_enu @ camera_to_enu(*on_carrier_deg))
    return heading, pitch, roll


@dataclass(frozen=True, slots=True)
class CameraPose:
    """Where a camera is and where it looks, with one-sigma uncertainties.

    `height_m` is above the ground plane seen, `amsl_m` above the sea, as the elevation model counts; with it a place can be found on ground
    with relief. `position_sigma_m` is of east and of north; `tilt_sigma_deg` of the horizon, about each of two level axes;
    `heading_sigma_deg` about the vertical.
    """

    position: LonLat
    height_m: float
    heading_deg: float
    pitch_deg: float
    roll_deg: float = 0.0
    position_sigma_m: float = 1.0
    height_sigma_m: float = 1.0
    tilt_sigma_deg: float = 0.5
    heading_sigma_deg: float = 0.5
    amsl_m: float | None = None
