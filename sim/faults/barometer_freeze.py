"""The barometer keeps saying the height it froze at."""

from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Sample


@dataclass(slots=True)
class BarometerFreeze(Fault):
    name: ClassVar[str] = "barometer_freeze"
    summary: ClassVar[str] = "the barometer height stands still"

    _height_m: float | None = field(default=None, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._height_m = None

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        if self._height_m is None:
            self._height_m = sample.barometer_up_m
        return sample._replace(barometer_up_m=self._height_m, barometer_healthy=False)
