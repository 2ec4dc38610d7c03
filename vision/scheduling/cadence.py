"""When the detector looks: often while things move, at once when something new moves, seldom while nothing does.

Owns no clock; times are seconds of the source.
"""

from dataclasses import dataclass

import numpy as np

from vision.scheduling.grey import Boxes
from vision.scheduling.motion_gate import Motion

EXPLAINED_SHARE = 0.3  # of a moving place that lies in a known box: then it is that thing which moves
ACTIVE_FOR_S = 1.0  # motion pauses when a car waits for a gap
FRUITLESS_LOOKS, LONGEST_PATIENCE = 3, 4.0
GROWN = 0.5  # of its size on each side: where a moving place may be at the next look


@dataclass(frozen=True, slots=True)
class CadencePlan:
    """`active_hz` looks of the detector while something moves; `surprised_s` at the soonest after the last one when something new moves,
    `idle_s` at the latest when nothing does. A camera that moves itself (`fixed` False) is always active."""

    active_hz: float = 4.0
    surprised_s: float = 0.12
    idle_s: float = 5.0
    fixed: bool = True


class Cadence:
    """One source. `slowed` > 1 stretches the active rate while the machine cannot keep up."""

    def __init__(self, plan: CadencePlan) -> None:
        self.plan = plan
        self.slowed = 1.0
        self._looked_s: float | None = None
        self._moved_s = float("-inf")
        self._moving_then = np.zeros((0, 4), np.float32)
        self._motion: Motion | None = None
        self._fruitless = 0

    def due(self, time_s: float, motion: Motion | None, boxes: Boxes) -> bool:
        """Whether the detector should look at the picture of `time_s`; `boxes` are the things known of, carried to it."""
        self._motion = motion
        if self._looked_s is None or time_s < self._looked_s:
            return True
        if motion is None or motion.any:
            self._moved_s = time_s
        since_s = time_s - self._looked_s + 1e-6
        if since_s >= self.plan.idle_s:
            return True
        if time_s - self._moved_s > ACTIVE_FOR_S:
            return False
        if since_s >= self.slowed * self._patience() / self.plan.active_hz:
            return True
        if motion is None or since_s < self.slowed * self.plan.surprised_s:
            return False
        return unexplained(motion, np.concatenate([boxes, self._moving_then]))

    def resting(self, time_s: float) -> bool:
        """Nothing has moved for so long that only the idle look is still due."""
        return self.plan.fixed and time_s - self._moved_s > ACTIVE_FOR_S

    def _patience(self) -> float:
        """Looks that found nothing, again and again, may come more seldom: something new is still looked at before its turn."""
        return min(LONGEST_PATIENCE, 2.0 ** max(0, self._fruitless - FRUITLESS_LOOKS)) if self.plan.fixed else 1.0

    def looked(self, time_s: float, *, found: bool) -> None:
        """The detector looked, and found something or nothing. What moves now is no surprise in the next pictures, whatever it is."""
        self._looked_s = time_s
        self._fruitless = 0 if found else self._fruitless + 1
        moving = self._motion.boxes if self._motion is not None else np.zeros((0, 4), np.float32)
        grown = (moving[:, 2:] - moving[:, :2]) * np.float32(GROWN)
        self._moving_then = np.hstack([moving[:, :2] - grown, moving[:, 2:] + grown])


def unexplained(motion: Motion, boxes: Boxes) -> bool:
    """Whether something moves where nothing is known to be."""
    for left, top, right, bottom in motion.boxes:
        width = np.minimum(right, boxes[:, 2]) - np.maximum(left, boxes[:, 0])
        height = np.minimum(bottom, boxes[:, 3]) - np.maximum(top, boxes[:, 1])
        covered = float((np.maximum(width, 0) * np.maximum(height, 0)).sum())
        if covered < EXPLAINED_SHARE * max(1e-6, (right - left) * (bottom - top)):
            return True
    return False
