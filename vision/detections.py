"""Detections: what a detector found in one frame, as columns of equal length."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError

Box = tuple[float, float, float, float]  # x1, y1, x2, y2 in pixels


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """`xyxy_px` (n, 4) float32 corners in the frame's pixels, `confidence` (n,) float32 0..1, `class_id` (n,) int64 into `names`."""

    xyxy_px: NDArray[np.float32]
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.xyxy_px)
        if self.xyxy_px.shape != (count, 4) or self.confidence.shape != (count,) or self.class_id.shape != (count,):
            raise VisionError(
                f"Detections disagree in length: boxes {self.xyxy_px.shape}, confidence {self.confidence.shape}, "
                f"classes {self.class_id.shape}.",
                code="vision.detections",
                hint="A detector must return one confidence and one class for each box.",
            )

    @classmethod
    def empty(cls, names: tuple[str, ...] = ()) -> "Detections":
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64), names)

    def __len__(self) -> int:
        return len(self.xyxy_px)

    @property
    def labels(self) -> list[str]:
        return [self.names[class_id] for class_id in self.class_id]

    def box(self, row: int) -> Box:
        x1, y1, x2, y2 = (float(value) for value in self.xyxy_px[row])
        return (x1, y1, x2, y2)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Detections":
        """The rows chosen, by index or by mask."""
        return Detections(self.xyxy_px[rows], self.confidence[rows], self.class_id[rows], self.names)

    def of(self, labels: Collection[str]) -> "Detections":
        """Only detections whose label is one of `labels`."""
        return self.take(np.array([label in labels for label in self.labels], dtype=np.bool_))

    def placed(self, xyxy_px: NDArray[np.float32]) -> "Detections":
        """The same things at other places."""
        return Detections(xyxy_px, self.confidence, self.class_id, self.names)

    def joined(self, others: "Detections") -> "Detections":
        """These and the others, which a detector with the same classes found."""
        if not len(others):
            return self
        return Detections(
            np.concatenate([self.xyxy_px, others.xyxy_px]),
            np.concatenate([self.confidence, others.confidence]),
            np.concatenate([self.class_id, others.class_id]),
            self.names,
        )

    def canonical_order(self) -> NDArray[np.int64]:
        """Rows by falling confidence, then by place: the same set always comes in the same order."""
        x1, y1, x2, y2 = self.xyxy_px.T
        return np.lexsort((self.class_id, y2, x2, y1, x1, -self.confidence)).astype(np.int64)
