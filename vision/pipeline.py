"""Frames in, tracks out: detection, tracking and places of one source. Owns no clock and does no input or output."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, VisionError
from vision.camera_motion import CameraMotion
from vision.detections import Box, Detections
from vision.frames import Frame
from vision.georeference import GroundModel
from vision.inference.detector import Detector
from vision.observations import Observation, observe_track
from vision.tracking.tracker import Tracker
from vision.tracks import Track, TrackPoint

EDGE_MARGIN_PX = 2.0


@dataclass(frozen=True, slots=True)
class TrackedBox:
    """A box of this frame that belongs to a track."""

    track_id: int
    label: str
    confidence: float
    bbox_px: Box
    confirmed: bool


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """What one frame brought. `detections` holds every class the detector knows; `boxes` only the classes followed."""

    frame: Frame
    detections: Detections
    boxes: tuple[TrackedBox, ...]
    finished: tuple[Track, ...]


class Pipeline:
    """Detector, tracker and ground model of one source, wired.

    `labels` are the classes followed; None follows all of the model's. `camera` is given for one that moves.
    Call `process` for each frame in order, or `detect` and `advance` when something must be learnt in between; then `finish` once.
    """

    def __init__(
        self,
        detector: Detector,
        tracker: Tracker,
        *,
        labels: Collection[str] | None = None,
        ground: GroundModel | None = None,
        camera: CameraMotion | None = None,
    ) -> None:
        self._detector = detector
        self._tracker = tracker
        self._labels = None if labels is None else frozenset(labels)
        self._ground = ground
        self._camera = camera
        self._tracks: dict[int, Track] = {}
        self._last_s: float | None = None

    @property
    def model(self) -> str:
        return self._detector.model

    @property
    def confirmed(self) -> tuple[Track, ...]:
        """Tracks that are alive and confirmed, oldest number first."""
        return tuple(track for _, track in sorted(self._tracks.items()) if track.confirmed)

    def detect(self, frame: Frame) -> Detections:
        return self._detector.detect(frame)

    def process(self, frame: Frame) -> FrameResult:
        return self.advance(frame, self.detect(frame))

    def followed(self, detections: Detections) -> Detections:
        """Those of the classes followed."""
        return detections if self._labels is None else detections.of(self._labels)

    def advance(self, frame: Frame, detections: Detections, *, carried: NDArray[np.bool_] | None = None) -> FrameResult:
        """Follow the detections of one frame; `carried` marks rows (all of followed classes) that the detector did not see in it.

        Raises: `VisionError` when the frame's time does not grow.
        """
        if self._last_s is not None and frame.time_s <= self._last_s:
            raise VisionError(
                f"Frame {frame.index} of '{frame.source}' is at {frame.time_s:.3f} s, not after {self._last_s:.3f} s.",
                code="vision.frame_order",
                hint="Frames must come in order of time; check the time stamps of the source.",
            )
        self._last_s = frame.time_s
        followed = detections if carried is not None else self.followed(detections)
        shift = None if self._camera is None else self._camera.step(frame, followed.xyxy_px)
        numbers = self._tracker.update(followed, frame.time_s, shift)
        boxes = []
        labels = followed.labels
        for row, number in enumerate(numbers):
            if number > 0:
                track = self._tracks.setdefault(int(number), Track(int(number)))
                seen = carried is None or not carried[row]
                track.add(self._point(frame, followed.box(row), float(followed.confidence[row]), labels[row], measured=seen))
                boxes.append(TrackedBox(track.track_id, track.label, track.last.confidence, track.last.bbox_px, track.confirmed))
        lost = [n for n, track in self._tracks.items() if frame.time_s - track.last.time_s > self._tracker.memory_s]
        finished = tuple(track for track in (self._tracks.pop(n) for n in sorted(lost)) if track.confirmed)
        return FrameResult(frame, detections, tuple(boxes), finished)

    def finish(self) -> tuple[Track, ...]:
        """The source has ended: every confirmed track still alive is finished."""
        finished = self.confirmed
        self._tracks.clear()
        return finished

    def observe(self, track: Track, source: str) -> Observation:
        local: LocalFrame | None = None if self._ground is None else self._ground.local
        return observe_track(track, model=self.model, source=source, local=local)

    def _point(self, frame: Frame, box: Box, confidence: float, label: str, *, measured: bool) -> TrackPoint:
        width, height = frame.size_px
        x1, y1, x2, y2 = box
        whole = x1 > EDGE_MARGIN_PX and y1 > EDGE_MARGIN_PX and x2 < width - EDGE_MARGIN_PX and y2 < height - EDGE_MARGIN_PX
        fix = None if self._ground is None else self._ground.locate(frame, box)
        return TrackPoint(frame.index, frame.time_s, box, confidence, label, whole, frame.captured_at, fix, measured)
