"""Frames come late, each by its own amount, so that they may overtake one another."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import RandomLinkFault


@dataclass(slots=True)
class LinkDelay(RandomLinkFault):
    name: ClassVar[str] = "link_delay"
    summary: ClassVar[str] = "frames come late: delay_s (0.5), jitter_s (0: evenly spread on top), direction"

    delay_s: float = 0.5
    jitter_s: float = 0.0

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        if self.spares(direction):
            return (at_s,)
        jitter_s = self._random.random() * self.jitter_s if self.jitter_s > 0.0 else 0.0
        return (at_s + self.delay_s + jitter_s,)
