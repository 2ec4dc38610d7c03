"""How much boxes share: of all with all as columns, and of one with another. Corners x1, y1, x2, y2 in any one unit."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.detections import Box

Corners = NDArray[Any]  # (n, 4), floats


def shared_areas(a: Corners, b: Corners) -> NDArray[Any]:
    """(n, 4) and (m, 4) -> (n, m) the area each of the first shares with each of the second."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared: NDArray[Any] = np.prod(np.maximum(high - low, 0), axis=2)
    return shared


def areas(boxes: Corners) -> NDArray[Any]:
    result: NDArray[Any] = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return result


def intersection_over_union(a: Corners, b: Corners) -> NDArray[Any]:
    """(n, 4) and (m, 4) -> (n, m)."""
    shared = shared_areas(a, b)
    result: NDArray[Any] = shared / np.maximum(areas(a)[:, None] + areas(b)[None, :] - shared, 1e-12)
    return result


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return width * height / (both - width * height)
