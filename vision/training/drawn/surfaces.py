"""Noise, light and grain, by which drawn things look less drawn."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.frames import BgrImage

Plane = NDArray[np.float32]
SIDE_PX = 1024
LIGHTEST = 255.0


@lru_cache(maxsize=8)
def _octave(cell_px: int) -> Plane:
    """(1024, 1024), -1..1, features of about `cell_px` pixels. Always the same: what differs is the piece taken."""
    random = np.random.default_rng(cell_px)
    cells = max(4, SIDE_PX // cell_px)
    rough = random.uniform(-1.0, 1.0, (cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(rough, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def noise(random: np.random.Generator, height: int, width: int, cell_px: float) -> Plane:
    """(height, width), about -1..1, with features of about `cell_px` pixels, and finer ones on them at half the strength."""
    total = np.zeros((height, width), np.float32)
    for strength, cell in ((0.65, cell_px), (0.35, cell_px / 2.7)):
        octave = _octave(int(2 ** np.clip(round(np.log2(max(1.0, cell))), 0, 7)))
        x, y = int(random.integers(SIDE_PX)), int(random.integers(SIDE_PX))
        rows, columns = np.arange(y, y + height) % SIDE_PX, np.arange(x, x + width) % SIDE_PX
        total += strength * octave[rows[:, None], columns[None, :]]
    return total


def blend(image: BgrImage, top: int, left: int, paint: NDArray[np.floating], opacity: Plane) -> None:
    """Lay `paint` (h, w, 3) over the image, in place, by `opacity` (h, w) 0..1; what lies outside the image is left away."""
    height, width = opacity.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(image.shape[0], top + height), min(image.shape[1], left + width)
    if y1 <= y0 or x1 <= x0:
        return
    cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = opacity[cut][..., None]
    part = image[y0:y1, x0:x1]
    part[:] = np.clip(part * (1.0 - share) + paint[cut] * share, 0.0, LIGHTEST).astype(np.uint8)


def darken(image: BgrImage, top: int, left: int, by: Plane) -> None:
    """Take the share `by` (h, w) of the light away, in place; negative adds light."""
    height, width = by.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(image.shape[0], top + height), min(image.shape[1], left + width)
    if y1 > y0 and x1 > x0:
        part = image[y0:y1, x0:x1]
        part[:] = np.clip(part * (1.0 - by[y0 - top : y1 - top, x0 - left : x1 - left, None]), 0.0, LIGHTEST).astype(np.uint8)


def blob(random: np.random.Generator, height: int, width: int, rough: float) -> Plane:
    """(height, width): 1 in the middle, 0 at a ragged edge that nearly touches the sides, negative beyond."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1
    turn = np.arctan2(y, x)
    reach = np.ones_like(turn)
    for waves in (2, 3, 5, 8):
        reach += rough * random.normal(0, 0.6) / waves**0.7 * np.cos(waves * turn + random.uniform(0, 2 * np.pi))
    reach *= 0.95 / max(float(reach.max()), 1e-3)
    away = np.hypot(x, y) / np.maximum(reach, 0.2)
    return np.asarray(1.0 - away + 0.12 * rough * noise(random, height, width, max(2.0, min(height, width) / 6)), dtype=np.float32)


def lit(height_map: Plane, steep: float, sun_rad: float) -> Plane:
    """Brightness about 1 of a surface whose heights are given, in a light from `sun_rad`."""
    dy, dx = np.gradient(height_map)
    return np.asarray(np.clip(1.0 - steep * (dx * np.cos(sun_rad) + dy * np.sin(sun_rad)), 0.25, 1.9), dtype=np.float32)


def bounds(covered: NDArray[np.bool_], top: int, left: int) -> tuple[float, float, float, float] | None:
    """Corners of what is covered, None when nothing is."""
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    if not len(rows):
        return None
    return float(left + columns[0]), float(top + rows[0]), float(left + columns[-1] + 1), float(top + rows[-1] + 1)
