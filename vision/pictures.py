"""A picture that is made into colours only where somebody needs them: decoders give brightness for nothing, most looks need no more."""

from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

BgrImage = NDArray[np.uint8]  # (height, width, 3), blue green red as OpenCV keeps them
Grey = NDArray[np.uint8]  # (height, width)
Window = tuple[int, int, int, int]  # x1, y1, x2, y2 in pixels of the picture


@runtime_checkable
class Picture(Protocol):
    """Safe to be asked from several threads. Sizes are width, height."""

    @property
    def size_px(self) -> tuple[int, int]: ...

    def bgr(self) -> BgrImage:
        """The whole picture; the same array each time."""
        ...

    def grey(self, size_px: tuple[int, int]) -> Grey:
        """Its brightness at that size, as the source codes it (16..235 from most cameras). Not to be written to."""
        ...

    def part(self, window: Window, size_px: tuple[int, int]) -> BgrImage:
        """What lies in the window, at that size."""
        ...


class ArrayPicture:
    """`Picture` of colours that are there already."""

    def __init__(self, image: BgrImage) -> None:
        self._image = image

    @property
    def size_px(self) -> tuple[int, int]:
        return int(self._image.shape[1]), int(self._image.shape[0])

    def bgr(self) -> BgrImage:
        return self._image

    def grey(self, size_px: tuple[int, int]) -> Grey:
        return np.asarray(cv2.cvtColor(scaled(self._image, size_px), cv2.COLOR_BGR2GRAY), dtype=np.uint8)

    def part(self, window: Window, size_px: tuple[int, int]) -> BgrImage:
        x1, y1, x2, y2 = window
        return scaled(self._image[y1:y2, x1:x2], size_px)


def scaled(plane: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The plane at that width and height; itself where it has it already."""
    if (plane.shape[1], plane.shape[0]) == size_px:
        return plane
    return np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
