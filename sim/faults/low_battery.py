"""The battery is emptier than it was: a bad pack, or one that was not charged."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import ClassVar

from sim.battery import Battery
from sim.faults.fault import Fault


@dataclass(slots=True)
class LowBattery(Fault):
    name: ClassVar[str] = "low_battery"
    summary: ClassVar[str] = "the charge falls to charge_percent (15) at once"

    charge_percent: float = 15.0
    _done: bool = field(default=False, init=False, repr=False)

    def begin(self, now_s: float, random: Random) -> None:
        self._done = False

    def at_battery(self, battery: Battery) -> Battery:
        if self._done:
            return battery
        self._done = True
        return replace(battery, charge=min(battery.charge, self.charge_percent / 100.0))
