"""Frames in, tracks out: detection, tracking and places of one source. Owns no clock and does no input or output."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, VisionError
from vision.appearance import look_of
from vision.camera_motion import CameraMotion
from vision.detections import Box, Detections
from vision.frames import Frame
from vision.georeference import GroundModel
from vision.inference.detector import Detector
from vision.observations import Observation, observe_track, observe_violation
from vision.rules.rule import Violation
from vision.tracking.camera_path import CameraPath
from vision.tracking.camera_shift import CameraShift
from vision.tracking.repair import ENDS_S, LONGEST_GAP_S, continued_by
from vision.tracking.tracker import Tracker
from vision.tracks import CONFIRM_SECONDS, Track, TrackPoint

EDGE_MARGIN_PX = 2.0


@dataclass(frozen=True, slots=True)
class TrackedBox:
    """A box of this frame that belongs to a track."""

    track_id: int
    label: str
    confidence: float
    bbox_px: Box
    confirmed: bool
    joined: int | None = None  # until this frame the boxes of this thing were given under that number


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
        self._path = CameraPath(LONGEST_GAP_S + 2.0 * ENDS_S)
        self._tracks: dict[int, Track] = {}
        self._of_number: dict[int, Track] = {}  # the tracker's numbers; two of them may have been one thing
        self._tracks_made = 0
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
        shift = self._camera_shift(frame, followed)
        self._path.add(frame.time_s, shift)
        numbers = self._tracker.update(followed, frame.time_s, shift)
        boxes = []
        labels = followed.labels
        for row, number in enumerate(numbers):
            if number > 0:
                track = self._track_of(int(number))
                was_confirmed = track.confirmed
                seen = carried is None or not carried[row]
                track.add(self._point(frame, followed.box(row), float(followed.confidence[row]), labels[row], measured=seen))
                if seen and track.wants_look(frame.time_s) and (look := look_of(frame.image, track.last.bbox_px)) is not None:
                    track.remember(look, frame.time_s)
                joined = None
                if track.confirmed and not was_confirmed:
                    track, joined = self._repaired(track, int(number), frame.time_s)
                boxes.append(TrackedBox(track.track_id, track.label, track.last.confidence, track.last.bbox_px, track.confirmed, joined))
        return FrameResult(frame, detections, tuple(boxes), self._lost_for_good(frame.time_s))

    def _camera_shift(self, frame: Frame, followed: Detections) -> CameraShift | None:
        if self._camera is None:
            return None
        if not len(followed) and not self._tracks:  # nothing whose place would have to be carried along
            self._camera.rest()
            return None
        return self._camera.step(frame, followed.xyxy_px)

    def _track_of(self, number: int) -> Track:
        track = self._of_number.get(number)
        if track is None:
            self._tracks_made += 1
            track = self._of_number[number] = self._tracks[self._tracks_made] = Track(self._tracks_made)
        return track

    def _repaired(self, young: Track, number: int, time_s: float) -> tuple[Track, int | None]:
        """The track to go on with, and the number that was given up when an older one turned out to be the same thing."""
        lost = [track for track in self._tracks.values() if track.confirmed and track.last.time_s < young.first.time_s]
        old = continued_by(young, lost, self._path)
        if old is None:
            return young, None
        old.join(young)
        del self._tracks[young.track_id]
        # Should the tracker find the old box again, that is something else than what it has become.
        self._of_number = {known: track for known, track in self._of_number.items() if track is not old} | {number: old}
        return old, young.track_id

    def _lost_for_good(self, time_s: float) -> tuple[Track, ...]:
        """Confirmed tracks that will not come back; those that may are waited for a little longer than the tracker does."""
        gone = []
        for track in list(self._tracks.values()):
            patience_s = self._tracker.memory_s
            if track.confirmed and track.last.whole:
                patience_s = max(patience_s, LONGEST_GAP_S + CONFIRM_SECONDS)
            if time_s - track.last.time_s > patience_s:
                del self._tracks[track.track_id]
                gone.append(track)
        if gone:
            self._of_number = {number: track for number, track in self._of_number.items() if track.track_id in self._tracks}
        return tuple(track for track in sorted(gone, key=lambda track: track.track_id) if track.confirmed)

    def finish(self) -> tuple[Track, ...]:
        """The source has ended: every confirmed track still alive is finished."""
        finished = self.confirmed
        self._tracks.clear()
        self._of_number.clear()
        return finished

    def observe(self, track: Track, source: str) -> Observation:
        return observe_track(track, model=self.model, source=source, local=self.local)

    def observe_violation(self, found: Violation, track: Track, source: str) -> Observation:
        assert self._ground is not None, "judged by places"
        assert self._ground.local is not None, "judged by places"
        return observe_violation(found, track, model=self.model, source=source, local=self._ground.local)

    @property
    def local(self) -> LocalFrame | None:
        """The frame the tracks' places are in; None without a ground model, or before its first place."""
        return None if self._ground is None else self._ground.local

    def _point(self, frame: Frame, box: Box, confidence: float, label: str, *, measured: bool) -> TrackPoint:
        width, height = frame.size_px
        x1, y1, x2, y2 = box
        whole = x1 > EDGE_MARGIN_PX and y1 > EDGE_MARGIN_PX and x2 < width - EDGE_MARGIN_PX and y2 < height - EDGE_MARGIN_PX
        fix = None if self._ground is None else self._ground.locate(frame, box)
        return TrackPoint(frame.index, frame.time_s, box, confidence, label, whole, frame.captured_at, fix, measured)
