"""OC-SORT, from the `trackers` library: trusts what was seen more than what was predicted, so it turns and hides with the thing.

Source: Cao et al., Observation-Centric SORT: Rethinking SORT for Robust Multi-Object Tracking, CVPR 2023.
"""

from trackers import BIoU, OCSORTTracker
from trackers.utils.state_representations import XYXYStateEstimator

from vision.tracking.library_tracker import MEMORY_S, LibraryTracker, buffer_frames, growth

SURE_MATCHES = 1  # after the first sighting; with more the library gives no number for a while after each gap
MINIMUM_OVERLAP = 0.1


def oc_sort(frames_per_second: float, activation_confidence: float, memory_s: float = MEMORY_S) -> LibraryTracker:
    """By box overlap and direction of motion; doubtful boxes are not used. `frames_per_second` is the rate of the frames given."""
    return LibraryTracker(
        OCSORTTracker(
            lost_track_buffer=buffer_frames(memory_s),
            frame_rate=frames_per_second,
            high_conf_det_threshold=activation_confidence,
            minimum_consecutive_frames=SURE_MATCHES,
            minimum_iou_threshold=MINIMUM_OVERLAP,
            state_estimator_class=XYXYStateEstimator,  # the representation camera motion is compensated in
            iou=BIoU(buffer_ratio=growth(frames_per_second)),
        ),
        memory_s,
    )
