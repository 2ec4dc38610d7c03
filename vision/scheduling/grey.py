"""The grey picture that the motion gate and the box flow share: small, so that looking costs a fraction of detecting."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.frames import BgrImage

Grey = NDArray[np.uint8]  # (height, width)
Boxes = NDArray[np.float32]  # (n, 4) x1, y1, x2, y2

LONGER_PX = 640


def grey_of(image: BgrImage) -> tuple[Grey, float]:
    """The grey picture, at most `LONGER_PX` on its longer side, and its scale: pixels of it for one of the frame, at most 1."""
    height, width = image.shape[:2]
    scale = min(1.0, LONGER_PX / max(width, height))
    if scale < 1.0:
        image = np.asarray(cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8), scale
