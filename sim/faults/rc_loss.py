"""The pilot's radio is not heard."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import Fault


@dataclass(slots=True)
class RcLoss(Fault):
    name: ClassVar[str] = "rc_loss"
    summary: ClassVar[str] = "the pilot's radio is not heard"

    def at_radio_control(self) -> bool:
        return False
