"""Places that move and turn out to be nothing: shadows, leaves. They are looked at ever more seldom while they go on moving."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vision.scheduling.grey import Boxes

GROWN = 0.5  # of its size on each side: where a moving place may be in the next picture
PATIENT_LOOKS = 3  # what comes into view is nothing yet in the first of them
LONGEST = 4.0  # periods


class BarrenPlaces:
    """The places of the newest picture that no known thing explains, each with the looks at it that brought nothing."""

    def __init__(self) -> None:
        self._boxes = np.zeros((0, 4), np.float32)
        self._looks = np.zeros(0, np.int64)
        self._looked_s = np.zeros(0, np.float64)

    def see(self, places: Boxes) -> None:
        """The places of the next picture: one that lies where another was goes on as that one."""
        same = overlaps(places, grown(self._boxes, GROWN))
        self._looks = np.where(same, self._looks[None, :], 0).max(axis=1, initial=0)
        self._looked_s = np.where(same, self._looked_s[None, :], -np.inf).max(axis=1, initial=-np.inf)
        self._boxes = places

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which were looked at before."""
        return self._looks > 0

    def ripe(self, time_s: float, places: Boxes, period_s: float) -> NDArray[np.bool_]:
        """Which are due: after a period at first, then after twice as long each time."""
        wait_s = period_s * np.minimum(LONGEST, 2.0 ** np.maximum(0, self._looks - PATIENT_LOOKS))
        return np.asarray((self._looks == 0) | (time_s - self._looked_s + 1e-6 >= wait_s))

    def looked(self, time_s: float, shown: Callable[[Boxes], NDArray[np.bool_]] | None) -> None:
        seen = np.ones(len(self._boxes), np.bool_) if shown is None else shown(self._boxes)
        self._looks = self._looks + seen
        self._looked_s = np.where(seen, time_s, self._looked_s)


def grown(boxes: Boxes, share: float) -> Boxes:
    """Larger by a share of their size on each side."""
    margin = (boxes[:, 2:] - boxes[:, :2]) * np.float32(share)
    return np.hstack([boxes[:, :2] - margin, boxes[:, 2:] + margin])


def overlaps(first: Boxes, second: Boxes) -> NDArray[np.bool_]:
    """Which of the first reaches which of the second, (n, m)."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    return np.asarray((np.minimum(first[:, None, 2:], second[None, :, 2:]) > corner).all(axis=2))
