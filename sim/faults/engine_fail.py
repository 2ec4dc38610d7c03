"""A motor stops. A copter with one motor too few spins down; a plane glides."""

from dataclasses import dataclass, replace
from typing import ClassVar

from sim.airframes import BodyState, Command, MotionCommand, WingCommand
from sim.airframes.airframe import GRAVITY_MPS2
from sim.faults.fault import Fault
from sim.vector import Vector

SPIN_DPS = 220.0
THRUST_LEFT_G = 0.6  # of the other motors, on average over the tumbling


@dataclass(slots=True)
class EngineFail(Fault):
    name: ClassVar[str] = "engine_fail"
    summary: ClassVar[str] = "a motor stops: rotors fall and spin, a wing glides"

    def at_motors(self, command: Command, state: BodyState) -> Command:
        return replace(command, engine_off=True) if isinstance(command, WingCommand) else MotionCommand()

    def at_body(self, state: BodyState, dt_s: float) -> BodyState:
        if state.on_ground or state.wing_share >= 1.0:
            return state
        up_mps = state.velocity.up
        if up_mps < 0.0:
            up_mps = min(0.0, up_mps + THRUST_LEFT_G * GRAVITY_MPS2 * dt_s)
        return state._replace(
            velocity=Vector(state.velocity.east, state.velocity.north, up_mps),
            heading_deg=(state.heading_deg + SPIN_DPS * dt_s) % 360.0,
            yaw_rate_dps=SPIN_DPS,
            roll_deg=35.0,
            pitch_deg=-20.0,
        )
