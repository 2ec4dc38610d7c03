"""The things an attention follows between the looks of the detector, as columns of equal length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections


@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """`looks` in a row that found each and `misses` since, (n,) int64; `agreed` (n,) int64: looks in a row that found it where it had been
    carried to; `looked_s` (n,) when the detector last looked there; `speed` (n, 2) of their centres, pixels of the frame a second."""

    boxes: Detections
    looks: NDArray[np.int64]
    misses: NDArray[np.int64]
    agreed: NDArray[np.int64]
    looked_s: NDArray[np.float64]
    speed: NDArray[np.float32]

    @classmethod
    def none(cls) -> "Things":
        count = np.zeros(0, np.int64)
        return cls(Detections.empty(), count, count, count, np.zeros(0), np.zeros((0, 2), np.float32))

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def xyxy_px(self) -> NDArray[np.float32]:
        return self.boxes.xyxy_px

    def take(self, rows: NDArray[np.bool_]) -> "Things":
        counts = self.looks[rows], self.misses[rows], self.agreed[rows]
        return Things(self.boxes.take(rows), *counts, self.looked_s[rows], self.speed[rows])

    def joined(self, others: "Things") -> "Things":
        """These, then the others."""
        return Things(
            self.boxes.joined(others.boxes),
            np.concatenate([self.looks, others.looks]),
            np.concatenate([self.misses, others.misses]),
            np.concatenate([self.agreed, others.agreed]),
            np.concatenate([self.looked_s, others.looked_s]),
            np.concatenate([self.speed, others.speed]),
        )

    def moved(self, xyxy_px: NDArray[np.float32], speed: NDArray[np.float32]) -> "Things":
        return Things(self.boxes.placed(xyxy_px), self.looks, self.misses, self.agreed, self.looked_s, speed)

    def looked_at(self, seen: NDArray[np.bool_], time_s: float) -> "Things":
        """The detector looked at those, and whether it found them is told elsewhere."""
        return Things(self.boxes, self.looks, self.misses + seen, self.agreed * ~seen, np.where(seen, time_s, self.looked_s), self.speed)
