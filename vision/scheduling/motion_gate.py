"""Where a picture of a camera that stands still has changed: the cheap look that decides whether the detector need look at all.

Works on luma, shrunk to `HEIGHT_PX` rows, against the picture of half a second before: that shows what moves slowly as well, and what has
left leaves no ghost. Contrast is stretched, so that dusk is judged as noon is, and the common change of all pixels is taken out, which is
the light's. Places that keep moving without anything being found there (leaves, water, a flag) become dull and are no motion any more.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.pictures import Grey
from vision.scheduling.grey import Boxes

HEIGHT_PX = 90
BEFORE_S = 0.5
THRESHOLD = 24.0  # grey levels after the stretch
STRETCHED_TO = 160.0  # grey levels between the 4th and the 96th percentile
STRETCH_AT_MOST = 3.0  # beyond that noise becomes motion
SMALLEST_PX = 8  # changed pixels of the small picture that hang together: fewer are noise
LIGHT_SHARE = 0.6  # of the picture: not a thing
CELL_PX = 6  # of the small picture
DULL_SHARE = 0.3  # of the time moving, without anything there
NOWHERE = np.zeros((0, 4), np.float32)
DULL_S = 10.0  # time constant in which a place becomes dull, and ceases to be


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """`changed`: 1 where the small picture changes, `per_px` (x, y): pixels of the grey picture for one of it. `unsure`: it cannot tell,
    at first and when the light changes."""

    changed: NDArray[np.uint8]
    per_px: tuple[float, float] = (1.0, 1.0)
    unsure: bool = False

    @property
    def any(self) -> bool:
        return self.unsure or len(self.outside(NOWHERE)) > 0

    def outside(self, boxes: Boxes) -> Boxes:
        """The places that change, in pixels of the grey picture, without what lies in the boxes."""
        left = self.changed
        if len(boxes):
            left = left.copy()
            for x1, y1, x2, y2 in self._small(boxes):
                left[y1:y2, x1:x2] = 0
        return _boxes(left) * np.array([*self.per_px, *self.per_px], np.float32)

    def within(self, boxes: Boxes) -> NDArray[np.bool_]:
        """In which of the boxes anything changes."""
        return np.array([self.changed[y1:y2, x1:x2].any() for x1, y1, x2, y2 in self._small(boxes)], np.bool_)

    def _small(self, boxes: Boxes) -> NDArray[np.int64]:
        """The boxes in pixels of the small picture, rounded outwards."""
        small = boxes / np.array([*self.per_px, *self.per_px], np.float32)
        return np.asarray(np.maximum(np.hstack([np.floor(small[:, :2]), np.ceil(small[:, 2:])]), 0.0), dtype=np.int64)


class MotionGate:
    """One source. Pictures come in order of time; a change of size begins anew."""

    def __init__(self) -> None:
        self._before: deque[tuple[float, NDArray[np.float32]]] = deque()
        self._dull: NDArray[np.float32] | None = None

    def look(self, grey: Grey, time_s: float, known: Boxes) -> Motion:
        """`known`: boxes of the things already found, which are never dull."""
        small = _small(grey)
        if self._dull is None or (self._before and (self._before[-1][1].shape != small.shape or time_s <= self._before[-1][0])):
            self._before.clear()
            self._dull = np.zeros((-(-small.shape[0] // CELL_PX), -(-small.shape[1] // CELL_PX)), np.float32)
        while len(self._before) > 1 and self._before[1][0] <= time_s - BEFORE_S:
            self._before.popleft()
        self._before.append((time_s, small))
        if len(self._before) == 1:
            return Motion(np.zeros(small.shape, np.uint8), unsure=True)
        changed = _changed(small, self._before[0][1])
        per_px = grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0]
        moving = _cells(changed, self._dull.shape)
        self._note(moving, np.asarray(known / np.array([*per_px, *per_px]), dtype=np.float32), time_s - self._before[-2][0])
        if float(changed.mean()) > LIGHT_SHARE:
            return Motion(np.zeros(small.shape, np.uint8), unsure=True)
        dull = cv2.resize((self._dull > DULL_SHARE).astype(np.uint8), None, fx=CELL_PX, fy=CELL_PX, interpolation=cv2.INTER_NEAREST)
        changed[dull[: changed.shape[0], : changed.shape[1]] > 0] = 0
        return Motion(changed, per_px)

    def _note(self, moving: NDArray[np.bool_], known: Boxes, step_s: float) -> None:
        assert self._dull is not None
        boring = moving.copy()
        for left, top, right, bottom in (known / CELL_PX).astype(np.int64):
            boring[max(0, top - 1) : bottom + 2, max(0, left - 1) : right + 2] = False
        self._dull += (boring.astype(np.float32) - self._dull) * np.float32(1.0 - np.exp(-step_s / DULL_S))


def _small(grey: Grey) -> NDArray[np.float32]:
    height, width = grey.shape
    small = cv2.resize(grey, (max(CELL_PX, round(width * HEIGHT_PX / height)), HEIGHT_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small.astype(np.float32), (3, 3), 0), dtype=np.float32)


def _changed(now: NDArray[np.float32], before: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, _, high = _levels(now)
    gain = min(STRETCH_AT_MOST, STRETCHED_TO / max(1.0, high - low))
    difference = now - before
    return np.asarray(np.abs(difference - np.float32(_levels(difference)[1])) > np.float32(THRESHOLD / gain), dtype=np.uint8)


def _levels(picture: NDArray[np.float32]) -> tuple[float, float, float]:
    """The 4th percentile, the median and the 96th, of a quarter of the pixels."""
    ordered = np.sort(picture[::2, ::2], axis=None)
    return float(ordered[int(0.04 * len(ordered))]), float(ordered[len(ordered) // 2]), float(ordered[int(0.96 * len(ordered))])


def _cells(changed: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.bool_]:
    rows, columns = shape
    padded = np.zeros((rows * CELL_PX, columns * CELL_PX), np.uint8)
    padded[: changed.shape[0], : changed.shape[1]] = changed
    return np.asarray(padded.reshape(rows, CELL_PX, columns, CELL_PX).max(axis=(1, 3)) > 0)


def _boxes(changed: NDArray[np.uint8]) -> Boxes:
    """Corners of the connected places of at least `SMALLEST_PX`."""
    if cv2.countNonZero(changed) < SMALLEST_PX:
        return NOWHERE
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(changed, np.ones((3, 3), np.uint8)), connectivity=8)
    kept = stats[1:count][stats[1:count, cv2.CC_STAT_AREA] >= SMALLEST_PX + 10]  # ten or so were added by the dilation
    left, top, width, height = (kept[:, at].astype(np.float32) for at in (0, 1, 2, 3))
    return np.stack([left, top, left + width, top + height], axis=1).astype(np.float32)
