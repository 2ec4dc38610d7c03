"""From pixels to the ground for a camera whose pose is known, over level ground or over the relief of an elevation model.

Causes of error are one-sigma displacements of nine parameters of the camera, turned into metres on the ground by the collinearity
equations; the ground's own height is one cause more. On a slope the ray meets the plane that touches the ground there.
Source: first-order error propagation of the collinearity equations (any photogrammetry text).
"""

from dataclasses import dataclass, replace

import numpy as np

from geo.primitives import LocalFrame, LonLat, Place, camera_to_enu
from geo.terrain import Heights, first_contact, slope_at
from vision.detections import Box
from vision.frames import CameraView, Frame
from vision.georeference import EDGE_SIGMA_PX, GroundFix, GroundRay, Vector, locate_box

GRAZING_DEG = 2.0  # rays flatter to the ground than this meet it too far away to mean anything
REACH_M = 5000.0
RELIEF_SIGMA_M = 2.0  # heights of a global model against those around home
STEP = 1e-6  # of the parameters of the lens, for their derivatives
EAST, NORTH, UP, TILT_EAST, TILT_NORTH, TURN, FOCAL, K1, K2 = range(9)


@dataclass(frozen=True, slots=True)
class Relief:
    """The ground's heights and their one-sigma error against what the camera's height counts from."""

    heights: Heights
    sigma_m: float = RELIEF_SIGMA_M


def spread_of(view: CameraView) -> Vector:
    """(9, 10): columns are one-sigma displacements of the camera by independent causes: metres east, north, up; radians about the axes to
    the east, to the north and up; the focal length as a share; k1; k2; and all that a wrong instant displaces at once.

    A cause keeps its column from frame to frame: what two fixes share is told by the difference of their columns.
    """
    if view.spread is not None:
        return view.spread
    pose, motion = view.pose, view.motion
    alone = np.zeros(9)
    alone[[EAST, NORTH]] = pose.position_sigma_m
    alone[UP] = pose.height_sigma_m
    alone[[TILT_EAST, TILT_NORTH]] = np.radians(pose.tilt_sigma_deg)
    alone[TURN] = np.radians(pose.heading_sigma_deg)
    alone[FOCAL] = view.focal_sigma
    moved = np.zeros(9)
    if motion is not None:
        moved[[EAST, NORTH, UP]] = motion.east_mps, motion.north_mps, motion.up_mps
        moved[TURN] = -np.radians(motion.turn_dps)
    return np.column_stack([np.diag(alone), moved * view.time_sigma_s])


class PosedCamera:
    """A camera in `local`, over level ground `pose.height_m` below it, or over `relief` where the model knows the ground.

    `spread` as `spread_of` gives it, when more is known than the pose's own sigmas say.
    """

    def __init__(self, local: LocalFrame, view: CameraView, relief: Relief | None = None, spread: Vector | None = None) -> None:
        self.local, self.view = local, view
        self._spread = spread_of(view) if spread is None else spread
        self._rotation = camera_to_enu(view.pose.heading_deg, view.pose.pitch_deg, view.pose.roll_deg)
        self._place = np.array(local.offset_m(view.pose.position))
        self._relief = relief if relief is not None and view.pose.amsl_m is not None else None
        if self._relief is not None and np.isnan(self._relief.heights.heights_amsl_m([view.pose.position.as_tuple()])[0]):
            self._relief = None  # off the model: level ground is the better guess

    def ray(self, pixel: tuple[float, float]) -> GroundRay | None:
        """None when the ray does not come down to the ground by at least `GRAZING_DEG`."""
        in_camera = self._in_camera(pixel)
        direction = self._rotation @ in_camera
        met = self._on_relief(direction) if self._relief is not None else self._on_level(direction)
        if met is None:
            return None
        en_m, reach, normal = met
        fall = float(normal @ direction)
        if -fall < np.sin(np.radians(GRAZING_DEG)) * np.linalg.norm(direction) * np.linalg.norm(normal):
            return None
        # What moves the camera moves the contact along the ground's plane; what turns the ray does so in proportion to its reach.
        per_place = (np.eye(3) - np.outer(direction, normal) / fall)[:2]
        per_direction = reach * per_place
        per_turn = per_direction @ np.cross(np.eye(3), direction).T
        per_camera = np.column_stack([per_place, per_turn, per_direction @ self._rotation @ self._per_lens(pixel)])
        sigma_m = 0.0 if self._relief is None else self._relief.sigma_m
        systematic = np.column_stack([per_camera @ self._spread, direction[:2] / fall * sigma_m])
        return GroundRay(en_m, per_direction @ self._rotation @ self._per_pixel(pixel), systematic)

    def project(self, en_m: Vector, up_m: Vector | float = 0.0) -> Vector:
        """(n, 2) east, north and metres above the level ground -> (n, 2) pixels; NaN for points behind the camera."""
        ground = np.atleast_2d(np.asarray(en_m, dtype=np.float64))
        up = np.broadcast_to(np.asarray(up_m, dtype=np.float64), len(ground))
        relative = np.column_stack([ground - self._place, up - self.view.pose.height_m])
        return self.view.intrinsics.project(relative @ self._rotation)

    def _on_level(self, direction: Vector) -> tuple[Vector, float, Vector] | None:
        if direction[2] >= 0.0 or self.view.pose.height_m <= 0.0:
            return None
        reach = -self.view.pose.height_m / direction[2]
        return self._place + reach * direction[:2], float(reach), np.array([0.0, 0.0, 1.0])

    def _on_relief(self, direction: Vector) -> tuple[Vector, float, Vector] | None:
        relief, amsl_m = self._relief, self.view.pose.amsl_m
        assert relief is not None, "asked for with a model alone"
        assert amsl_m is not None, "asked for with a height alone"
        hit = first_contact(relief.heights, self.local, np.array([*self._place, amsl_m]), direction, REACH_M)
        if hit is None:
            return None
        # The slope that counts is the one under the whole spread of the place, which is not told by one small facet of it.
        around_m = max(relief.heights.resolution_m / 2.0, relief.sigma_m)
        east, north = slope_at(relief.heights, self.local, hit.en_m, around_m)
        return hit.en_m, hit.distance_m / float(np.linalg.norm(direction)), np.array([-east, -north, 1.0])

    def _in_camera(self, pixel: tuple[float, float]) -> Vector:
        return np.append(self.view.intrinsics.straightened([pixel])[0], 1.0)

    def _per_pixel(self, pixel: tuple[float, float]) -> Vector:
        """(3, 2) of the direction in the camera."""
        u, v = pixel
        right, left, below, above = self.view.intrinsics.straightened([(u + 0.5, v), (u - 0.5, v), (u, v + 0.5), (u, v - 0.5)])
        return np.vstack([np.column_stack([right - left, below - above]), np.zeros(2)])

    def _per_lens(self, pixel: tuple[float, float]) -> Vector:
        """(3, 3) of the direction in the camera by the focal length as a share, k1 and k2."""
        lens = self.view.intrinsics
        others = (
            replace(lens, focal_px=lens.focal_px * (1.0 + STEP)),
            replace(lens, k1=lens.k1 + STEP),
            replace(lens, k2=lens.k2 + STEP),
        )
        if not self._spread[FOCAL:].any():
            return np.zeros((3, 3))
        straight = lens.straightened([pixel])[0]
        columns = np.column_stack([(other.straightened([pixel])[0] - straight) / STEP for other in others])
        return np.vstack([columns, np.zeros(3)])


class PosedGround:
    """`GroundModel` of a camera whose pose is known: of each frame (`frame.view`), or once and for all (`fixed`)."""

    def __init__(self, fixed: CameraView | None = None, relief: Relief | None = None, spread: Vector | None = None) -> None:
        self._relief, self._fixed = relief, None
        self._local = None if fixed is None else LocalFrame(fixed.pose.position)
        if fixed is not None and self._local is not None:
            self._fixed = PosedCamera(self._local, fixed, relief, spread)

    @property
    def local(self) -> LocalFrame | None:
        return self._local

    def locate(self, frame: Frame, box: Box) -> GroundFix | None:
        camera = self._fixed if frame.view is None else self._camera(frame.view)
        if camera is None:
            return None
        scale_px = frame.size_px[0] / camera.view.intrinsics.width_px
        if scale_px != 1.0:  # the picture was scaled on its way: bring the box back to the camera's own pixels
            box = (box[0] / scale_px, box[1] / scale_px, box[2] / scale_px, box[3] / scale_px)
        return locate_box(camera, box)

    def _camera(self, view: CameraView) -> PosedCamera:
        if self._local is None:
            self._local = LocalFrame(view.pose.position)
        return PosedCamera(self._local, view, self._relief)


def fix_of_pixel(
    view: CameraView, pixel: tuple[float, float], pixel_sigma_px: float = EDGE_SIGMA_PX, relief: Relief | None = None
) -> tuple[LocalFrame, GroundFix] | None:
    """The fix of a pixel in a frame at the camera; None at and above the horizon."""
    local = LocalFrame(view.pose.position)
    ray = PosedCamera(local, view, relief).ray(pixel)
    return None if ray is None else (local, GroundFix(ray.en_m, ray.systematic_m, ray.per_pixel * pixel_sigma_px))


def pixel_to_ground(
    view: CameraView, pixel: tuple[float, float], pixel_sigma_px: float = EDGE_SIGMA_PX, relief: Relief | None = None
) -> Place | None:
    """The place a pixel shows, with its accuracy; None at and above the horizon."""
    found = fix_of_pixel(view, pixel, pixel_sigma_px, relief)
    return None if found is None else Place(found[0].place(*map(float, found[1].en_m)), found[1].accuracy_m)


def ground_to_pixel(view: CameraView, place: LonLat) -> tuple[float, float] | None:
    """The pixel that shows a place on level ground; None behind the camera. It may lie outside the picture."""
    local = LocalFrame(view.pose.position)
    u, v = PosedCamera(local, view).project(np.array([local.offset_m(place)]))[0]
    return None if np.isnan(u) else (float(u), float(v))
