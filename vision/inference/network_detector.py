"""A detector made of a network in any runtime: pictures letterboxed, the head read, overlapping boxes suppressed."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.cards import ModelCard, card_path, read_card
from vision.detections import Detections
from vision.frames import Frame
from vision.inference.coco import COCO_NAMES
from vision.inference.detector import class_name
from vision.inference.engine import EXPORT_HINT, Engine, weights_hash
from vision.inference.heads import STRIDES, Head, Raw, recognise_head
from vision.inference.letterbox import Letterbox, input_size
from vision.inference.suppression import as_seen_from_above, suppression_groups, surviving_boxes
from vision.pictures import Window

OVERLAP = 0.6  # between the 0.7 of ultralytics and the 0.45 of YOLOX: parked cars in a row stay apart
CANDIDATES_AT_MOST = 3000  # a picture of noise must not stall the suppression


class NetworkDetector:
    """`Detector` over an `Engine`.

    `confidence` is the lowest score returned. `image_size_px` is the longer side of the input when the model leaves it free.
    `overhead` reads vehicles seen from straight above, which networks trained from the ground take for other things (see
    `OVERHEAD_LOOKALIKES`). Raises: `VisionError` when the network takes no picture, gives no boxes or has other classes than named.
    """

    def __init__(self, engine: Engine, path: Path, *, confidence: float, image_size_px: int, overhead: bool) -> None:
        self._engine = engine
        self._path = path
        self._confidence = confidence
        self._image_size_px = image_size_px
        self._overhead = overhead
        self._model = weights_hash(path)
        self._fixed = self._fixed_input()
        self._heads: dict[tuple[int, int], Head] = {}
        width, height = self._fixed or (image_size_px, STRIDES[-1])
        # Answered once here, so that a wrong model is refused when it is opened and not at the first picture.
        first = self._head(self._engine.infer(np.zeros((1, 3, height, width), np.float32)), width, height)
        card = read_card(path)
        self._names = self._read_names(first.classes, card)
        self._said = np.array([card is None or card.classes[name] is not None for name in self._names], dtype=np.bool_)
        if card is not None:
            self._names = tuple(class_name(card.classes[name] or name) for name in self._names)
        self._groups = suppression_groups(self._names, overhead=overhead)

    @property
    def model(self) -> str:
        return self._model

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def detect(self, frame: Frame) -> Detections:
        return self.detect_many([frame])[0]

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        looks = [(row, window) for row, frame in enumerate(frames) for window in self._windows(frame)]
        found: dict[int, list[Raw]] = {row: [] for row in range(len(frames))}
        # Those of one input size go together; a model with a fixed batch of one takes them one by one.
        by_size: dict[tuple[int, int], list[tuple[int, Window]]] = {}
        for row, window in looks:
            by_size.setdefault(self._input_size(frames[row], window), []).append((row, window))
        for (width, height), some in by_size.items():
            step = len(some) if self._engine.input_shape[0] is None else 1
            for start in range(0, len(some), step):
                batch = some[start : start + step]
                for (row, _), raw in zip(batch, self._batch([(frames[row], window) for row, window in batch], width, height), strict=True):
                    found[row].append(raw)
        return [self._chosen(found[row]) for row in range(len(frames))]

    def _windows(self, frame: Frame) -> tuple[Window, ...]:
        """The parts looked at: of a network of fixed input all of the picture, since less would cost as much."""
        return frame.windows if frame.windows and self._fixed is None else ((0, 0, *frame.size_px),)

    def _scale(self, frame: Frame) -> float:
        return float("inf") if self._fixed is not None else self._image_size_px / max(frame.size_px)

    def _input_size(self, frame: Frame, window: Window) -> tuple[int, int]:
        x1, y1, x2, y2 = window
        return self._fixed or input_size(x2 - x1, y2 - y1, self._scale(frame))

    def _batch(self, looks: "Sequence[tuple[Frame, Window]]", width: int, height: int) -> list[Raw]:
        head = self._heads.get((width, height))
        if head is None:
            head = self._head(self._engine.infer(np.zeros((1, 3, height, width), np.float32)), width, height)
        boxes = [Letterbox(x2 - x1, y2 - y1, width, height, head.centred, self._scale(frame)) for frame, (x1, y1, x2, y2) in looks]
        pictures = [box.apply(frame.picture, window) for box, (frame, window) in zip(boxes, looks, strict=True)]
        blob = cv2.dnn.blobFromImages(pictures, 1.0 / 255.0 if head.rgb_unit_range else 1.0, swapRB=head.rgb_unit_range)
        output = self._engine.infer(blob)
        return [
            self._read(head, output[row : row + 1], box, window) for row, (box, (_, window)) in enumerate(zip(boxes, looks, strict=True))
        ]

    def _read(self, head: Head, output: NDArray[np.float32], box: Letterbox, window: Window) -> Raw:
        """Candidates in the frame's pixels."""
        xyxy, confidence, class_id = head.read(output, self._confidence)
        if len(confidence) > CANDIDATES_AT_MOST:
            surest = np.argsort(-confidence, kind="stable")[:CANDIDATES_AT_MOST]
            xyxy, confidence, class_id = xyxy[surest], confidence[surest], class_id[surest]
        x1, y1, _, _ = window
        return box.undo(xyxy) + np.array([x1, y1, x1, y1], np.float32), confidence, class_id

    def _chosen(self, candidates: Sequence[Raw]) -> Detections:
        xyxy, confidence, class_id = (np.concatenate(column) for column in zip(*candidates, strict=True))
        known = class_id < len(self._names)
        known[known] = self._said[class_id[known]]
        xyxy, confidence, class_id = xyxy[known], confidence[known], class_id[known]
        kept = surviving_boxes(xyxy, confidence, self._groups[class_id], OVERLAP)
        xyxy, confidence, class_id = xyxy[kept], confidence[kept], class_id[kept]
        if self._overhead:
            class_id = as_seen_from_above(xyxy, class_id, self._names)
        return Detections(xyxy, confidence, class_id, self._names)

    def _head(self, output: NDArray[np.float32], width: int, height: int) -> Head:
        head = recognise_head(tuple(int(length) for length in output.shape), width, height, model=str(self._path))
        self._heads[(width, height)] = head
        return head

    def _fixed_input(self) -> tuple[int, int] | None:
        """Width and height of the input, None when the model leaves them free."""
        batch, channels, height, width = self._engine.input_shape
        if channels not in (None, 3) or batch not in (None, 1):
            shape = ", ".join("?" if length is None else str(length) for length in self._engine.input_shape)
            raise VisionError(
                f"The model '{self._path}' does not take one picture of 3 colours (its input is [{shape}]).",
                code="vision.model_input",
                hint=f"Use a detection model with one input of shape [1, 3, height, width]; {EXPORT_HINT}",
            )
        return None if height is None or width is None else (width, height)

    def _read_names(self, classes: int | None, card: ModelCard | None) -> tuple[str, ...]:
        """Class names on the card, beside the model (`<model>.names`), inside it, or COCO's when it has 80 classes."""
        beside = self._path.with_suffix(".names")
        if card is not None:
            if classes is not None and len(card.classes) != classes:
                raise VisionError(
                    f"The model '{self._path}' has {classes} classes but its card names {len(card.classes)}.",
                    code="vision.model_names",
                    hint=f"Correct `classes` in '{card_path(self._path)}': one entry a class, in order of class number.",
                )
            return tuple(card.classes)
        if beside.is_file():
            names: list[str] = beside.read_text(encoding="utf-8").splitlines()
        else:
            names = self._engine.names or (list(COCO_NAMES) if classes in (None, len(COCO_NAMES)) else [])
        if not names and classes is not None:
            names = [f"class {number}" for number in range(classes)]
        if classes is not None and len(names) != classes:
            raise VisionError(
                f"The model '{self._path}' has {classes} classes but {len(names)} names are given.",
                code="vision.model_names",
                hint=f"Write one name a line, in order of class number, into '{beside}'.",
            )
        return tuple(class_name(name) for name in names)
