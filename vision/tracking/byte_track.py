"""ByteTrack, from the `trackers` library: sure boxes are matched first, then doubtful ones keep known things alive.

Source: Zhang et al., ByteTrack: Multi-Object Tracking by Associating Every Detection Box, ECCV 2022.
"""

from trackers import BIoU, ByteTrackTracker

from vision.tracking.library_tracker import MEMORY_S, LibraryTracker, buffer_frames, growth

SURE_FRAMES = 2
MINIMUM_OVERLAP = 0.1


def byte_track(frames_per_second: float, activation_confidence: float, memory_s: float = MEMORY_S) -> LibraryTracker:
    """By box overlap and a constant-velocity filter in pixels; `frames_per_second` is the rate of the frames given."""
    return LibraryTracker(
        ByteTrackTracker(
            lost_track_buffer=buffer_frames(memory_s),
            frame_rate=frames_per_second,
            track_activation_threshold=activation_confidence,
            high_conf_det_threshold=activation_confidence,
            minimum_consecutive_frames=SURE_FRAMES,
            minimum_iou_threshold=MINIMUM_OVERLAP,
            iou=BIoU(buffer_ratio=growth(frames_per_second)),
        ),
        memory_s,
    )
