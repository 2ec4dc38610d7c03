"""The way of a moving camera over the last seconds, to bring what was seen then into the picture of now."""

from collections import deque

import numpy as np

from vision.tracking.camera_shift import CameraShift


class CameraPath:
    """Shifts of the last `memory_s` seconds of a source, in order of time."""

    def __init__(self, memory_s: float) -> None:
        self._memory_s = memory_s
        self._steps: deque[tuple[float, CameraShift]] = deque()

    def add(self, time_s: float, shift: CameraShift | None) -> None:
        """The shift that led to the frame at `time_s`; None when the camera stood still."""
        if shift is not None:
            self._steps.append((time_s, shift))
        while self._steps and time_s - self._steps[0][0] > self._memory_s:
            self._steps.popleft()

    def since(self, time_s: float) -> CameraShift:
        """From the picture at `time_s` to the newest one."""
        total = np.eye(3)
        for at_s, shift in self._steps:
            if at_s > time_s:
                total = shift @ total
        return total
