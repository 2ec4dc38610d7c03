"""When the detector looks and where: some times a second at what moves, at once where something new moves, seldom at what is nothing.

Owns no clock; times are seconds of the source. Boxes are in the pixels of the motion gate's grey picture.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.scheduling.barren import BarrenPlaces
from vision.scheduling.grey import Boxes
from vision.scheduling.motion_gate import Motion

ACTIVE_FOR_S = 1.0  # motion pauses when a car waits for a gap
FRUITLESS_LOOKS = 3
LONGEST_PATIENCE, LONGEST_PATIENCE_MOVING = 4.0, 2.0  # a camera that moves has nothing else that tells of new things
JOINS = 0.8  # of its period: what is due so soon is looked at now, when a look is made anyway
AGREEING_LOOKS, MOST_TRUST = 2, 2.0  # what its motion carries to where the detector then finds it need not be looked at as often
NOTHING = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class CadencePlan:
    """`active_hz` looks of the detector at a thing that moves; `surprised_s` at the soonest after the last one when something new moves,
    `idle_s` at the latest when nothing does. A camera that moves itself (`fixed` False) is always active. What is found
    with less confidence than `sure` continues things and begins none. Without `windows` each look is at the whole picture: it costs more,
    and what stands at the edge of a window is seen as well as the rest. `steady`: at `active_hz` whatever moves or does not and whatever
    was found, and at the whole picture: for what lies on the ground, of which no motion tells."""

    active_hz: float = 4.0
    surprised_s: float = 0.12
    idle_s: float = 5.0
    fixed: bool = True
    sure: float = 0.25
    windows: bool = True
    steady: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Things followed, columns of equal length: their boxes, when the detector last looked there, and at how many looks in a row it found
    them where their motion had carried them.

    `trail`: where they have been while the motion gate remembers; what changes there is theirs.
    """

    boxes: Boxes
    looked_s: NDArray[np.float64]
    agreed: NDArray[np.int64]
    trail: Boxes


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """What to look at: the boxes, or everything."""

    boxes: Boxes
    everything: bool = False


class Cadence:
    """One source. `slowed` > 1 stretches the active rate while the machine cannot keep up."""

    def __init__(self, plan: CadencePlan) -> None:
        self.plan = plan
        self.slowed = 1.0
        self._looked_s: float | None = None
        self._all_looked_s = 0.0
        self._moved_s = float("-inf")
        self._barren = BarrenPlaces()
        self._fruitless = 0

    def due(self, time_s: float, motion: Motion | None, known: Known) -> Due | None:
        """What the detector should look at in the picture of `time_s`; None for nothing. `known` are the things, carried to it."""
        new = NOTHING if motion is None else motion.outside(known.trail)
        self._barren.see(new)
        if self._looked_s is None or time_s < self._looked_s:
            return Due(NOTHING, everything=True)
        if motion is None or motion.any:
            self._moved_s = time_s
        since_s = time_s - self._looked_s + 1e-6
        if self.plan.steady:
            return Due(NOTHING, everything=True) if since_s >= self.slowed / self.plan.active_hz else None
        if time_s - self._all_looked_s + 1e-6 >= self.plan.idle_s:
            return Due(NOTHING, everything=True)
        if time_s - self._moved_s > ACTIVE_FOR_S:
            return None
        period_s = self.slowed * self._patience() / self.plan.active_hz
        if motion is None or motion.unsure:
            return Due(NOTHING, everything=True) if since_s >= period_s else None
        age, periods_s = self._ages(time_s, motion, known)
        ripe = self._barren.ripe(time_s, new, self.slowed / self.plan.active_hz)
        surprise = (ripe & ~self._barren.known).any() and since_s >= self.slowed * self.plan.surprised_s
        if not (surprise or (ripe & self._barren.known).any() or (age >= periods_s).any()):
            return None
        return Due(np.concatenate([new[ripe], known.boxes[age >= JOINS * periods_s]]))

    def _ages(self, time_s: float, motion: Motion, known: Known) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds since the last look at each thing, and after how many the next is due; things that stand are due with everything."""
        trust = np.clip(2.0 ** (known.agreed - AGREEING_LOOKS), 1.0, MOST_TRUST)
        periods_s = trust * self.slowed / self.plan.active_hz
        periods_s[~motion.within(known.boxes)] = np.inf
        return time_s - known.looked_s + 1e-6, periods_s

    def resting(self, time_s: float) -> bool:
        """Nothing has moved for so long that only the idle look is still due."""
        return self.plan.fixed and time_s - self._moved_s > ACTIVE_FOR_S

    def _patience(self) -> float:
        """Looks that found nothing, again and again, may come more seldom: something new is still looked at before its turn."""
        longest = LONGEST_PATIENCE if self.plan.fixed else LONGEST_PATIENCE_MOVING
        return float(min(longest, 2.0 ** max(0, self._fruitless - FRUITLESS_LOOKS)))

    def looked(self, time_s: float, *, found: bool, shown: Callable[[Boxes], NDArray[np.bool_]] | None = None) -> None:
        """The detector looked, and found something or nothing. `shown` tells which boxes lay in its windows, None: it saw everything.

        What moves there now, and is none of the things known, is no surprise in the next pictures, whatever it is.
        """
        self._looked_s = time_s
        if shown is None:
            self._all_looked_s = time_s
        self._fruitless = 0 if found else self._fruitless + 1
        self._barren.looked(time_s, shown)
