"""What every airframe is: a pure step from one state of the body to the next.

East-north-up around the place of start, heading clockwise from north, roll positive right side down, pitch positive nose up.
An airframe holds constants only; two vehicles may share one.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sim.vector import ZERO, Vector

GRAVITY_MPS2 = 9.80665


class BodyState(NamedTuple):
    """Where the vehicle is and how it moves. A tuple, because one is made at every step of every vehicle.

    `load` is the electric power drawn as a share of hovering (of cruising for a plane); `throttle` is 0..1 as the pilot would see it;
    `lean` is the level acceleration a rotor's thrust makes, m/s^2; `wing_share` is 0 while rotors carry the vehicle and 1 when the
    wing does.
    """

    position: Vector = ZERO
    velocity: Vector = ZERO
    lean: Vector = ZERO
    heading_deg: float = 0.0
    yaw_rate_dps: float = 0.0
    roll_deg: float = 0.0
    pitch_deg: float = 0.0
    airspeed_mps: float = 0.0
    load: float = 0.0
    throttle: float = 0.0
    wing_share: float = 0.0
    on_ground: bool = True


AT_REST = BodyState()


@dataclass(frozen=True, slots=True)
class MotionCommand:
    """What is asked of rotors: a velocity over the ground, and a heading when the autopilot cares.

    `level` keeps the body upright instead: the air alone slows it, and only the climb rate of `velocity` counts.
    """

    velocity: Vector = ZERO
    heading_deg: float | None = None
    motors_on: bool = False
    level: bool = False


@dataclass(frozen=True, slots=True)
class WingCommand:
    """What is asked of a wing: speed through the air, climb rate and bank (positive right).

    `engine_off` glides: the airspeed is then kept by sinking. `flare` lets the wing touch the ground and roll out.
    """

    airspeed_mps: float
    climb_mps: float = 0.0
    roll_deg: float = 0.0
    engine_off: bool = False
    flare: bool = False


Command = MotionCommand | WingCommand


class Airframe(Protocol):
    """One type of vehicle. `step` is pure: the same arguments always give the same state."""

    @property
    def name(self) -> str:
        """The word of `--type`."""
        ...

    def step(self, state: BodyState, command: Command, wind: Vector, dt_s: float, ground_up_m: float = 0.0) -> BodyState:
        """The state `dt_s` seconds later in this wind (m/s), over ground that lies `ground_up_m` above the frame's origin."""
        ...


def mechanical_energy_j_per_kg(state: BodyState) -> float:
    """Kinetic and potential energy over the ground, per kilogram."""
    return 0.5 * state.velocity.length() ** 2 + GRAVITY_MPS2 * state.position.up
