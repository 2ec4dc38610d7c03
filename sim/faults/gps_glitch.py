"""The receiver says it is somewhere else, with a good fix."""

from dataclasses import dataclass, replace
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Sample
from sim.vector import Vector


@dataclass(slots=True)
class GpsGlitch(Fault):
    name: ClassVar[str] = "gps_glitch"
    summary: ClassVar[str] = "the satellite position is off by north_m (100), east_m (0), up_m (0)"

    north_m: float = 100.0
    east_m: float = 0.0
    up_m: float = 0.0

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        fix = sample.gps
        return sample._replace(gps=replace(fix, position=fix.position.plus(Vector(self.east_m, self.north_m, self.up_m))))
