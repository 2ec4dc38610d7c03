"""Some frames arrive twice, as over two radios or a repeating modem."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import RandomLinkFault


@dataclass(slots=True)
class LinkDuplicate(RandomLinkFault):
    name: ClassVar[str] = "link_duplicate"
    summary: ClassVar[str] = "frames arrive twice: percent (20), later_s (0.1), direction"

    percent: float = 20.0
    later_s: float = 0.1

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        if self.spares(direction) or self._random.random() * 100.0 >= self.percent:
            return (at_s,)
        return (at_s, at_s + self.later_s)
