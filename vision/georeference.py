"""From pixels to places on the ground, each with the accuracy it deserves.

Every fix keeps its error in two parts: what all fixes of a camera share (calibration, pose; it does not average out over a track, but
cancels in differences and so in speeds) and what changes from frame to frame (where the box edge fell).
Frames of reference: pixels u right, v down; ground metres east, north in the model's `LocalFrame`; flat ground.
Source: collinearity equations and first-order error propagation (any photogrammetry text).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, Place, camera_to_enu
from vision.detections import Box
from vision.frames import CameraView, Frame

Vector = NDArray[np.float64]

RADIUS_95 = 2.4477  # radius of the 95 % circle of a round two-dimensional normal distribution, in sigmas
GRAZING_DEG = 2.0  # rays flatter than this meet the ground too far away to mean anything
USELESS_ACCURACY_M = 1000.0
EDGE_SIGMA_PX = 1.0  # a detector's box edge, at best
EDGE_SIGMA_OF_BOX = 0.04  # and in proportion to the box
NADIR_DEG, OBLIQUE_DEG = 10.0, 35.0  # between these the contact point moves from the box centre to its bottom edge


@dataclass(frozen=True, slots=True, eq=False)
class GroundFix:
    """A point on the ground in a local frame.

    `en_m` (2,) east and north. `systematic_m` (2, k) and `random_m` (2, m): columns are one-sigma displacements by independent causes.
    """

    en_m: Vector
    systematic_m: Vector
    random_m: Vector

    @property
    def covariance_m2(self) -> Vector:
        total: Vector = self.systematic_m @ self.systematic_m.T + self.random_m @ self.random_m.T
        return total

    @property
    def accuracy_m(self) -> float:
        return accuracy_m(self.covariance_m2)


def accuracy_m(covariance_m2: Vector) -> float:
    """Radius that holds the truth with about 95 % probability, from a (2, 2) covariance."""
    return float(RADIUS_95 * np.sqrt(max(0.0, np.trace(covariance_m2)) / 2.0))


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
    fix = GroundFix(ray.en_m, ray.systematic_m, ray.per_pixel * edge_px)
    return fix if fix.accuracy_m <= USELESS_ACCURACY_M else None


@dataclass(frozen=True, slots=True)
class PosedCamera:
    """A pinhole camera over flat ground, `pose.height_m` above it, in `local`."""

    local: LocalFrame
    pose: CameraPose
    intrinsics: CameraIntrinsics

    def ray(self, pixel: tuple[float, float]) -> GroundRay | None:
        """None when the ray does not come down to the ground by at least `GRAZING_DEG`."""
        pose, focal = self.pose, self.intrinsics.focal_px
        rotation = camera_to_enu(pose.heading_deg, pose.pitch_deg, pose.roll_deg)
        in_camera = np.array([(pixel[0] - self.intrinsics.centre_px[0]) / focal, (pixel[1] - self.intrinsics.centre_px[1]) / focal, 1.0])
        direction = rotation @ in_camera
        if pose.height_m <= 0.0 or -direction[2] < np.sin(np.radians(GRAZING_DEG)) * np.linalg.norm(direction):
            return None
        reach = -pose.height_m / direction[2]
        slope = direction[:2] / direction[2]
        # d(en)/d(direction): the foot of the ray moves along with it and slides when its fall changes.
        per_direction = reach * np.column_stack([np.eye(2), -slope])
        x, y, z = in_camera
        turn = np.array([[0.0, z, -y], [-z, 0.0, x], [y, -x, 0.0]])  # columns: the axes of rotation crossed with the ray
        per_angle = per_direction @ rotation @ turn
        systematic = np.column_stack(
            [
                np.eye(2) * pose.position_sigma_m,
                -slope * pose.height_sigma_m,
                per_angle * np.radians(pose.attitude_sigma_deg),
            ]
        )
        en_m = np.array(self.local.offset_m(pose.position)) + reach * direction[:2]
        return GroundRay(en_m, per_direction @ rotation[:, :2] / focal, systematic)

    def project(self, en_m: Vector) -> Vector:
        """(n, 2) east, north on the ground -> (n, 2) pixels; NaN for points behind the camera."""
        ground = np.atleast_2d(np.asarray(en_m, dtype=np.float64))
        east, north = self.local.offset_m(self.pose.position)
        relative = np.column_stack([ground - (east, north), np.full(len(ground), -self.pose.height_m)])
        rotation = camera_to_enu(self.pose.heading_deg, self.pose.pitch_deg, self.pose.roll_deg)
        return self.intrinsics.project(relative @ rotation)


class PosedGround:
    """`GroundModel` of a camera whose pose is known: of each frame (`frame.view`), or once and for all (`fixed`)."""

    def __init__(self, fixed: CameraView | None = None) -> None:
        self._fixed = fixed
        self._local = None if fixed is None else LocalFrame(fixed.pose.position)

    @property
    def local(self) -> LocalFrame | None:
        return self._local

    def locate(self, frame: Frame, box: Box) -> GroundFix | None:
        view = frame.view or self._fixed
        if view is None:
            return None
        if self._local is None:
            self._local = LocalFrame(view.pose.position)
        scale_px = frame.size_px[0] / view.intrinsics.width_px
        if scale_px != 1.0:  # the picture was scaled on its way: bring the box back to the camera's own pixels
            box = (box[0] / scale_px, box[1] / scale_px, box[2] / scale_px, box[3] / scale_px)
        return locate_box(PosedCamera(self._local, view.pose, view.intrinsics), box)


def pixel_to_ground(view: CameraView, pixel: tuple[float, float], pixel_sigma_px: float = EDGE_SIGMA_PX) -> Place | None:
    """The place a pixel shows on flat ground, with its accuracy; None at and above the horizon."""
    local = LocalFrame(view.pose.position)
    ray = PosedCamera(local, view.pose, view.intrinsics).ray(pixel)
    if ray is None:
        return None
    fix = GroundFix(ray.en_m, ray.systematic_m, ray.per_pixel * pixel_sigma_px)
    return Place(local.place(*map(float, fix.en_m)), fix.accuracy_m)


def ground_to_pixel(view: CameraView, place: LonLat) -> tuple[float, float] | None:
    """The pixel that shows a place on the ground; None behind the camera. It may lie outside the picture."""
    local = LocalFrame(view.pose.position)
    u, v = PosedCamera(local, view.pose, view.intrinsics).project(np.array([local.offset_m(place)]))[0]
    return None if np.isnan(u) else (float(u), float(v))
