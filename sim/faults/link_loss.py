"""Frames are lost at random."""

from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault


@dataclass(slots=True)
class LinkLoss(Fault):
    name: ClassVar[str] = "link_loss"
    summary: ClassVar[str] = "frames are lost: percent (30), direction up, down or both"

    percent: float = 30.0
    direction: str = "both"
    link: float = 0.0
    _random: Random = field(default_factory=Random, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._random = random

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        if self.direction not in ("both", direction):
            return (at_s,)
        return () if self._random.random() * 100.0 < self.percent else (at_s,)
