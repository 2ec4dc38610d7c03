"""The satellite receiver is dead: it says nothing."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import NO_FIX, Sample


@dataclass(slots=True)
class GpsOff(Fault):
    name: ClassVar[str] = "gps_off"
    summary: ClassVar[str] = "the satellite receiver is dead"

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        return sample._replace(gps=NO_FIX)
