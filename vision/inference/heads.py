"""What the numbers leaving a network mean. A head is recognised by the shape of its output.

YoloHead      (1, 4 + classes, n)   centre x, y, width, height in input pixels, then a score a class      YOLOv8, YOLO11 and later
EndToEndHead  (1, n, 6)             corners in input pixels, score, class; suppression already done       YOLOv10, YOLO26, exports with NMS
YoloxHead     (1, n, 5 + classes)   offsets and logarithmic sizes on three grids, objectness, scores      YOLOX
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError

STRIDES = (8, 16, 32)
END_TO_END_AT_MOST = 1000

Raw = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]  # xyxy in input pixels, confidence, class id


class Head(Protocol):
    """How a family of networks is fed and read."""

    @property
    def classes(self) -> int | None: ...

    @property
    def rgb_unit_range(self) -> bool:
        """True: red green blue 0..1. False: blue green red 0..255."""
        ...

    @property
    def centred(self) -> bool:
        """Whether the family pads pictures on all sides, or at the right and bottom only."""
        ...

    def read(self, output: NDArray[np.float32], threshold: float) -> Raw:
        """Boxes with confidence of at least `threshold`, before suppression."""
        ...


@dataclass(frozen=True, slots=True)
class YoloHead:
    classes: int
    rgb_unit_range: bool = True
    centred: bool = True

    def read(self, output: NDArray[np.float32], threshold: float) -> Raw:
        scores = output[0, 4:]
        confidence = scores.max(axis=0)
        keep = np.flatnonzero(confidence >= threshold)
        return _corners(output[0, :4, keep]), confidence[keep], scores[:, keep].argmax(axis=0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class EndToEndHead:
    classes: None = None
    rgb_unit_range: bool = True
    centred: bool = True

    def read(self, output: NDArray[np.float32], threshold: float) -> Raw:
        rows = output[0][output[0, :, 4] >= threshold]
        return np.ascontiguousarray(rows[:, :4]), rows[:, 4], rows[:, 5].astype(np.int64)


@dataclass(frozen=True, slots=True)
class YoloxHead:
    classes: int
    input_width: int
    input_height: int
    rgb_unit_range: bool = False
    centred: bool = False

    def read(self, output: NDArray[np.float32], threshold: float) -> Raw:
        rows = output[0]
        # Objectness alone bounds the score from above, which spares the class scores of most cells.
        hopeful = np.flatnonzero(rows[:, 4] >= threshold)
        confidence = rows[hopeful, 4] * rows[hopeful, 5:].max(axis=1)
        keep = hopeful[confidence >= threshold]
        cells, strides = self._grid()
        centre = (rows[keep, :2] + cells[keep]) * strides[keep]
        size = np.exp(rows[keep, 2:4]) * strides[keep]
        boxes = _corners(np.concatenate([centre, size], axis=1))
        return boxes, confidence[confidence >= threshold], rows[keep, 5:].argmax(axis=1).astype(np.int64)

    def _grid(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Cell of each row (n, 2) and its stride (n, 1)."""
        cells, strides = [], []
        for stride in STRIDES:
            columns, rows = np.meshgrid(np.arange(self.input_width // stride), np.arange(self.input_height // stride))
            cells.append(np.stack([columns, rows], axis=-1).reshape(-1, 2))
            strides.append(np.full((len(cells[-1]), 1), stride))
        return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def recognise_head(shape: tuple[int, ...], input_width: int, input_height: int, *, model: str) -> Head:
    """The head whose output has `shape` for an input of that size. Raises: `VisionError` naming the shape when there is none."""
    cells = sum((input_width // stride) * (input_height // stride) for stride in STRIDES)
    if len(shape) == 3 and shape[0] == 1:
        _, rows, columns = shape
        if columns == cells and rows > 4:
            return YoloHead(classes=rows - 4)
        if rows == cells and columns > 5:
            return YoloxHead(columns - 5, input_width, input_height)
        if columns == 6 and rows <= END_TO_END_AT_MOST:
            return EndToEndHead()
    raise VisionError(
        f"The model '{model}' has an output of shape {list(shape)} for a {input_width}x{input_height} input, which is no known detector.",
        code="vision.model_head",
        hint="Use a YOLOv8, YOLO11, YOLO26 or YOLOX detection model; `sunqar vision export yolo11n --out model.onnx` makes one.",
    )


def _corners(centre_size: NDArray[np.float32]) -> NDArray[np.float32]:
    half = centre_size[:, 2:] / 2.0
    return np.concatenate([centre_size[:, :2] - half, centre_size[:, :2] + half], axis=1).astype(np.float32)
