"""The port every tracker fills."""

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections
from vision.tracking.camera_shift import CameraShift

TrackerKind = Literal["byte_track", "oc_sort"]


class Tracker(Protocol):
    """Numbers detections so that the same thing keeps its number.

    Numbers start at 1 in each run and depend on the detections alone, not on their order within a frame.
    """

    @property
    def memory_s(self) -> float:
        """A thing unseen for longer is forgotten and never gets its number back."""
        ...

    def update(self, detections: Detections, time_s: float, shift: CameraShift | None = None) -> NDArray[np.int64]:
        """Times grow strictly; `shift` is how the camera moved since the last update, None for one that stood still.

        Returns the number of each detection, (n,); 0 for one that belongs to nothing yet.
        """
        ...
