"""The simulator's own pinhole camera: world to pixel. Deliberately written apart from the code that goes the other way.

World: east, north, up in metres, ground at up = 0. Pixels count from the outer corner of the top left pixel, so the middle of a
picture `w` wide is w / 2. A camera is a 3x4 matrix; for the ground plane it becomes a 3x3 homography.
"""

from dataclasses import dataclass
from math import cos, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """Pose and lens. Heading clockwise from north, pitch -90 straight down, roll positive right side down."""

    east_m: float
    north_m: float
    height_m: float
    heading_deg: float
    pitch_deg: float
    hfov_deg: float
    width_px: int
    height_px: int
    roll_deg: float = 0.0

    @property
    def focal_px(self) -> float:
        return self.width_px / (2.0 * tan(radians(self.hfov_deg) / 2.0))

    def world_to_camera(self) -> Matrix:
        """(3, 4): world homogeneous -> metres right, down and ahead of the camera."""
        # Three plain turns of the axes, one after the other: heading about up, tilt about right, roll about ahead.
        h, p, r = radians(self.heading_deg), radians(self.pitch_deg), radians(self.roll_deg)
        to_heading = np.array([[cos(h), -sin(h), 0.0], [sin(h), cos(h), 0.0], [0.0, 0.0, 1.0]])  # right, ahead level, up
        to_tilt = np.array([[1.0, 0.0, 0.0], [0.0, sin(p), -cos(p)], [0.0, cos(p), sin(p)]])  # right, down, ahead
        to_roll = np.array([[cos(r), sin(r), 0.0], [-sin(r), cos(r), 0.0], [0.0, 0.0, 1.0]])
        rotation = to_roll @ to_tilt @ to_heading
        place = np.array([self.east_m, self.north_m, self.height_m])
        return np.column_stack([rotation, -rotation @ place])

    def lens(self) -> Matrix:
        """(3, 3): camera metres -> homogeneous pixels."""
        return np.array([[self.focal_px, 0.0, self.width_px / 2.0], [0.0, self.focal_px, self.height_px / 2.0], [0.0, 0.0, 1.0]])

    def ground_to_pixel(self) -> Matrix:
        """(3, 3) homography: (east, north, 1) on the ground -> homogeneous pixel."""
        matrix: Matrix = (self.lens() @ self.world_to_camera())[:, [0, 1, 3]]
        return matrix

    def pixel_of(self, east_m: float, north_m: float, up_m: float = 0.0) -> tuple[float, float] | None:
        """Pixel of a point; None when it lies behind the camera. May be outside the picture."""
        ahead = self.lens() @ self.world_to_camera() @ np.array([east_m, north_m, up_m, 1.0])
        if ahead[2] <= 1e-6:
            return None
        return float(ahead[0] / ahead[2]), float(ahead[1] / ahead[2])

    def ground_sample_m(self) -> float:
        """Metres of ground under one pixel straight below (for a camera that looks down)."""
        return self.height_m / self.focal_px


def opencv_pixels(matrix: Matrix) -> Matrix:
    """The same homography for OpenCV, which counts pixels from the centre of the top left one."""
    shift = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    return shift @ matrix
