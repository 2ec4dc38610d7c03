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
    """Pose and lens. Heading clockwise from north, pitch -90 straight down, roll positive right side down.

    `k1`, `k2` are Brown's radial distortion; the homography of the ground leaves them out.
    """

    east_m: float
    north_m: float
    height_m: float
    heading_deg: float
    pitch_deg: float
    hfov_deg: float
    width_px: int
    height_px: int
    roll_deg: float = 0.0
    k1: float = 0.0
    k2: float = 0.0

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
        seen = self.world_to_camera() @ np.array([east_m, north_m, up_m, 1.0])
        if seen[2] <= 1e-6:
            return None
        u, v = self.project(seen[None])[0]
        return float(u), float(v)

    def project(self, in_camera_m: Matrix) -> Matrix:
        """(n, 3) camera metres, all ahead of the lens -> (n, 2) pixels, distortion included."""
        straight = in_camera_m[:, :2] / in_camera_m[:, 2:]
        if self.k1 or self.k2:
            straight = straight * self._stretch((straight**2).sum(axis=1))[:, None]
        pixels: Matrix = straight * self.focal_px + np.array([self.width_px / 2.0, self.height_px / 2.0])
        return pixels

    def straightened(self, pixels: Matrix) -> Matrix:
        """(n, 2) pixels -> (n, 2) of the same rays without distortion, in focal lengths from the centre."""
        bent = (pixels - np.array([self.width_px / 2.0, self.height_px / 2.0])) / self.focal_px
        straight: Matrix = bent.copy()
        if self.k1 or self.k2:
            for _ in range(12):  # converges to far below a pixel for every lens a scene may have
                straight = bent / self._stretch((straight**2).sum(axis=1))[:, None]
        return straight

    def _stretch(self, radius2: Matrix) -> Matrix:
        # Beyond the radius where a barrel lens would fold its picture back, the edge's factor is kept: such points are outside anyway.
        r2 = np.minimum(radius2, self._fold_radius2())
        factor: Matrix = 1.0 + self.k1 * r2 + self.k2 * r2 * r2
        return factor

    def _fold_radius2(self) -> float:
        roots = np.roots([5.0 * self.k2, 3.0 * self.k1, 1.0])
        real = [float(root.real) for root in roots if abs(root.imag) < 1e-12 and root.real > 0]
        return min(real, default=np.inf)

    def ground_sample_m(self) -> float:
        """Metres of ground under one pixel straight below (for a camera that looks down)."""
        return self.height_m / self.focal_px


def opencv_pixels(matrix: Matrix) -> Matrix:
    """The same homography for OpenCV, which counts pixels from the centre of the top left one."""
    shift = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    return shift @ matrix
