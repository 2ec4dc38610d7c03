"""Motion of a fixed-wing aircraft as a point mass with lift, drag and thrust.

Lift turns the path, bank tilts it: turns are coordinated, V^2 = r g tan(bank) over still air. Drag is parasitic plus induced,
D = a V^2 + b n^2 / V^2, per kilogram; thrust is limited by force when slow and by power when fast. The wing carries at most
(V / stall speed)^2 times the weight; below that the aircraft sinks and so gains speed. Energy is kept: without an engine the sum of
height and speed only falls.
Source: any text on aircraft performance; the numbers are those of a 3.5 kg survey wing with a glide ratio of 9.
"""

from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

from sim.airframes.airframe import GRAVITY_MPS2, BodyState, Command, MotionCommand, WingCommand
from sim.vector import Vector, clamp

STALL_MPS = 8.0
BEST_GLIDE_MPS = 13.0
GLIDE_RATIO = 9.0
FASTEST_MPS = 26.0
PARASITIC_PER_M = GRAVITY_MPS2 / GLIDE_RATIO / 2.0 / BEST_GLIDE_MPS**2
INDUCED = GRAVITY_MPS2 / GLIDE_RATIO / 2.0 * BEST_GLIDE_MPS**2
STATIC_THRUST_MPS2 = 6.0
POWER_W_PER_KG = 70.0
MOST_BANK_DEG = 55.0
BANK_LAG_S = 0.4
MOST_BANK_RATE_DPS = 75.0
MOST_CLIMB_MPS = 6.0
MOST_SINK_MPS = 7.0
PATH_LAG_S = 0.8  # how fast the path follows the climb asked for
SPEED_GAIN_PER_S = 0.5
SAFE_OVER_STALL = 1.15  # the climb is given up before the speed falls below this
MOST_LOAD_FACTOR = 3.0
LIFT_OFF_OVER_STALL = 1.2
ROLLING_MPS2 = 0.4
BRAKING_MPS2 = 2.5
AIRFRAME_KG = 3.5
PROPULSION_EFFICIENCY = 0.5
REFERENCE_W = 440.0  # what the same pack gives a hovering copter: the unit of `load`
IDLE_LOAD = 0.03
ALPHA_AT_STALL_DEG = 13.0


class Plane:
    """A plane that takes off and lands on its belly or wheels, along its nose."""

    name = "plane"

    def step(self, state: BodyState, command: Command, wind: Vector, dt_s: float, ground_up_m: float = 0.0) -> BodyState:
        """Semi-implicit Euler. A rotor's command stops the engine; when its motors are on the wings are kept level."""
        if isinstance(command, MotionCommand):
            command = WingCommand(BEST_GLIDE_MPS, 0.0, 0.0, engine_off=True)
        if state.on_ground:
            return _roll_out(state, command, wind, dt_s, ground_up_m)
        return wing_step(state, command, wind, dt_s, ground_up_m)


def wing_step(state: BodyState, command: WingCommand, wind: Vector, dt_s: float, ground_up_m: float) -> BodyState:
    """One step in the air."""
    velocity = state.velocity
    air_e, air_n, air_u = velocity.east - wind.east, velocity.north - wind.north, velocity.up - wind.up
    level = max(0.01, hypot(air_e, air_n))
    airspeed = max(0.5, hypot(level, air_u))
    roll = _next_roll_deg(state.roll_deg, command.roll_deg, airspeed, dt_s)
    bank = radians(roll)
    holding = min(MOST_LOAD_FACTOR, 1.0 / cos(bank))
    resting = drag_mps2(airspeed, holding)
    available = thrust_limit_mps2(airspeed)
    climb_angle = _climb_angle(command, airspeed, resting, available)
    path_angle = atan2(air_u, level)
    thrust = 0.0
    if not command.engine_off:
        wanted = resting + GRAVITY_MPS2 * sin(climb_angle) + SPEED_GAIN_PER_S * (min(command.airspeed_mps, FASTEST_MPS) - airspeed)
        thrust = clamp(wanted, 0.0, available)
    turn_up = airspeed * (climb_angle - path_angle) / PATH_LAG_S
    most_lift = GRAVITY_MPS2 * min(MOST_LOAD_FACTOR, (airspeed / STALL_MPS) ** 2)
    lift = clamp((GRAVITY_MPS2 * cos(path_angle) + turn_up) / max(0.3, cos(bank)), -0.5 * most_lift, most_lift)
    along = thrust - drag_mps2(airspeed, lift / GRAVITY_MPS2)
    # Unit vectors: along the path through the air, upwards across it, and level to the right.
    fe, fn, fu = air_e / airspeed, air_n / airspeed, air_u / airspeed
    ue, un, uu = -fu * air_e / level, -fu * air_n / level, level / airspeed
    re, rn = air_n / level, -air_e / level
    lift_up, lift_right = lift * cos(bank), lift * sin(bank)
    new_velocity = Vector(
        velocity.east + (along * fe + lift_up * ue + lift_right * re) * dt_s,
        velocity.north + (along * fn + lift_up * un + lift_right * rn) * dt_s,
        velocity.up + (along * fu + lift_up * uu - GRAVITY_MPS2) * dt_s,
    )
    position = state.position.plus(new_velocity.times(dt_s))
    if position.up <= ground_up_m:
        return _touch_down(state, position, new_velocity, ground_up_m)
    heading = degrees(atan2(new_velocity.east - wind.east, new_velocity.north - wind.north)) % 360.0
    return BodyState(
        position=position,
        velocity=new_velocity,
        heading_deg=heading,
        yaw_rate_dps=degrees(lift_right / level),
        roll_deg=roll,
        pitch_deg=degrees(path_angle) + ALPHA_AT_STALL_DEG * clamp(lift / GRAVITY_MPS2 * (STALL_MPS / airspeed) ** 2, -0.3, 1.0) - 2.0,
        airspeed_mps=airspeed,
        load=_load(thrust, airspeed),
        throttle=thrust / available,
        wing_share=1.0,
        on_ground=False,
    )


def drag_mps2(airspeed_mps: float, load_factor: float) -> float:
    """Deceleration by the air at this speed while the wing carries `load_factor` times the weight."""
    speed = max(airspeed_mps, 0.5 * STALL_MPS)
    return PARASITIC_PER_M * airspeed_mps * airspeed_mps + INDUCED * (load_factor / speed) ** 2


def thrust_limit_mps2(airspeed_mps: float) -> float:
    """Most acceleration the propeller can give at this speed."""
    return min(STATIC_THRUST_MPS2, POWER_W_PER_KG / max(airspeed_mps, 1.0))


def most_bank_deg(airspeed_mps: float) -> float:
    """Steepest bank at which the wing still carries the aircraft at this speed, with the stall margin kept."""
    carried = (STALL_MPS * 1.05 / max(airspeed_mps, STALL_MPS)) ** 2
    return MOST_BANK_DEG if carried <= cos(radians(MOST_BANK_DEG)) else degrees(atan2(sqrt(max(0.0, 1.0 - carried * carried)), carried))


def _next_roll_deg(roll: float, wanted: float, airspeed: float, dt_s: float) -> float:
    limit = most_bank_deg(airspeed)
    rate = clamp((clamp(wanted, -limit, limit) - roll) / BANK_LAG_S, -MOST_BANK_RATE_DPS, MOST_BANK_RATE_DPS)
    return roll + rate * dt_s


def _climb_angle(command: WingCommand, airspeed: float, resting: float, available: float) -> float:
    """Path angle to aim at: what is asked, unless the speed could not be kept then."""
    thrust = 0.0 if command.engine_off else available
    floor = STALL_MPS * SAFE_OVER_STALL
    asked = clamp(command.climb_mps, -MOST_SINK_MPS, MOST_CLIMB_MPS) / airspeed
    # With the engine off the speed asked for is kept by sinking; with it on only a safe speed is.
    kept = max(floor, command.airspeed_mps) if command.engine_off and not command.flare else floor
    steepest = (thrust - resting + SPEED_GAIN_PER_S * (airspeed - kept)) / GRAVITY_MPS2
    # A dive is no steeper than drag can hold below the highest speed.
    flattest = -(drag_mps2(FASTEST_MPS, 1.0) + SPEED_GAIN_PER_S * (FASTEST_MPS - airspeed)) / GRAVITY_MPS2
    return asin(clamp(max(min(asked, steepest), flattest), -0.6, 0.6))


def _roll_out(state: BodyState, command: WingCommand, wind: Vector, dt_s: float, ground_up_m: float) -> BodyState:
    """Along the nose on the ground: rolling for a take-off, braking, or standing."""
    heading = radians(state.heading_deg)
    fe, fn = sin(heading), cos(heading)
    speed = max(0.0, state.velocity.east * fe + state.velocity.north * fn)
    airspeed = max(0.0, speed - (wind.east * fe + wind.north * fn))
    starting = not command.engine_off and command.climb_mps > 0.0
    thrust = thrust_limit_mps2(airspeed) if starting else 0.0
    slowing = PARASITIC_PER_M * airspeed * airspeed + (ROLLING_MPS2 if starting else BRAKING_MPS2)
    speed = max(0.0, speed + (thrust - slowing) * dt_s)
    place = state.position
    position = Vector(place.east + speed * fe * dt_s, place.north + speed * fn * dt_s, ground_up_m)
    lifted = starting and airspeed >= LIFT_OFF_OVER_STALL * STALL_MPS
    return BodyState(
        position=Vector(position.east, position.north, ground_up_m + 0.05) if lifted else position,
        velocity=Vector(speed * fe, speed * fn, 0.0),
        heading_deg=state.heading_deg,
        airspeed_mps=airspeed,
        load=_load(thrust, airspeed),
        throttle=1.0 if starting else 0.0,
        on_ground=not lifted,
    )


def _touch_down(state: BodyState, position: Vector, velocity: Vector, ground_up_m: float) -> BodyState:
    """First contact: the sinking ends, the aircraft goes on along its nose."""
    heading = radians(state.heading_deg)
    speed = max(0.0, velocity.east * sin(heading) + velocity.north * cos(heading))
    return BodyState(
        position=Vector(position.east, position.north, ground_up_m),
        velocity=Vector(speed * sin(heading), speed * cos(heading), 0.0),
        heading_deg=state.heading_deg,
        airspeed_mps=state.airspeed_mps,
        load=IDLE_LOAD,
    )


def _load(thrust_mps2: float, airspeed_mps: float) -> float:
    return IDLE_LOAD + AIRFRAME_KG * thrust_mps2 * max(airspeed_mps, 5.0) / PROPULSION_EFFICIENCY / REFERENCE_W
