"""The gyros hang: roll, pitch and heading stand still in what the vehicle believes."""

from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Sample


@dataclass(slots=True)
class AttitudeFreeze(Fault):
    name: ClassVar[str] = "attitude_freeze"
    summary: ClassVar[str] = "roll, pitch and heading stand still"

    _frozen: Sample | None = field(default=None, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._frozen = None

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        if self._frozen is None:
            self._frozen = sample
        held = self._frozen
        return sample._replace(roll_deg=held.roll_deg, pitch_deg=held.pitch_deg, heading_deg=held.heading_deg, attitude_healthy=False)
