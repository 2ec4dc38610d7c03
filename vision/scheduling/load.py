"""When the detector cannot keep up: first every source is looked at more seldom, then those without a hit go down to patrol, one by one."""

from dataclasses import dataclass

FULL, SLACK = 0.92, 0.6  # share of the time the detector is busy
SLOWED_AT_MOST = 3.0
STEP = 1.3


@dataclass(slots=True)
class LoadControl:
    """Call `note` at even intervals. `slowed` stretches the time between looks; `patrols` sources have to do with patrol."""

    slowed: float = 1.0
    patrols: int = 0

    def note(self, busy_share: float, sources: int) -> None:
        if busy_share >= FULL:
            if self.slowed < SLOWED_AT_MOST:
                self.slowed = min(SLOWED_AT_MOST, self.slowed * STEP)
            else:
                self.patrols = min(self.patrols + 1, sources)
        elif busy_share <= SLACK:
            if self.patrols:
                self.patrols -= 1
            else:
                self.slowed = max(1.0, self.slowed / STEP)
