"""Pictures a camera would take of level ground that is one image: by the plane's homography, without a renderer."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from vision import CameraView
from vision.camera_motion import ground_to_picture

Image = NDArray[np.uint8]


@cache
def spotted_ground(side_px: int = 2400, seed: int = 1) -> Image:
    """(side, side, 3): spots of many sizes, as steppe and asphalt have."""
    random = np.random.default_rng(seed)
    total = np.zeros((side_px, side_px), np.float32)
    for cells in (40, 120, 360, 1000):
        noise = random.normal(0.0, 1.0, (cells, cells)).astype(np.float32)
        total += cv2.resize(noise, (side_px, side_px), interpolation=cv2.INTER_CUBIC)
    grey = np.clip(120.0 + 28.0 * total, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def picture_of(view: CameraView, ground: Image, local: LocalFrame, metres_a_px: float) -> Image:
    """The ground's image lies with its middle at the frame's origin, its top to the north."""
    onto = ground_to_picture(view, local, view.intrinsics.width_px)
    assert onto is not None, "the camera is above the ground"
    rows, columns = ground.shape[:2]
    to_metres = np.array([[metres_a_px, 0.0, -columns / 2 * metres_a_px], [0.0, -metres_a_px, rows / 2 * metres_a_px], [0.0, 0.0, 1.0]])
    size = view.intrinsics.width_px, view.intrinsics.height_px
    return np.asarray(cv2.warpPerspective(ground, onto @ to_metres, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
