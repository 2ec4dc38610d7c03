"""What a service may ask of the vehicle that carries it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.clock import SimClock
from sim.faults import FaultBoard
from sim.gimbal import Gimbal
from sim.notices import Notice
from sim.parameters import ParameterTable
from sim.plans import Plans
from sim.services.files import Files
from sim.services.habits import WireHabits
from sim.signing import Signing
from sim.telemetry import Instruments


@dataclass(slots=True)
class Host:
    """`announce` makes a notice (a text, a photo) that every service and the station hear at the next step."""

    of: Instruments
    parameters: ParameterTable
    plans: Plans
    habits: WireHabits
    files: Files
    signing: Signing
    faults: FaultBoard
    announce: Callable[[Notice], None]
    say: Callable[[str, int], None]
    seed: str
    look: Gimbal
    firmware_text: str
    video_uri: str | None = None
    high_latency: bool = False
    controller: int | None = None  # system id of the ground station in control, where one asked to be

    @property
    def system_id(self) -> int:
        return self.of.system_id

    @property
    def clock(self) -> SimClock:
        return self.of.clock

    @property
    def autopilot(self) -> Any:
        return self.of.autopilot

    @property
    def speaks_unasked(self) -> bool:
        """Whether the autopilot sends telemetry before anybody has asked for it."""
        return int(mavlink.MAVLINK_MSG_ID_SYS_STATUS) in self.autopilot.firmware.stream_rates_hz(self.parameters)

    def camera_works(self) -> bool:
        return self.of.readings.camera_works

    def random(self, purpose: str) -> Random:
        """A random source of its own for one purpose, the same in every run with the same seed."""
        return Random(f"{self.seed}/{purpose}")
