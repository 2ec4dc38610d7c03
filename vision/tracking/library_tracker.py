"""A tracker of the `trackers` library behind our port: the same order of detections each time, and a camera that may move."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from supervision import Detections as SupervisionDetections
from trackers import ByteTrackTracker, OCSORTTracker

from vision.detections import Detections
from vision.tracking.camera_shift import CameraShift, move_corner_state, moved_box

MEMORY_S = 1.0  # ByteTrack's 30 frames at 30 per second
LIBRARY_FRAME_RATE_HZ = 30.0  # the library counts its buffer in frames of this rate
# Between two frames a car may move by its own length. Boxes are grown before they are compared, more so when frames are far apart
# (Yang et al., Cascaded-Buffered IoU, WACV 2023, uses 0.3 to 0.5).
GROWTH_PER_S = 3.0
MAXIMUM_GROWTH = 0.5


def growth(frames_per_second: float) -> float:
    """By which share of its size a box is grown on each side before it is compared."""
    return min(MAXIMUM_GROWTH, GROWTH_PER_S / frames_per_second)


def buffer_frames(memory_s: float) -> int:
    return round(memory_s * LIBRARY_FRAME_RATE_HZ)


class LibraryTracker:
    """`Tracker` by a tracker of the library whose states are box corners and their velocities."""

    def __init__(self, tracker: ByteTrackTracker | OCSORTTracker, memory_s: float) -> None:
        self._tracker, self._memory_s = tracker, memory_s

    @property
    def memory_s(self) -> float:
        return self._memory_s

    def update(self, detections: Detections, time_s: float, shift: CameraShift | None = None) -> NDArray[np.int64]:
        if shift is not None:
            for tracklet in self._tracker.tracks:
                _move(tracklet, shift)
        rows = detections.canonical_order()
        ordered = detections.take(rows)
        columns = SupervisionDetections(xyxy=ordered.xyxy_px, confidence=ordered.confidence, class_id=ordered.class_id, data={"row": rows})
        tracked = self._tracker.update(columns, timestamp=time_s)
        numbers = np.zeros(len(detections), dtype=np.int64)
        if len(tracked) and tracked.tracker_id is not None:
            numbers[np.asarray(tracked.data["row"], dtype=np.int64)] = np.asarray(tracked.tracker_id, dtype=np.int64) + 1
        return numbers


def _move(tracklet: Any, shift: CameraShift) -> None:
    """Everything a tracklet remembers in pixels, seen from where the camera is now. What went behind the camera is left to be forgotten."""
    filter_ = tracklet.state_estimator.kf
    moved = move_corner_state(shift, filter_.state, filter_.state_covariance)
    if moved is None:
        return
    filter_.state, filter_.state_covariance = moved
    if not hasattr(tracklet, "last_observation"):
        return
    # OC-SORT also remembers boxes as they were seen, and the state from before it lost sight.
    if tracklet._frozen_state is not None:
        frozen = move_corner_state(shift, tracklet._frozen_state["state"], tracklet._frozen_state["state_covariance"])
        if frozen is not None:
            tracklet._frozen_state["state"], tracklet._frozen_state["state_covariance"] = frozen
    tracklet.last_observation = _moved_or_same(shift, tracklet.last_observation)
    if tracklet.previous_to_last_observation is not None:
        tracklet.previous_to_last_observation = _moved_or_same(shift, tracklet.previous_to_last_observation)
    tracklet.observations = {age: _moved_or_same(shift, box) for age, box in tracklet.observations.items()}


def _moved_or_same(shift: CameraShift, box: NDArray[Any]) -> NDArray[Any]:
    moved = moved_box(shift, np.asarray(box, dtype=np.float64))
    return box if moved is None else moved
