"""Boxes carried from one picture to the next without the detector: each follows the motion of the pixels inside it.

A grid of points in the box is tracked there and back (pyramidal Lucas-Kanade); points that do not return are on something else or on
nothing, and the box takes the median way of the rest and the median change of their distances.
Source: Kalal et al., Forward-Backward Error: Automatic Detection of Tracking Failures, ICPR 2010 (Median Flow).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.pictures import Grey
from vision.scheduling.grey import Boxes

GRID = 4  # points a side
INNER_SHARE = 0.8  # of the box: its rim shows the road
RETURN_PX = 1.5  # a point that comes back farther off is lost
ENOUGH_SHARE = 0.3  # of the points
SCALE_STEP = 1.15  # nothing grows faster from one picture to the next
WINDOW_PX, LEVELS = (15, 15), 3
SMALLEST_PX = 4.0
CRITERIA = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.03)

Points = NDArray[np.float32]  # (n, m, 2)


class BoxFlow:
    """One source. Boxes are in pixels of the grey pictures, which come in order; a change of size begins anew."""

    def __init__(self) -> None:
        self._before: Grey | None = None
        self._now: Grey | None = None

    def see(self, grey: Grey) -> None:
        self._before = self._now if self._now is not None and self._now.shape == grey.shape else None
        self._now = grey

    def carry(self, boxes: Boxes, expected: NDArray[np.float32] | None = None) -> tuple[Boxes, NDArray[np.bool_]]:
        """Boxes of the picture before -> (boxes in the newest one, whether each could be followed). Clipped to the picture.

        `expected` (n, 2) is how far each will have moved: what is fast and has little on it is found from there alone.
        """
        count = len(boxes)
        if self._before is None or self._now is None or count == 0:
            return boxes.copy(), np.zeros(count, np.bool_)
        start = _grid(boxes)
        ahead = start if expected is None else start + expected[:, None, :].astype(np.float32)
        end, there = _tracked(self._before, self._now, start, ahead)
        back, again = _tracked(self._now, self._before, end, end + (start - ahead))
        good = there & again & (np.linalg.norm(back - start, axis=2) < RETURN_PX)
        followed = good.mean(axis=1) >= ENOUGH_SHARE
        moved = np.where(followed[:, None], _moved(boxes, start, end, good), boxes)
        height, width = self._now.shape
        moved = np.clip(moved, 0.0, np.array([width, height, width, height], np.float32)).astype(np.float32)
        followed &= (moved[:, 2:] - moved[:, :2] >= SMALLEST_PX).all(axis=1)
        return moved, followed


def _tracked(before: Grey, now: Grey, points: Points, guess: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Points (n, m, 2) of one picture in another, looked for around a guess, and whether each was found."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        *(before, now, points.reshape(-1, 1, 2), np.ascontiguousarray(guess, np.float32).reshape(-1, 1, 2).copy()),
        winSize=WINDOW_PX,
        maxLevel=LEVELS,
        criteria=CRITERIA,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(moved, dtype=np.float32).reshape(points.shape), (found > 0).reshape(points.shape[:2])


def _grid(boxes: Boxes) -> NDArray[np.float32]:
    """(n, GRID², 2) points inside each box."""
    steps = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID
    inner = (1.0 - INNER_SHARE) / 2.0 + INNER_SHARE * steps
    across, down = np.meshgrid(inner, inner)
    share = np.stack([across.ravel(), down.ravel()], axis=1)
    corner, size = boxes[:, None, :2], (boxes[:, 2:] - boxes[:, :2])[:, None, :]
    return np.ascontiguousarray(corner + share[None] * size, dtype=np.float32)


def _moved(boxes: Boxes, start: Points, end: Points, good: NDArray[np.bool_]) -> Boxes:
    """The boxes (n, 4) by the median way of their good points (n, m), scaled by the median change of their distances."""
    shift = np.stack([_median((end - start)[..., side], good) for side in (0, 1)], axis=1)
    spread, spread_now = (
        np.linalg.norm(points - np.stack([_median(points[..., side], good) for side in (0, 1)], axis=1)[:, None], axis=2)
        for points in (start, end)
    )
    far = good & (spread > 1.0)
    scale = np.where(far.sum(axis=1) >= 4, _median(spread_now / np.maximum(spread, 1.0), far), 1.0)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2.0 + shift
    half = (boxes[:, 2:] - boxes[:, :2]) / 2.0 * np.clip(scale, 1.0 / SCALE_STEP, SCALE_STEP)[:, None]
    return np.hstack([centre - half, centre + half]).astype(np.float32)


def _median(values: NDArray[np.float32], good: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(n,): of the good ones of each row (n, m); 0 for a row without any."""
    ordered = np.sort(np.where(good, values, np.inf), axis=1)
    count = good.sum(axis=1)
    rows = np.arange(len(values))
    middle = (ordered[rows, np.maximum(count - 1, 0) // 2] + ordered[rows, np.minimum(count // 2, values.shape[1] - 1)]) / 2.0
    return np.where(count > 0, middle, 0.0).astype(np.float32)
