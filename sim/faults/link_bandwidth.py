"""A link slower than what is sent over it: frames queue, and when the queue is full they are lost."""

from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault

BITS_PER_BYTE = 10.0  # a start and a stop bit on a serial radio


@dataclass(slots=True)
class LinkBandwidth(Fault):
    name: ClassVar[str] = "link_bandwidth"
    summary: ClassVar[str] = "a slow link: bits_per_s (57600), queue_s (1: what waits longer is lost), direction"

    bits_per_s: float = 57600.0
    queue_s: float = 1.0
    direction: str = "both"
    link: float = 0.0
    _free_at_s: dict[str, float] = field(default_factory=dict, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._free_at_s = {}

    def on_link(self, size_bytes: int, at_s: float, direction: str) -> tuple[float, ...]:
        if self.direction not in ("both", direction):
            return (at_s,)
        starts_s = max(at_s, self._free_at_s.get(direction, 0.0))
        if starts_s - at_s > self.queue_s:
            return ()
        self._free_at_s[direction] = starts_s + size_bytes * BITS_PER_BYTE / self.bits_per_s
        return (self._free_at_s[direction],)
