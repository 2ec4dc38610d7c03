"""Making parts of a picture unrecognisable: a coarse mosaic over them, in blue green red or in the planes a codec works with."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Box
from vision.frames import BgrImage

Plane = NDArray[np.uint8]  # (height, width)

CELLS = 5  # across what is hidden: nothing to recognise at any size
SMALLEST_CELL_PX = 6.0
VEIL_CELLS = 32  # across a whole picture that could not be searched


def hide(image: BgrImage, boxes: Iterable[Box]) -> None:
    """Replace, in place, each box by a coarse mosaic."""
    for left, top, right, bottom in _whole_pixels(boxes, image.shape[1], image.shape[0]):
        image[top:bottom, left:right] = mosaic(image[top:bottom, left:right], CELLS)


def hide_planes(planes: tuple[Plane, Plane, Plane], boxes: Iterable[Box]) -> None:
    """The same in the planes of a YUV 4:2:0 picture, whose boxes are given in pixels of the first; saves two conversions of it."""
    luma, *chroma = planes
    height, width = luma.shape
    for left, top, right, bottom in _whole_pixels(boxes, width, height):
        luma[top:bottom, left:right] = mosaic(luma[top:bottom, left:right], CELLS)
        for plane in chroma:
            part = plane[top // 2 : (bottom + 1) // 2, left // 2 : (right + 1) // 2]
            part[...] = mosaic(part, CELLS, SMALLEST_CELL_PX / 2)


def veil(image: BgrImage) -> BgrImage:
    """A picture of which nothing can be recognised, for want of anything that knows what to hide."""
    return mosaic(image, VEIL_CELLS)


def veil_planes(planes: tuple[Plane, Plane, Plane]) -> None:
    """The same, in place, in the planes of a YUV 4:2:0 picture."""
    for plane, smallest_px in zip(planes, (SMALLEST_CELL_PX, SMALLEST_CELL_PX / 2, SMALLEST_CELL_PX / 2), strict=True):
        plane[...] = mosaic(plane, VEIL_CELLS, smallest_px)


def mosaic(part: NDArray[np.uint8], cells: int, smallest_px: float = SMALLEST_CELL_PX) -> NDArray[np.uint8]:
    """The same part, of one or three channels, in `cells` cells across its shorter side, fewer when that makes them smaller than
    `smallest_px`."""
    height, width = part.shape[:2]
    cell = max(min(height, width) / cells, smallest_px)
    coarse = cv2.resize(part, (max(1, round(width / cell)), max(1, round(height / cell))), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _whole_pixels(boxes: Iterable[Box], width: int, height: int) -> Iterable[tuple[int, int, int, int]]:
    for x1, y1, x2, y2 in boxes:
        left, right = max(0, int(np.floor(x1))), min(width, int(np.ceil(x2)))
        top, bottom = max(0, int(np.floor(y1))), min(height, int(np.ceil(y2)))
        if right - left >= 1 and bottom - top >= 1:
            yield left, top, right, bottom
