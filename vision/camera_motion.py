"""How a moving camera moved between two frames, as a map of the ground from one picture to the other.

Telemetry comes first: the poses of both frames give the homography of flat ground between them. The pictures come second: corners outside
the boxes followed from one frame to the next, starting from where telemetry expects them. They correct it where they are many and agree,
stand in for it where there is no pose, and are ignored where there is too little to see.
Sources: Hartley and Zisserman, Multiple View Geometry, 2nd ed., 13.1 (homography induced by a plane); Lucas and Kanade, 1981 (flow);
Barath et al., MAGSAC++, CVPR 2020 (robust fit).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, camera_to_enu
from vision.frames import CameraView, Frame
from vision.tracking.camera_shift import CameraShift, is_still, moved_points

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

REGISTRATION_WIDTH_PX = 640  # flow is good to a tenth of a pixel of this size: about half a pixel of a 4K picture
CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX = 240, 0.01, 12.0
FLOW_WINDOW_PX, FLOW_LEVELS = (21, 21), 3
OUTLIER_PX = 1.5
LEAST_CORNERS, LEAST_AGREEING = 16, 0.5
HOMOGRAPHY_CORNERS = 60  # with fewer a similarity is surer than eight parameters
LONGEST_GAP_S = 1.0  # later the picture shows another place
MASK_MARGIN = 0.15  # things followed carry corners of their own a little beyond their boxes


class CameraMotion:
    """Follows one moving camera. Call `step` for each frame in order."""

    def __init__(self) -> None:
        self._last: Frame | None = None
        self._grey: Grey | None = None
        self._corners: Points | None = None

    def step(self, frame: Frame, boxes_px: NDArray[np.float32]) -> CameraShift | None:
        """How the camera moved since the last frame; None when it did not, or nothing tells.

        `boxes_px` (n, 4) are the things seen in this frame: they move by themselves and are left out.
        """
        last, self._last = self._last, frame
        comparable = last is not None and frame.time_s - last.time_s <= LONGEST_GAP_S and last.size_px == frame.size_px
        expected = telemetry_shift(last, frame) if comparable and last is not None else None
        scale = min(1.0, REGISTRATION_WIDTH_PX / frame.size_px[0])
        grey = _small_grey(frame, scale)
        seen = None
        if comparable and self._grey is not None and self._corners is not None:
            seen = _registered(self._grey, grey, self._corners, None if expected is None else _rescaled(expected, scale))
        self._grey, self._corners = grey, _corners_outside(grey, boxes_px * scale)
        shift = expected if seen is None else _rescaled(seen, 1.0 / scale)
        return None if shift is None or is_still(shift, frame.size_px) else shift


def picture_shift(before: Frame, now: Frame) -> CameraShift | None:
    """What two pictures alone tell, boxes and poses left aside; None where too little is seen to tell, not where nothing moved."""
    scale = min(1.0, REGISTRATION_WIDTH_PX / now.size_px[0])
    first, second = _small_grey(before, scale), _small_grey(now, scale)
    corners = _corners_outside(first, np.empty((0, 4), np.float32))
    seen = None if corners is None else _registered(first, second, corners, None)
    return None if seen is None else _rescaled(seen, 1.0 / scale)


def telemetry_shift(before: Frame, now: Frame) -> CameraShift | None:
    """The homography of flat ground between two frames with poses; None without them or with a camera on the ground."""
    if before.view is None or now.view is None:
        return None
    local = LocalFrame(now.view.pose.position)
    first, second = ground_to_picture(before.view, local, before.size_px[0]), ground_to_picture(now.view, local, now.size_px[0])
    if first is None or second is None:
        return None
    shift: CameraShift = second @ np.linalg.inv(first)
    # A homography is known up to its sign and size; with this one the third coordinate stays positive for what both cameras see.
    return shift / shift[2, 2] if abs(shift[2, 2]) > 1e-9 else None


def ground_to_picture(view: CameraView, local: LocalFrame, width_px: int) -> NDArray[np.float64] | None:
    """(3, 3): east, north, 1 on the ground -> homogeneous pixels of a picture `width_px` wide."""
    pose, lens = view.pose, view.intrinsics
    if pose.height_m <= 0.0:
        return None
    east, north = local.offset_m(pose.position)
    scale = width_px / lens.width_px
    focal_px, (u, v) = lens.focal_px * scale, (lens.centre_px[0] * scale, lens.centre_px[1] * scale)
    camera = np.array([[focal_px, 0.0, u], [0.0, focal_px, v], [0.0, 0.0, 1.0]])
    to_camera = camera_to_enu(pose.heading_deg, pose.pitch_deg, pose.roll_deg).T
    ground = np.array([[1.0, 0.0, -east], [0.0, 1.0, -north], [0.0, 0.0, -pose.height_m]])
    onto: NDArray[np.float64] = camera @ to_camera @ ground
    return onto


def _registered(before: Grey, now: Grey, corners: Points, expected: CameraShift | None) -> CameraShift | None:
    """The shift the pictures tell; None when too few corners agree on one."""
    if len(corners) < LEAST_CORNERS:
        return None
    return _fitted(*_flowed(before, now, corners, expected))


def _flowed(before: Grey, now: Grey, corners: Points, expected: CameraShift | None) -> tuple[Points, Points]:
    """The corners (n, 2) that flow led to a place in the picture, there (n, 2)."""
    start = corners.copy()
    if expected is not None:
        guess = moved_points(expected, corners.astype(np.float64))
        inside = np.isfinite(guess).all(axis=1)
        start[inside] = guess[inside].astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.03)
    found, status, _ = cv2.calcOpticalFlowPyrLK(
        *(before, now, corners, start), winSize=FLOW_WINDOW_PX, maxLevel=FLOW_LEVELS, criteria=criteria, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )
    height, width = now.shape
    kept = (status.ravel() == 1) & (found >= 0).all(axis=1) & (found < (width, height)).all(axis=1)
    return corners[kept], np.asarray(found[kept], dtype=np.float32)


def _fitted(source: Points, target: Points) -> CameraShift | None:
    if len(source) < LEAST_CORNERS:
        return None
    shift: CameraShift
    if len(source) >= HOMOGRAPHY_CORNERS:
        matrix, agreeing = cv2.findHomography(source, target, cv2.USAC_MAGSAC, OUTLIER_PX)
        if matrix is None:
            return None
        shift = np.asarray(matrix, dtype=np.float64)
    else:
        affine, agreeing = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=OUTLIER_PX)
        if affine is None:
            return None
        shift = np.vstack([affine, [0.0, 0.0, 1.0]])
    return shift if agreeing.sum() >= max(LEAST_CORNERS, LEAST_AGREEING * len(source)) else None


def _small_grey(frame: Frame, scale: float) -> Grey:
    image = frame.image if scale >= 1.0 else cv2.resize(frame.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _corners_outside(grey: Grey, boxes_px: NDArray[np.float32]) -> Points | None:
    mask = np.full(grey.shape, 255, np.uint8)
    for x1, y1, x2, y2 in boxes_px:
        margin_x, margin_y = MASK_MARGIN * (x2 - x1), MASK_MARGIN * (y2 - y1)
        mask[max(0, int(y1 - margin_y)) : max(0, int(y2 + margin_y) + 1), max(0, int(x1 - margin_x)) : max(0, int(x2 + margin_x) + 1)] = 0
    corners = cv2.goodFeaturesToTrack(grey, CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX, mask=mask)
    return None if corners is None else np.asarray(corners, dtype=np.float32).reshape(-1, 2)


def _rescaled(shift: CameraShift, scale: float) -> CameraShift:
    """The same shift in a picture `scale` times as large."""
    size = np.diag([scale, scale, 1.0])
    rescaled: CameraShift = size @ shift @ np.linalg.inv(size)
    return rescaled
