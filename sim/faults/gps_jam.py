"""A jammer: no fix at first, then satellites come and go and the place walks. After ArduPilot's `SIM_GPS_JAM`."""

from dataclasses import dataclass, field, replace
from math import sqrt
from random import Random
from typing import ClassVar

from sim.faults.fault import Fault
from sim.sensors import Sample
from sim.vector import ZERO, Vector

WALK_M_PER_SQRT_S = 6.0


@dataclass(slots=True)
class GpsJam(Fault):
    name: ClassVar[str] = "gps_jam"
    summary: ClassVar[str] = "1..6 s without a fix, then random satellites and a walking place"

    _random: Random = field(default_factory=Random, init=False, repr=False)
    _silent_until_s: float = field(default=0.0, init=False, repr=False)
    _next_change_s: float = field(default=0.0, init=False, repr=False)
    _satellites: int = field(default=0, init=False, repr=False)
    _offset: Vector = field(default=ZERO, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._random = random
        self._silent_until_s = now_s + random.uniform(1.0, 6.0)
        self._next_change_s = 0.0
        self._offset = ZERO

    def at_sensors(self, sample: Sample, now_s: float, dt_s: float) -> Sample:
        fix = sample.gps
        if now_s < self._silent_until_s:
            return sample._replace(gps=replace(fix, kind=1, satellites=0, hdop=99.99))
        if now_s >= self._next_change_s:
            self._next_change_s = now_s + self._random.uniform(0.5, 3.0)
            self._satellites = self._random.randint(0, 9)
        sigma = WALK_M_PER_SQRT_S * sqrt(dt_s)
        self._offset = self._offset.plus(Vector(self._random.gauss(0, sigma), self._random.gauss(0, sigma), self._random.gauss(0, sigma)))
        kind = 1 if self._satellites < 4 else 2 if self._satellites < 5 else 3
        hdop = 99.99 if kind == 1 else 12.0 / self._satellites
        return sample._replace(
            gps=replace(
                fix, kind=kind, satellites=self._satellites, hdop=hdop, position=fix.position.plus(self._offset), accuracy_m=4 * hdop
            ),
        )
