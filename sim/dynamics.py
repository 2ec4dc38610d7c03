"""Motion of a multicopter as a point mass that leans: pure, one step at a time.

East-north-up around the place of start, heading clockwise from north, roll positive right side down, pitch positive nose up.
The vehicle accelerates by leaning its thrust; drag grows with the square of the speed through the air, scaled so that a lean of
45 degrees holds 15.08 m/s, as ArduPilot's simulated quadcopter does.
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan

from sim.vector import ZERO, Vector, clamp, limited, turn_deg

GRAVITY_MPS2 = 9.80665
DRAG_PER_M = GRAVITY_MPS2 / 15.08**2
MAX_LEAN_DEG = 30.0
MAX_LEAN_MPS2 = GRAVITY_MPS2 * tan(radians(MAX_LEAN_DEG))
ATTITUDE_LAG_S = 0.15
VELOCITY_LAG_S = 0.4
MAX_ACCELERATION_MPS2 = 3.5
MAX_CLIMB_ACCELERATION_MPS2 = 3.5
VERTICAL_LAG_S = 0.25
YAW_RATE_DPS = 60.0  # ATC_SLEW_YAW
YAW_GAIN_PER_S = 2.5


@dataclass(frozen=True, slots=True)
class CopterState:
    """Where the vehicle is and how it moves. `lean` is the horizontal acceleration its thrust makes, m/s^2."""

    position: Vector = ZERO
    velocity: Vector = ZERO
    lean: Vector = ZERO
    heading_deg: float = 0.0
    yaw_rate_dps: float = 0.0
    thrust_mps2: float = 0.0
    on_ground: bool = True

    @property
    def roll_deg(self) -> float:
        heading = radians(self.heading_deg)
        right = self.lean.east * cos(heading) - self.lean.north * sin(heading)
        return degrees(atan2(right, GRAVITY_MPS2))

    @property
    def pitch_deg(self) -> float:
        heading = radians(self.heading_deg)
        forward = self.lean.east * sin(heading) + self.lean.north * cos(heading)
        return -degrees(atan2(forward, GRAVITY_MPS2))


@dataclass(frozen=True, slots=True)
class MotionCommand:
    """What the autopilot asks of the motors: a velocity, and a heading when it cares."""

    velocity: Vector = ZERO
    heading_deg: float | None = None
    motors_on: bool = False


def drag(velocity: Vector, wind: Vector) -> Vector:
    """Deceleration by the air, m/s^2, pointing against the motion through it."""
    through_air = velocity.minus(wind)
    return through_air.times(-DRAG_PER_M * through_air.length())


def step(state: CopterState, command: MotionCommand, wind: Vector, dt_s: float) -> CopterState:
    """The state `dt_s` seconds later. Semi-implicit Euler; stable for steps well below the 0.15 s attitude lag."""
    if not command.motors_on:
        return _fall(state, wind, dt_s)
    resistance = drag(state.velocity, wind)
    wanted = limited(command.velocity.minus(state.velocity).level().times(1.0 / VELOCITY_LAG_S), MAX_ACCELERATION_MPS2)
    lean_wanted = limited(wanted.minus(resistance).level(), MAX_LEAN_MPS2)
    lean = state.lean.plus(lean_wanted.minus(state.lean).times(min(1.0, dt_s / ATTITUDE_LAG_S)))
    climb = clamp((command.velocity.up - state.velocity.up) / VERTICAL_LAG_S, -MAX_CLIMB_ACCELERATION_MPS2, MAX_CLIMB_ACCELERATION_MPS2)
    acceleration = Vector(lean.east + resistance.east, lean.north + resistance.north, climb)
    velocity = state.velocity.plus(acceleration.times(dt_s))
    position = state.position.plus(velocity.times(dt_s))
    yaw_rate_dps = 0.0
    if command.heading_deg is not None:
        yaw_rate_dps = clamp(turn_deg(state.heading_deg, command.heading_deg) * YAW_GAIN_PER_S, -YAW_RATE_DPS, YAW_RATE_DPS)
    thrust_mps2 = hypot(GRAVITY_MPS2 + climb, lean.level_length())
    if position.up <= 0.0 and command.velocity.up <= 0.0:
        return CopterState(
            position=Vector(state.position.east, state.position.north, 0.0), heading_deg=state.heading_deg, thrust_mps2=0.1 * GRAVITY_MPS2
        )
    return CopterState(
        position=Vector(position.east, position.north, max(0.0, position.up)),
        velocity=velocity,
        lean=lean,
        heading_deg=(state.heading_deg + yaw_rate_dps * dt_s) % 360.0,
        yaw_rate_dps=yaw_rate_dps,
        thrust_mps2=thrust_mps2,
        on_ground=False,
    )


def _fall(state: CopterState, wind: Vector, dt_s: float) -> CopterState:
    """Without thrust: at rest on the ground, or falling."""
    if state.on_ground or state.position.up <= 0.0:
        return CopterState(position=Vector(state.position.east, state.position.north, 0.0), heading_deg=state.heading_deg)
    velocity = state.velocity.plus(drag(state.velocity, wind).plus(Vector(0.0, 0.0, -GRAVITY_MPS2)).times(dt_s))
    position = state.position.plus(velocity.times(dt_s))
    if position.up <= 0.0:
        return CopterState(position=Vector(position.east, position.north, 0.0), heading_deg=state.heading_deg)
    return CopterState(position=position, velocity=velocity, heading_deg=state.heading_deg, on_ground=False)


def mechanical_energy_j_per_kg(state: CopterState) -> float:
    """Kinetic and potential energy over the ground, per kilogram."""
    return 0.5 * state.velocity.length() ** 2 + GRAVITY_MPS2 * state.position.up


def terminal_speed_mps() -> float:
    """Speed of a fall through still air at which drag equals gravity."""
    return sqrt(GRAVITY_MPS2 / DRAG_PER_M)
