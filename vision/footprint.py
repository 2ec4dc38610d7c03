"""The ground a camera sees, as a polygon: for finding pictures by the place they show."""

import cv2
import numpy as np

from geo.primitives import CameraIntrinsics, CameraPose, LonLat
from vision.detections import Box
from vision.frames import CameraView, Frame
from vision.georeference import GroundModel
from vision.posed_ground import PosedGround

FARTHEST_M = 400.0  # further off nothing in a picture is worth finding by its place
VAGUE_M = 60.0  # and neither is what is placed so badly
COLUMNS, STEPS = 9, 12
USUAL_HEIGHT_M, USUAL_PITCH_DEG = 6.0, -12.0  # of a camera on a pole of which only place and direction are known


def seen_ground(ground: GroundModel, size_px: tuple[int, int], view: CameraView | None = None) -> tuple[LonLat, ...]:
    """Corners of the convex polygon of ground in a picture of `size_px` (width, height), counter-clockwise; empty when none is seen.

    Ground further than `FARTHEST_M` from the lower edge of the picture, or placed worse than `VAGUE_M`, does not count.
    """
    width, height = size_px
    frame = Frame("footprint", 0, 0.0, np.broadcast_to(np.uint8(0), (height, width, 3)), None, view)
    columns = [_column(ground, frame, u, height) for u in np.linspace(0.0, width, COLUMNS)]
    points = np.array([point for column in columns for point in column], dtype=np.float32).reshape(-1, 2)
    local = ground.local
    if len(points) < 3 or local is None:
        return ()
    nearest = np.mean([column[0] for column in columns if column], axis=0)  # the lower edge of the picture shows what is near
    near = points[np.hypot(*(points - nearest).T) <= FARTHEST_M].astype(np.float32)
    if len(near) < 3:
        return ()
    hull = cv2.convexHull(near).reshape(-1, 2)
    return tuple(local.place(float(east), float(north)) for east, north in hull) if len(hull) >= 3 else ()


def usual_view(position: LonLat, heading_deg: float, hfov_deg: float, size_px: tuple[int, int]) -> tuple[LonLat, ...]:
    """The ground a camera on a pole sees when only its place, direction and angle of view are known."""
    pose = CameraPose(position, USUAL_HEIGHT_M, heading_deg, USUAL_PITCH_DEG, 0.0, 0.0, 0.0, 0.0, 0.0)
    view = CameraView(pose, CameraIntrinsics.from_horizontal_fov(*size_px, hfov_deg))
    return seen_ground(PosedGround(view), size_px)


def _column(ground: GroundModel, frame: Frame, u: float, height: int) -> list[tuple[float, float]]:
    """Ground points from the bottom of the picture up to the horizon, or as far as places are good enough."""
    points = []
    for v in np.linspace(height, 0.0, STEPS):
        box: Box = (float(u), float(v), float(u), float(v))
        fix = ground.locate(frame, box)
        if fix is None or fix.accuracy_m > VAGUE_M:
            break
        points.append((float(fix.en_m[0]), float(fix.en_m[1])))
    return points
