"""A gust front: more wind from one direction, risen within a few seconds."""

from dataclasses import dataclass, field
from math import cos, radians, sin
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.vector import Vector, clamp


@dataclass(slots=True)
class WindBurst(Fault):
    name: ClassVar[str] = "wind_burst"
    summary: ClassVar[str] = "more wind: speed_mps (8), from_deg (270), rise_s (2), up_mps (0)"

    speed_mps: float = 8.0
    from_deg: float = 270.0
    rise_s: float = 2.0
    up_mps: float = 0.0
    _begun_s: float = field(default=0.0, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._begun_s = now_s

    def in_air(self, wind: Vector, now_s: float) -> Vector:
        share = 1.0 if self.rise_s <= 0.0 else clamp((now_s - self._begun_s) / self.rise_s, 0.0, 1.0)
        speed = self.speed_mps * share
        return wind.plus(Vector(-speed * sin(radians(self.from_deg)), -speed * cos(radians(self.from_deg)), self.up_mps * share))
