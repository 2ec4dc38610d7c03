"""A plane with four lifting rotors: hovers as a copter, flies as a plane, and changes between the two in the air.

A wing's command transitions forward: the rotors hold the height while the propeller accelerates along the nose, and stop when the
wing carries. A rotor's command transitions back: the rotors start and the vehicle brakes with them.
"""

from math import cos, radians, sin

from sim.airframes.airframe import BodyState, Command, MotionCommand, WingCommand
from sim.airframes.copter import fall, hover_step
from sim.airframes.plane import LIFT_OFF_OVER_STALL, STALL_MPS, drag_mps2, thrust_limit_mps2, wing_step
from sim.vector import Vector, clamp

HOVER_LOAD_SCALE = 1.35  # heavier than a bare copter: wing and propeller are carried too
HOVER_DRAG_PER_M = 0.012
TRANSITION_S = 2.0  # from the speed at which the wing carries until the rotors stand still
BACK_TRANSITION_S = 1.0
LEAST_HEIGHT_M = 1.0  # no transition closer to the ground than this


class Vtol:
    """A quadplane."""

    name = "vtol"

    def step(self, state: BodyState, command: Command, wind: Vector, dt_s: float, ground_up_m: float = 0.0) -> BodyState:
        if isinstance(command, MotionCommand):
            return self._on_rotors(state, command, wind, dt_s, ground_up_m)
        if state.wing_share >= 1.0 and not state.on_ground:
            return wing_step(state, command, wind, dt_s, ground_up_m)
        if command.engine_off:
            return self._on_rotors(state, MotionCommand(), wind, dt_s, ground_up_m)
        return self._accelerating(state, command, wind, dt_s, ground_up_m)

    @staticmethod
    def _on_rotors(state: BodyState, command: MotionCommand, wind: Vector, dt_s: float, ground_up_m: float) -> BodyState:
        if not command.motors_on:
            if state.wing_share >= 1.0 and not state.on_ground:
                return wing_step(state, WingCommand(0.0, engine_off=True), wind, dt_s, ground_up_m)
            return fall(state, wind, dt_s, ground_up_m)
        stepped = hover_step(state, command, wind, dt_s, ground_up_m, HOVER_DRAG_PER_M)
        share = max(0.0, state.wing_share - dt_s / BACK_TRANSITION_S)
        return stepped._replace(load=stepped.load * HOVER_LOAD_SCALE, wing_share=0.0 if stepped.on_ground else share)

    @staticmethod
    def _accelerating(state: BodyState, command: WingCommand, wind: Vector, dt_s: float, ground_up_m: float) -> BodyState:
        """Forward transition: height by rotors, speed by the propeller, wings level."""
        low = state.position.up - ground_up_m < LEAST_HEIGHT_M
        held = MotionCommand(Vector(state.velocity.east, state.velocity.north, 1.0 if low else command.climb_mps), state.heading_deg, True)
        stepped = hover_step(state, held, wind, dt_s, ground_up_m, 0.0)
        if low or stepped.on_ground:
            return stepped._replace(load=stepped.load * HOVER_LOAD_SCALE)
        heading = radians(state.heading_deg)
        fe, fn = sin(heading), cos(heading)
        through_air = stepped.velocity.minus(wind)
        forward = max(0.0, through_air.east * fe + through_air.north * fn)
        gain = (thrust_limit_mps2(forward) - drag_mps2(forward, 0.3)) * dt_s
        # Sideways drift fades: a wing keeps its nose into the air it moves through.
        side = through_air.level().minus(Vector(forward * fe, forward * fn, 0.0)).times(-dt_s)
        velocity = stepped.velocity.plus(Vector(gain * fe, gain * fn, 0.0)).plus(side)
        carries = forward >= LIFT_OFF_OVER_STALL * STALL_MPS
        share = clamp(state.wing_share + (dt_s if carries else -dt_s) / TRANSITION_S, 0.0, 1.0)
        carried = clamp((forward / (LIFT_OFF_OVER_STALL * STALL_MPS)) ** 2, 0.0, 1.0)
        return stepped._replace(
            velocity=velocity,
            roll_deg=0.0,
            pitch_deg=2.0,
            lean=Vector(0.0, 0.0, 0.0),
            airspeed_mps=forward,
            load=stepped.load * HOVER_LOAD_SCALE * (1.0 - 0.8 * carried) + 0.35,
            throttle=1.0,
            wing_share=share,
        )
