"""ByteTrack, from the `trackers` library: sure boxes are matched first, then doubtful ones keep known things alive.

Source: Zhang et al., ByteTrack: Multi-Object Tracking by Associating Every Detection Box, ECCV 2022.
"""

import numpy as np
from numpy.typing import NDArray
from supervision import Detections as SupervisionDetections
from trackers import BIoU, ByteTrackTracker

from vision.detections import Detections

MEMORY_S = 1.0  # the paper's 30 frames at 30 per second
LIBRARY_FRAME_RATE_HZ = 30.0  # the library counts its buffer in frames of this rate
SURE_FRAMES = 2
MINIMUM_OVERLAP = 0.1
# Between two frames a car may move by its own length. Boxes are grown before they are compared, more so when frames are far apart
# (Yang et al., Cascaded-Buffered IoU, WACV 2023, uses 0.3 to 0.5).
GROWTH_PER_S = 3.0
MAXIMUM_GROWTH = 0.5


class ByteTrack:
    """`Tracker` by box overlap and a constant-velocity filter in pixels; `frames_per_second` is the rate of the frames given."""

    def __init__(self, frames_per_second: float, activation_confidence: float) -> None:
        self._tracker = ByteTrackTracker(
            lost_track_buffer=round(MEMORY_S * LIBRARY_FRAME_RATE_HZ),
            frame_rate=frames_per_second,
            track_activation_threshold=activation_confidence,
            high_conf_det_threshold=activation_confidence,
            minimum_consecutive_frames=SURE_FRAMES,
            minimum_iou_threshold=MINIMUM_OVERLAP,
            iou=BIoU(buffer_ratio=min(MAXIMUM_GROWTH, GROWTH_PER_S / frames_per_second)),
        )

    @property
    def memory_s(self) -> float:
        return MEMORY_S

    def update(self, detections: Detections, time_s: float) -> NDArray[np.int64]:
        rows = detections.canonical_order()
        ordered = detections.take(rows)
        columns = SupervisionDetections(xyxy=ordered.xyxy_px, confidence=ordered.confidence, class_id=ordered.class_id, data={"row": rows})
        tracked = self._tracker.update(columns, timestamp=time_s)
        numbers = np.zeros(len(detections), dtype=np.int64)
        if len(tracked) and tracked.tracker_id is not None:
            numbers[np.asarray(tracked.data["row"], dtype=np.int64)] = np.asarray(tracked.tracker_id, dtype=np.int64) + 1
        return numbers
