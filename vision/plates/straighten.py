"""A plate cut out, set upright and split into its rows of text, and what speaks for its being legible: size, contrast, sharpness."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Box
from vision.pictures import BgrImage

SIDE, ABOVE = 0.06, 0.18  # shares of the box added on each side: a detector's edges are loose
WORK_PX = 64  # height at which a plate of one row is worked on
# Width over height of the box: one row has 4.6 seen straight, less aside or turned; two rows have 1.4, more from above.
SURELY_TWO_ROWS, SURELY_ONE_ROW = 2.0, 2.6
STEEPEST_DEG, STEP_DEG = 16.0, 2.0
VALLEY = 0.45  # edges between two rows of text, as a share of those in the weaker one
BAND_SHARE = 0.35  # a row of pixels belongs to the text when it has this share of the edges of the busiest one
BAND_MARGIN = 0.12


@dataclass(frozen=True, slots=True)
class Sharpness:
    """`height_px` of the characters in the picture, `contrast` in levels between paper and ink, `blur` as a share of the height (sigma)."""

    height_px: float
    contrast: float
    blur: float


@dataclass(frozen=True, slots=True, eq=False)
class StraightPlate:
    rows: tuple[BgrImage, ...]  # of text, from above
    sharpness: Sharpness


def straightened(image: BgrImage, box: Box) -> StraightPlate | None:
    """None where nothing of the box is in the picture."""
    x1, y1, x2, y2 = box
    side, above = SIDE * (x2 - x1), ABOVE * (y2 - y1)
    left, top = max(0, int(x1 - side)), max(0, int(y1 - above))
    cut = image[top : int(y2 + above) + 1, left : int(x2 + side) + 1]
    if cut.shape[0] < 4 or cut.shape[1] < 8:
        return None
    shape = (x2 - x1) / max(1.0, y2 - y1)
    scale = (2 * WORK_PX if shape < SURELY_ONE_ROW else WORK_PX) / cut.shape[0]
    cut = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA), np.uint8)
    upright = _upright(cut)
    bands = _bands(upright, shape)
    rows = tuple(upright[first:last] for first, last in bands)
    inner = max(last - first for first, last in bands) / (1.0 + 2.0 * BAND_MARGIN)
    return StraightPlate(rows, _sharpness(rows, inner, scale))


def _upright(cut: BgrImage) -> BgrImage:
    """Turned by shearing until rows of pixels are either text or none: the angle at which they differ most."""
    grey = cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY)
    edges = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3))
    angles = np.arange(-STEEPEST_DEG, STEEPEST_DEG + 0.1, STEP_DEG)
    scores = np.array([float((_sheared(edges, angle).sum(axis=1) ** 2).sum()) for angle in angles])
    best = int(scores.argmax())
    angle = float(angles[best])
    if 0 < best < len(angles) - 1:  # between two of the angles tried, by a parabola
        before, here, after = scores[best - 1 : best + 2]
        angle += STEP_DEG * 0.5 * float(before - after) / min(-1e-6, float(before - 2 * here + after))
    return np.asarray(_sheared(cut, angle), np.uint8) if abs(angle) >= 0.5 else cut


def _sheared(plane: NDArray[np.generic], angle_deg: float) -> NDArray[np.float32]:
    height, width = plane.shape[:2]
    slope = float(np.tan(np.radians(angle_deg)))
    matrix = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, slope * width / 2.0]])
    return np.asarray(cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _bands(upright: BgrImage, shape: float) -> list[tuple[int, int]]:
    """First and last line of pixels of each row of text, with a margin. Between the shapes of one and two
    rows there are two where the edges fall off between them.
    """
    grey = cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY)
    height = grey.shape[0]
    busy = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)).sum(axis=1)
    busy = np.asarray(cv2.GaussianBlur(busy[:, None], (1, 5), 0)[:, 0], np.float32)
    middle = height // 3 + int(busy[height // 3 : 2 * height // 3].argmin())
    parted = busy[middle] < VALLEY * min(float(busy[:middle].max()), float(busy[middle:].max()))
    if shape < SURELY_TWO_ROWS or (shape < SURELY_ONE_ROW and parted):
        return [_grown(_band(busy, 0, middle), height), _grown(_band(busy, middle, height), height)]
    return [_grown(_band(busy, 0, height), height)]


def _band(busy: NDArray[np.float32], first: int, last: int) -> tuple[int, int]:
    part = busy[first:last]
    if not len(part):
        return first, max(first + 1, last)
    centre = int(part.argmax())
    floor = BAND_SHARE * float(part[centre])
    low = high = centre
    while low > 0 and part[low - 1] >= floor:
        low -= 1
    while high < len(part) - 1 and part[high + 1] >= floor:
        high += 1
    return first + low, first + high + 1


def _grown(band: tuple[int, int], height: int) -> tuple[int, int]:
    more = max(2, round(BAND_MARGIN * (band[1] - band[0])))
    return max(0, band[0] - more), min(height, band[1] + more)


def _sharpness(rows: tuple[BgrImage, ...], height_px: float, scale: float) -> Sharpness:
    """The steepest edges of a step blurred by a Gaussian of sigma s rise by contrast / (s sqrt(2 pi)) a pixel."""
    greys = [cv2.cvtColor(row, cv2.COLOR_BGR2GRAY) for row in rows]
    low, high = np.percentile(np.concatenate([grey.ravel() for grey in greys]), (5, 95))
    contrast = float(high - low)
    slopes = np.concatenate([np.abs(np.diff(grey.astype(np.float32), axis=1)).ravel() for grey in greys])
    steepest = max(1e-3, float(np.percentile(slopes, 98)))
    return Sharpness(height_px / scale, contrast, contrast / (steepest * 2.5066) / max(1.0, height_px))
