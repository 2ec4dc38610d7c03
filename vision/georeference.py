"""From boxes to places on the ground, each with the accuracy it deserves.

Every fix keeps its error in two parts: what all fixes of a camera share (calibration, pose; it does not average out over a track, but
cancels in differences and so in speeds) and what changes from frame to frame (where the box edge fell).
Frames of reference: pixels u right, v down; ground metres east, north in the model's `LocalFrame`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, radius_95_m
from vision.detections import Box
from vision.frames import Frame

Vector = NDArray[np.float64]

USELESS_ACCURACY_M = 1000.0
EDGE_SIGMA_PX = 1.0  # a detector's box edge, at best
EDGE_SIGMA_OF_BOX = 0.04  # and in proportion to the box
NADIR_DEG, OBLIQUE_DEG = 10.0, 35.0  # between these the contact point moves from the box centre to its bottom edge


@dataclass(frozen=True, slots=True, eq=False)
class GroundFix:
    """A point on the ground in a local frame.

    `en_m` (2,) east and north. `systematic_m` (2, k) and `random_m` (2, m): columns are one-sigma displacements by independent causes.
    `behind` (2,) is the level direction in which the thing lies behind this contact, as the camera looks: of length 1 from the side,
    0 from straight above, where the box is the thing's outline.
    """

    en_m: Vector
    systematic_m: Vector
    random_m: Vector
    behind: tuple[float, float] = (0.0, 0.0)

    @property
    def covariance_m2(self) -> Vector:
        total: Vector = self.systematic_m @ self.systematic_m.T + self.random_m @ self.random_m.T
        return total

    @property
    def accuracy_m(self) -> float:
        """Radius that holds the truth with about 95 % probability."""
        return radius_95_m(self.covariance_m2)


class GroundModel(Protocol):
    """What turns boxes into places for one source. `local` is None until the first place is known."""

    @property
    def local(self) -> LocalFrame | None: ...

    def locate(self, frame: Frame, box: Box) -> GroundFix | None:
        """Where the thing in `box` touches the ground; None when the camera or the ray does not tell."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class GroundRay:
    """A pixel on the ground: its place, d(en)/d(pixel) (2, 2), and one-sigma displacements by shared causes (2, k)."""

    en_m: Vector
    per_pixel: Vector
    systematic_m: Vector


class PixelToGround(Protocol):
    def ray(self, pixel: tuple[float, float]) -> GroundRay | None: ...


def off_nadir_deg(per_pixel: Vector) -> float:
    """Angle between the ray and the vertical: flat ground seen at an angle is stretched by 1 / cos of it."""
    stretch = np.linalg.svd(per_pixel, compute_uv=False)
    return float(np.degrees(np.arccos(np.clip(stretch[1] / stretch[0], 0.0, 1.0))))


def locate_box(ground: PixelToGround, box: Box) -> GroundFix | None:
    """The contact point of a box: its bottom-edge centre on oblique rays, its centre near the vertical, a blend between.

    Standing things reach up from their contact with the ground when seen from the side; from above the box is the thing's outline.
    """
    x1, y1, x2, y2 = box
    u, centre_v, bottom_v = (x1 + x2) / 2.0, (y1 + y2) / 2.0, y2
    centre = ground.ray((u, centre_v))
    tilt = 1.0
    if centre is not None:
        tilt = float(np.clip((off_nadir_deg(centre.per_pixel) - NADIR_DEG) / (OBLIQUE_DEG - NADIR_DEG), 0.0, 1.0))
    ray = ground.ray((u, centre_v + tilt * (bottom_v - centre_v))) if tilt > 0.0 else centre
    if ray is None:
        return None
    edge_px = np.array([EDGE_SIGMA_PX + EDGE_SIGMA_OF_BOX * (x2 - x1), EDGE_SIGMA_PX + EDGE_SIGMA_OF_BOX * (y2 - y1)])
    up = -ray.per_pixel[:, 1]  # towards the upper edge of the picture is away from the camera
    behind = tilt * up / np.linalg.norm(up)
    fix = GroundFix(ray.en_m, ray.systematic_m, ray.per_pixel * edge_px, (float(behind[0]), float(behind[1])))
    return fix if fix.accuracy_m <= USELESS_ACCURACY_M else None
