"""The port every tracker fills."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections


class Tracker(Protocol):
    """Numbers detections so that the same thing keeps its number.

    Numbers start at 1 in each run and depend on the detections alone, not on their order within a frame.
    """

    @property
    def memory_s(self) -> float:
        """A thing unseen for longer is forgotten and never gets its number back."""
        ...

    def update(self, detections: Detections, time_s: float) -> NDArray[np.int64]:
        """Times grow strictly. Returns the number of each detection, (n,); 0 for one that belongs to nothing yet."""
        ...
