"""Frames are lost at random."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import RandomLinkFault


@dataclass(slots=True)
class LinkLoss(RandomLinkFault):
    name: ClassVar[str] = "link_loss"
    summary: ClassVar[str] = "frames are lost: percent (30), direction up, down or both"

    percent: float = 30.0

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        if self.spares(direction):
            return (at_s,)
        return () if self._random.random() * 100.0 < self.percent else (at_s,)
