"""What lens and sensor do to a picture: defocus, smear of a moving camera, noise. Cheap enough for every frame, and the same every run."""

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.model import Lens
from sim.scenes.weather import Image, Light

NOISE_MARGIN_PX = 64
DARK_NOISE = 3.0  # a sensor in the dark works at a high gain
SMEAR_FROM_PX = 0.8
LONGEST_SMEAR_PX = 41


class Sensor:
    """One camera's. Noise is a bank larger than the picture, shifted from frame to frame."""

    def __init__(self, lens: Lens, size_px: tuple[int, int], light: Light, seed: int) -> None:
        self._lens = lens
        random = np.random.default_rng(seed + 17)
        width, height = size_px
        shape = (height + NOISE_MARGIN_PX, width + NOISE_MARGIN_PX, 3)
        sigma = lens.noise * (1.0 + DARK_NOISE * (1.0 - max(light.gain)))
        noise = np.round(random.standard_normal(shape, dtype=np.float32) * sigma) if sigma > 0 else None
        self._plus: Image | None = None if noise is None else np.clip(noise, 0, 255).astype(np.uint8)
        self._minus: Image | None = None if noise is None else np.clip(-noise, 0, 255).astype(np.uint8)
        self._size = size_px

    def defocused(self, image: Image) -> Image:
        if self._lens.defocus_px == 0.0:
            return image
        blurred: Image = cv2.GaussianBlur(image, (0, 0), self._lens.defocus_px, borderType=cv2.BORDER_REPLICATE)
        return blurred

    def smeared(self, image: Image, shift_px: tuple[float, float]) -> Image:
        """The picture as it is when everything moves by `shift_px` while the shutter is open."""
        length = float(np.hypot(*shift_px))
        if length < SMEAR_FROM_PX:
            return image
        kernel = _line_kernel(shift_px)
        smeared: Image = cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        return smeared

    def exposed(self, image: Image, frame: int) -> Image:
        """Noise of this frame, in place."""
        if self._plus is None or self._minus is None:
            return image
        width, height = self._size
        # Two coprime strides: the shift comes back only after thousands of frames.
        x, y = frame * 37 % NOISE_MARGIN_PX, frame * 23 % (NOISE_MARGIN_PX - 1)
        part = np.s_[y : y + height, x : x + width]
        cv2.add(image, self._plus[part], dst=image)
        cv2.subtract(image, self._minus[part], dst=image)
        return image


def _line_kernel(shift_px: tuple[float, float]) -> NDArray[np.float32]:
    dx, dy = shift_px
    reach = min(LONGEST_SMEAR_PX // 2, int(np.ceil(max(abs(dx), abs(dy)) / 2.0)) + 1)
    size = 2 * reach + 1
    kernel = np.zeros((size, size), np.float32)
    for share in np.linspace(-0.5, 0.5, 4 * size):
        x, y = np.clip((reach + dx * share, reach + dy * share), 0, size - 1)
        x0, y0 = min(int(x), size - 2), min(int(y), size - 2)
        fx, fy = x - x0, y - y0
        kernel[y0 : y0 + 2, x0 : x0 + 2] += np.array([[(1 - fx) * (1 - fy), fx * (1 - fy)], [(1 - fx) * fy, fx * fy]], np.float32)
    normalised: NDArray[np.float32] = kernel / kernel.sum()
    return normalised
