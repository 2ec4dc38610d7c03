"""The receiver repeats the fix it had: a good one, of where the vehicle was."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Fix, Sample


@dataclass(slots=True)
class GpsStuck(Fault):
    name: ClassVar[str] = "gps_stuck"
    summary: ClassVar[str] = "the satellite position stands still, with a good fix"

    _held: Fix | None = field(default=None, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._held = None

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        if self._held is None:
            self._held = sample.gps
        return sample._replace(gps=replace(self._held, at_s=sample.gps.at_s))
