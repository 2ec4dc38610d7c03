"""Fit a picture into the shape a network wants without changing its proportions, and bring boxes back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.pictures import BgrImage, Picture, Window

PAD_GREY = 114  # the grey the YOLO family is trained with


@dataclass(frozen=True, slots=True)
class Letterbox:
    """`width` x `height` pixels of a frame inside a network input; the grey border is at the right and bottom or centred.

    `at_most` limits the scale: a window of a frame keeps the frame's, and is not enlarged to fill what is rounded up to whole strides.
    """

    width: int
    height: int
    input_width: int
    input_height: int
    centred: bool
    at_most: float = float("inf")

    @property
    def scale(self) -> float:
        return min(self.input_width / self.width, self.input_height / self.height, self.at_most)

    @property
    def _scaled(self) -> tuple[int, int]:
        return round(self.width * self.scale), round(self.height * self.scale)

    @property
    def _offset(self) -> tuple[int, int]:
        scaled_width, scaled_height = self._scaled
        if not self.centred:
            return 0, 0
        return (self.input_width - scaled_width) // 2, (self.input_height - scaled_height) // 2

    def apply(self, picture: Picture, window: Window) -> BgrImage:
        """The window (of this letterbox's width and height) of the picture as the network's input."""
        image = picture.part(window, self._scaled)
        if self._scaled == (self.input_width, self.input_height):
            return image
        (left, top), (scaled_width, scaled_height) = self._offset, self._scaled
        canvas = np.full((self.input_height, self.input_width, 3), PAD_GREY, dtype=np.uint8)
        canvas[top : top + scaled_height, left : left + scaled_width] = image
        return canvas

    def undo(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes in the input -> boxes in the frame, clipped to it."""
        left, top = self._offset
        boxes = (xyxy - np.array([left, top, left, top], np.float32)) / np.float32(self.scale)
        clipped: NDArray[np.float32] = np.clip(boxes, 0.0, np.array([self.width, self.height, self.width, self.height], np.float32))
        return clipped


def input_size(width: int, height: int, scale: float, stride: int = 32) -> tuple[int, int]:
    """Smallest input, in whole strides, that holds so many pixels at that scale: a wide frame costs less than a square."""
    return (-(-round(width * scale) // stride) * stride, -(-round(height * scale) // stride) * stride)
