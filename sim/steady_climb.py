"""The climb rate asked of rotors, changed no faster than the tuning allows."""

from sim.airframes import Command, MotionCommand, WingCommand
from sim.clock import STEP_S
from sim.maneuvers import View
from sim.tuning import Tuning
from sim.vector import Vector

CLIMB_LOST_MPS = 2.0  # a climb rate so far from the one asked for is not being flown


class SteadyClimb:
    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._climb_mps = 0.0  # asked of rotors at the last step

    def steadied(self, command: Command, view: View) -> Command:
        """Thrust that fails begins anew from what is flown. A wing's climb is its own affair."""
        if isinstance(command, WingCommand):
            return command
        asked_mps, flown_mps = command.velocity.up, view.velocity.up
        if view.on_ground or not command.motors_on or abs(flown_mps - self._climb_mps) > CLIMB_LOST_MPS:
            self._climb_mps = 0.0 if view.on_ground else flown_mps
        most_mps = self._tuning.climb_mps2 * STEP_S
        if abs(asked_mps - self._climb_mps) <= most_mps or (view.on_ground and asked_mps <= 0.0):
            self._climb_mps = asked_mps
            return command
        self._climb_mps += most_mps if asked_mps > self._climb_mps else -most_mps
        level = command.velocity
        return MotionCommand(Vector(level.east, level.north, self._climb_mps), command.heading_deg, command.motors_on, command.level)
