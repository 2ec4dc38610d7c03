"""Whether one run found the things another run found: boxes at the same time at the same place, for most of a thing's stay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OVERLAP, SHARE = 0.4, 0.5  # mean intersection over union while both have it; of the stay in the reference
CONFIRM_BOXES, CONFIRM_S = 5, 0.5  # a finished track of the reference: shorter ones are glimpses


@dataclass(frozen=True, slots=True, eq=False)
class FoundTrack:
    """`times_s` (n,) growing, `xyxy_px` (n, 4)."""

    times_s: NDArray[np.float64]
    xyxy_px: NDArray[np.float64]

    @property
    def finished(self) -> bool:
        return len(self.times_s) >= CONFIRM_BOXES and float(self.times_s[-1] - self.times_s[0]) >= CONFIRM_S

    def crosses(self, middle_px: float, below_px: float, until_s: float) -> bool:
        """Whether it passes the column from left to right until then, and ends below the row."""
        boxes = self.xyxy_px[self.times_s <= until_s]
        centre = (boxes[:, :2] + boxes[:, 2:]) / 2.0
        return bool(len(centre) and centre[0, 0] < middle_px <= centre[-1, 0] and centre[-1, 1] > below_px)


def recall(reference: Sequence[FoundTrack], found: Sequence[FoundTrack]) -> tuple[int, int]:
    """How many of the finished tracks of the reference were found, and how many there are."""
    wanted = [track for track in reference if track.finished]
    return sum(_found(track, found) for track in wanted), len(wanted)


def _found(track: FoundTrack, others: Sequence[FoundTrack]) -> bool:
    covered = 0.0
    for other in others:
        both = (track.times_s >= other.times_s[0] - 0.05) & (track.times_s <= other.times_s[-1] + 0.05)
        if both.any():
            there = np.stack([np.interp(track.times_s[both], other.times_s, other.xyxy_px[:, side]) for side in range(4)], axis=1)
            if _overlap(track.xyxy_px[both], there).mean() >= OVERLAP:
                covered += float(both.mean())
    return covered >= SHARE


def _overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.maximum(np.minimum(first[:, 2:], second[:, 2:]) - np.maximum(first[:, :2], second[:, :2]), 0.0)
    shared = size.prod(axis=1)
    areas = (first[:, 2:] - first[:, :2]).prod(axis=1) + (second[:, 2:] - second[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum(areas - shared, 1e-9))
