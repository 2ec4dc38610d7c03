"""The compass keeps saying what it said when it froze."""

from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Sample


@dataclass(slots=True)
class CompassFreeze(Fault):
    name: ClassVar[str] = "compass_freeze"
    summary: ClassVar[str] = "the compass heading stands still"

    _heading_deg: float | None = field(default=None, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._heading_deg = None

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        if self._heading_deg is None:
            self._heading_deg = sample.heading_deg
        return sample._replace(heading_deg=self._heading_deg, compass_healthy=False)
