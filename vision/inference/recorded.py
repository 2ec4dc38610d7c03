"""A detector that replays what was found before: for tests without a model, and to repeat a run exactly."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from vision.detections import Detections
from vision.frames import Frame


class RecordedDetector:
    """`Detector` with an answer for each frame index; frames without one are empty."""

    def __init__(self, by_frame: Mapping[int, Detections], names: tuple[str, ...]) -> None:
        self._by_frame = dict(by_frame)
        self._names = names
        record = {index: [d.xyxy_px.tolist(), d.confidence.tolist(), d.class_id.tolist()] for index, d in sorted(by_frame.items())}
        self._model = "sha256:" + hashlib.sha256(json.dumps([names, record]).encode()).hexdigest()

    @property
    def model(self) -> str:
        return self._model

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def detect(self, frame: Frame) -> Detections:
        return self._by_frame.get(frame.index, Detections.empty(self._names))

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]
