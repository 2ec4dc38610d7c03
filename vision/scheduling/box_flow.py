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
        moved = boxes.copy()
        for row in np.flatnonzero(followed):
            moved[row] = _moved(boxes[row], start[row][good[row]], end[row][good[row]])
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


def _moved(box: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]) -> NDArray[np.float32]:
    shift = np.median(end - start, axis=0)
    spread = np.linalg.norm(start - np.median(start, axis=0), axis=1)
    spread_now = np.linalg.norm(end - np.median(end, axis=0), axis=1)
    far = spread > 1.0
    scale = float(np.clip(np.median(spread_now[far] / spread[far]), 1.0 / SCALE_STEP, SCALE_STEP)) if far.sum() >= 4 else 1.0
    centre, half = (box[:2] + box[2:]) / 2.0 + shift, (box[2:] - box[:2]) / 2.0 * scale
    return np.concatenate([centre - half, centre + half]).astype(np.float32)
