"""Motion of a multicopter as a point mass that leans.

The vehicle accelerates by leaning its thrust; drag grows with the square of the speed through the air, scaled so that a lean of
45 degrees holds 15.08 m/s, as ArduPilot's simulated quadcopter does. Power follows thrust to the power 1.5 (momentum theory of a
hovering rotor) plus the weight lifted against gravity.
"""

from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan

from sim.airframes.airframe import GRAVITY_MPS2, BodyState, Command, MotionCommand, WingCommand
from sim.vector import Vector, clamp, turn_deg

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
HOVER_THROTTLE = 0.39  # ArduPilot's simulated quadcopter
IDLE_LOAD = 0.03
CLIMB_LOAD_PER_MPS = 0.067  # m g / hover power: 3 kg and 440 W
MOST_LOAD = 2.5


class Copter:
    """A quadcopter of 3 kg."""

    name = "copter"

    def step(self, state: BodyState, command: Command, wind: Vector, dt_s: float, ground_up_m: float = 0.0) -> BodyState:
        """Semi-implicit Euler; stable for steps well below the 0.15 s attitude lag. A wing's command flies at its climb rate alone."""
        if isinstance(command, WingCommand):
            command = MotionCommand(Vector(0.0, 0.0, command.climb_mps), None, not command.engine_off)
        if not command.motors_on:
            return fall(state, wind, dt_s, ground_up_m)
        return hover_step(state, command, wind, dt_s, ground_up_m)


def hover_step(
    state: BodyState, command: MotionCommand, wind: Vector, dt_s: float, ground_up_m: float, drag_per_m: float = DRAG_PER_M
) -> BodyState:
    """One step on rotors that turn. `drag_per_m` times the airspeed squared is the body's drag, m/s^2."""
    velocity, position, asked = state.velocity, state.position, command.velocity
    # Written out by components: this runs for every vehicle at every step.
    air_e, air_n, air_u = velocity.east - wind.east, velocity.north - wind.north, velocity.up - wind.up
    airspeed = sqrt(air_e * air_e + air_n * air_n + air_u * air_u)
    drag = drag_per_m * airspeed
    want_e, want_n = (asked.east - velocity.east) / VELOCITY_LAG_S, (asked.north - velocity.north) / VELOCITY_LAG_S
    want = hypot(want_e, want_n)
    if want > MAX_ACCELERATION_MPS2:
        want_e, want_n = want_e * MAX_ACCELERATION_MPS2 / want, want_n * MAX_ACCELERATION_MPS2 / want
    lean_e, lean_n = (0.0, 0.0) if command.level else (want_e + drag * air_e, want_n + drag * air_n)
    lean = hypot(lean_e, lean_n)
    if lean > MAX_LEAN_MPS2:
        lean_e, lean_n = lean_e * MAX_LEAN_MPS2 / lean, lean_n * MAX_LEAN_MPS2 / lean
    share = min(1.0, dt_s / ATTITUDE_LAG_S)
    lean_e = state.lean.east + (lean_e - state.lean.east) * share
    lean_n = state.lean.north + (lean_n - state.lean.north) * share
    climb = clamp((asked.up - velocity.up) / VERTICAL_LAG_S, -MAX_CLIMB_ACCELERATION_MPS2, MAX_CLIMB_ACCELERATION_MPS2)
    new_velocity = Vector(
        velocity.east + (lean_e - drag * air_e) * dt_s, velocity.north + (lean_n - drag * air_n) * dt_s, velocity.up + climb * dt_s
    )
    up = position.up + new_velocity.up * dt_s
    if up <= ground_up_m and asked.up <= 0.0:
        return _standing(state, ground_up_m, load=IDLE_LOAD + 0.1**1.5, throttle=0.1)
    heading = state.heading_deg
    yaw_rate_dps = 0.0
    if command.heading_deg is not None:
        yaw_rate_dps = clamp(turn_deg(heading, command.heading_deg) * YAW_GAIN_PER_S, -YAW_RATE_DPS, YAW_RATE_DPS)
        heading = (heading + yaw_rate_dps * dt_s) % 360.0
    thrust_g = hypot(GRAVITY_MPS2 + climb, lean_e, lean_n) / GRAVITY_MPS2
    sine, cosine = sin(radians(heading)), cos(radians(heading))
    return BodyState(
        Vector(position.east + new_velocity.east * dt_s, position.north + new_velocity.north * dt_s, max(ground_up_m, up)),
        new_velocity,
        Vector(lean_e, lean_n, 0.0),
        heading,
        yaw_rate_dps,
        roll_deg=degrees(atan2(lean_e * cosine - lean_n * sine, GRAVITY_MPS2)),
        pitch_deg=-degrees(atan2(lean_e * sine + lean_n * cosine, GRAVITY_MPS2)),
        airspeed_mps=airspeed,
        load=hover_load(thrust_g, new_velocity.up),
        throttle=min(1.0, HOVER_THROTTLE * thrust_g),
        on_ground=False,
    )


def hover_load(thrust_g: float, climb_mps: float) -> float:
    """Power as a share of hovering: one g of thrust without climbing is one, with the idle draw of electronics on top."""
    return clamp(IDLE_LOAD + thrust_g**1.5 + CLIMB_LOAD_PER_MPS * climb_mps, IDLE_LOAD, MOST_LOAD)


def fall(state: BodyState, wind: Vector, dt_s: float, ground_up_m: float) -> BodyState:
    """Without thrust: at rest on the ground, or falling."""
    if state.on_ground or state.position.up <= ground_up_m:
        return _standing(state, ground_up_m, load=IDLE_LOAD, throttle=0.0)
    through_air = state.velocity.minus(wind)
    slowing = through_air.times(-DRAG_PER_M * through_air.length())
    velocity = state.velocity.plus(slowing.plus(Vector(0.0, 0.0, -GRAVITY_MPS2)).times(dt_s))
    position = state.position.plus(velocity.times(dt_s))
    if position.up <= ground_up_m:
        return BodyState(position=Vector(position.east, position.north, ground_up_m), heading_deg=state.heading_deg, load=IDLE_LOAD)
    return BodyState(
        position=position,
        velocity=velocity,
        heading_deg=state.heading_deg,
        airspeed_mps=through_air.length(),
        load=IDLE_LOAD,
        on_ground=False,
    )


def _standing(state: BodyState, ground_up_m: float, *, load: float, throttle: float) -> BodyState:
    place = state.position
    up = ground_up_m
    return BodyState(position=Vector(place.east, place.north, up), heading_deg=state.heading_deg, load=load, throttle=throttle)


def terminal_speed_mps() -> float:
    """Speed of a fall through still air at which drag equals gravity."""
    return sqrt(GRAVITY_MPS2 / DRAG_PER_M)
