"""The grey picture that the motion gate and the box flow share: small, so that looking costs a fraction of detecting."""

import numpy as np
from numpy.typing import NDArray

from vision.pictures import Grey, Picture

Boxes = NDArray[np.float32]  # (n, 4) x1, y1, x2, y2

LONGER_PX = 640


def grey_scale(size_px: tuple[int, int]) -> float:
    """Pixels of the grey picture for one of a frame of that size, at most 1."""
    return min(1.0, LONGER_PX / max(size_px))


def grey_of(picture: Picture) -> tuple[Grey, float]:
    """The grey picture, at most `LONGER_PX` on its longer side, and its scale."""
    width, height = picture.size_px
    scale = grey_scale((width, height))
    return picture.grey((round(width * scale), round(height * scale))), scale
