"""A decoded picture as the codec keeps it: brightness and two colour planes, made into blue green red only where it is asked for.

Making a whole picture into colours costs more than decoding it. Few looks need that: motion is judged by brightness alone, which is there,
and a detector gets its small picture from scaled planes.
Source of the coefficients: ITU-R BT.601, BT.709, BT.2020.
"""

from functools import cache
from threading import Lock
from typing import Any

import cv2
import numpy as np
from av.video.reformatter import Colorspace, VideoReformatter
from numpy.typing import NDArray

from vision import BgrImage, Grey, Window, scaled

PLANAR = {"yuv420p": 2, "yuvj420p": 2, "yuv422p": 2, "yuvj422p": 2, "yuv444p": 1, "yuvj444p": 1}  # pixels across for one of colour
TALL = {"yuv420p": 2, "yuvj420p": 2, "yuv422p": 1, "yuvj422p": 1, "yuv444p": 1, "yuvj444p": 1}  # pixels down
RED_BLUE = {int(Colorspace.ITU709): (0.2126, 0.0722), 9: (0.2627, 0.0593)}  # shares of brightness; 9 is BT.2020
USUAL_RED_BLUE = (0.299, 0.114)  # BT.601, also what is meant where nothing is said
FULL_RANGE = 2


class PlanarPicture:
    """`vision.Picture` over a decoded frame of one of the `PLANAR` formats."""

    def __init__(self, frame: Any, converter: "Converter") -> None:
        self._frame, self._converter = frame, converter
        self._bgr: BgrImage | None = None
        self._lock = Lock()

    @property
    def size_px(self) -> tuple[int, int]:
        return int(self._frame.width), int(self._frame.height)

    def bgr(self) -> BgrImage:
        with self._lock:
            if self._bgr is None:
                self._bgr = self._converter.bgr(self._frame)
            return self._bgr

    def grey(self, size_px: tuple[int, int]) -> Grey:
        return scaled(self._plane(0), size_px)

    def part(self, window: Window, size_px: tuple[int, int]) -> BgrImage:
        name = self._frame.format.name
        across, down = PLANAR[name], TALL[name]
        x1, y1, x2, y2 = window
        brightness = scaled(self._plane(0)[y1:y2, x1:x2], size_px)
        colours = (self._plane(number)[y1 // down : -(-y2 // down), x1 // across : -(-x2 // across)] for number in (1, 2))
        full = "j" in name or int(self._frame.color_range) == FULL_RANGE
        planes = cv2.merge([brightness, *(scaled(plane, size_px) for plane in colours)])
        return np.asarray(cv2.transform(planes, _matrix(int(self._frame.colorspace), full)), dtype=np.uint8)

    def _plane(self, number: int) -> Grey:
        plane = self._frame.planes[number]
        return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]


class Converter:
    """Whole pictures of one source to colours; kept, because setting it up costs as much as a small picture. For any thread."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._lock = Lock()

    def bgr(self, frame: Any) -> BgrImage:
        with self._lock:
            return np.asarray(self._reformatter.reformat(frame, format="bgr24").to_ndarray(), dtype=np.uint8)


@cache
def _matrix(colorspace: int, full_range: bool) -> NDArray[np.float32]:
    """(3, 4): brightness, blue and red difference, 1 -> blue, green, red."""
    red, blue = RED_BLUE.get(colorspace, USUAL_RED_BLUE)
    green = 1.0 - red - blue
    bright, colour, black = (1.0, 1.0, 0.0) if full_range else (255.0 / 219.0, 255.0 / 224.0, 16.0)
    to_red, to_blue = 2.0 * (1.0 - red) * colour, 2.0 * (1.0 - blue) * colour
    onto = np.array([[bright, to_blue, 0.0], [bright, -blue / green * to_blue, -red / green * to_red], [bright, 0.0, to_red]])
    return np.hstack([onto, -onto @ np.array([[black], [128.0], [128.0]])]).astype(np.float32)
