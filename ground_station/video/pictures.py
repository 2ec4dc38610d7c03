"""Decoded frames as pictures of one size, upright: whatever the stream's pixel format, turn and changes of resolution."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from ground_station.video.planes import PLANAR, Converter, PlanarPicture
from vision import ArrayPicture, Picture

Bgr = NDArray[np.uint8]  # (height, width, 3) blue green red
SAME_SHAPE = 0.02  # relative difference of width / height that is rounding to whole macroblocks and nothing else


class Upright:
    """Makes the arrays of one source. The first picture sets the size all others are brought to.

    An encoder or an adaptive stream that goes down to a smaller picture of the same shape shows the same view, so it is scaled and
    tracks and calibration live on. Another shape is another view: of a live source that ends the run, and it is opened anew; in a file
    the picture is fitted in with black borders.
    """

    def __init__(self, *, live: bool, shown: str) -> None:
        self._live, self._shown = live, shown
        self._size_px: tuple[int, int] | None = None
        self.changes = 0
        self._converter = Converter()

    def picture(self, frame: Any) -> Picture:
        """Raises: `VisionError` when a live picture changes its shape."""
        if self._size_px in (None, (frame.width, frame.height)) and frame.format.name in PLANAR and not frame.rotation:
            self._size_px = frame.width, frame.height
            return PlanarPicture(frame, self._converter)
        return ArrayPicture(self._array(frame))

    def _array(self, picture: Any) -> Bgr:
        image = self._converter.bgr(picture)
        turns = round(picture.rotation / 90.0) % 4
        if turns:  # the display matrix of telephones and drones; its angle is counter-clockwise, as rot90's
            image = np.ascontiguousarray(np.rot90(image, turns))
        size_px = (image.shape[1], image.shape[0])
        if self._size_px is None:
            self._size_px = size_px
        if size_px == self._size_px:
            return image
        self.changes += 1
        if self._live and not _same_shape(size_px, self._size_px):
            (width, height), (before_width, before_height) = size_px, self._size_px
            raise VisionError(
                f"'{self._shown}' changed its picture from {before_width} × {before_height} to {width} × {height}.",
                code="vision.source_changed",
                hint="It is opened anew by itself; check the calibration of the source if the camera was set so for good.",
            )
        return fitted(image, self._size_px)


def fitted(image: Bgr, size_px: tuple[int, int]) -> Bgr:
    """The picture at `size_px` (width, height), undistorted, with black borders where the shapes differ."""
    width, height = size_px
    if _same_shape((image.shape[1], image.shape[0]), size_px):
        return np.asarray(cv2.resize(image, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    framed = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    framed[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_AREA)
    return framed


def _same_shape(size_px: tuple[int, int], other_px: tuple[int, int]) -> bool:
    return abs(size_px[0] * other_px[1] / (size_px[1] * other_px[0]) - 1.0) < SAME_SHAPE
