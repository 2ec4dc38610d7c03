"""ArduCopter's answers to commands. Places travel only in COMMAND_INT: DO_REPOSITION as COMMAND_LONG is UNSUPPORTED.

Accepted is not done: a vehicle on the ground accepts a place to fly to and stays where it is.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware.firmware import CommandTable
from sim.flight_modes import Behaviour
from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES
from sim.vector import Vector

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

FORCE = 21196.0  # the magic number for arming and disarming against the checks
ACCEPTED: int = mavlink.MAV_RESULT_ACCEPTED
TEMPORARILY_REJECTED: int = mavlink.MAV_RESULT_TEMPORARILY_REJECTED
DENIED: int = mavlink.MAV_RESULT_DENIED
UNSUPPORTED: int = mavlink.MAV_RESULT_UNSUPPORTED
FAILED: int = mavlink.MAV_RESULT_FAILED
UNSUPPORTED_FRAME: int = 9  # MAV_RESULT_COMMAND_UNSUPPORTED_MAV_FRAME, younger than the generated dialect
CHANGE_MODE_FLAG = mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE
LOWEST_TAKEOFF_M = 0.5


class CommandMessage(Protocol):
    """A command as it came: its seven parameters, and (x, y, frame) when it was a COMMAND_INT."""

    @property
    def number(self) -> int: ...
    @property
    def parameters(self) -> tuple[float, ...]: ...
    @property
    def place(self) -> tuple[int, int, int] | None: ...


class ArduPilotCommands:
    """Commands shared by ArduCopter and ArduPlane; `hold_mode` and `land_mode` are what LOITER_UNLIM and LAND enter."""

    def __init__(self, pilot: "Autopilot", hold_mode: str, land_mode: str) -> None:
        self._pilot = pilot
        self._hold_mode = hold_mode
        self._land_mode = land_mode

    def table(self) -> CommandTable:
        entries: Mapping[int, Any] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._take_off,
            mavlink.MAV_CMD_DO_REPOSITION: self._reposition,
            mavlink.MAV_CMD_DO_SET_MODE: self._set_mode,
            mavlink.MAV_CMD_MISSION_START: self._start_mission,
            mavlink.MAV_CMD_NAV_LAND: lambda _: self._enter(self._land_mode),
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: self._enter("RTL"),
            mavlink.MAV_CMD_NAV_LOITER_UNLIM: lambda _: self._enter(self._hold_mode),
            mavlink.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            mavlink.MAV_CMD_CONDITION_YAW: self._turn,
            mavlink.MAV_CMD_DO_ORBIT: self._orbit,
            mavlink.MAV_CMD_DO_SET_HOME: self._set_home,
            mavlink.MAV_CMD_DO_FENCE_ENABLE: self._enable_fence,
            mavlink.MAV_CMD_DO_LAND_START: self._landing_sequence,
            mavlink.MAV_CMD_DO_FLIGHTTERMINATION: self._terminate,
            mavlink.MAV_CMD_DO_PAUSE_CONTINUE: self._pause,
            mavlink.MAV_CMD_RUN_PREARM_CHECKS: self._prearm,
        }
        return entries

    def _arm_disarm(self, command: CommandMessage) -> int:
        pilot, force = self._pilot, command.parameters[1] == FORCE
        done = pilot.arm(force=force) if command.parameters[0] == 1.0 else pilot.disarm(force=force)
        return ACCEPTED if done else FAILED

    def _take_off(self, command: CommandMessage) -> int:
        pilot, height_m = self._pilot, command.parameters[6]
        if command.place is not None:
            height_m = pilot.places.height_m(height_m, command.place[2])
        if pilot.behaviour is not Behaviour.GUIDED or height_m < LOWEST_TAKEOFF_M:
            return FAILED
        return ACCEPTED if pilot.helm.take_off(height_m) else FAILED

    def _reposition(self, command: CommandMessage) -> int:
        pilot = self._pilot
        if command.place is None:
            return UNSUPPORTED
        x, y, frame = command.place
        if frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            return UNSUPPORTED_FRAME
        if not place_is_real(x, y):
            return DENIED
        if pilot.behaviour is not Behaviour.GUIDED and not int(command.parameters[1]) & CHANGE_MODE_FLAG:
            return DENIED
        level = pilot.places.level(x, y)
        target = Vector(level.east, level.north, pilot.places.height_m(command.parameters[6], frame))
        if pilot.parameters["FENCE_ENABLE"] != 0 and pilot.fence.outside_m(target) > 0.0:
            return FAILED
        if pilot.behaviour is not Behaviour.GUIDED and not pilot.set_mode(pilot.mode_named("GUIDED").number):
            return FAILED
        speed_mps = command.parameters[0]
        pilot.helm.fly_to(target, speed_mps=speed_mps if speed_mps > 0 else None)
        return ACCEPTED

    def select_mode(self, number: int) -> bool:
        """Shared by DO_SET_MODE and the legacy SET_MODE, which is not acknowledged."""
        pilot = self._pilot
        if number not in pilot.firmware.modes:
            pilot.say(f"No such mode {number}", mavlink.MAV_SEVERITY_WARNING)
            return False
        return pilot.set_mode(number)

    def _set_mode(self, command: CommandMessage) -> int:
        if not int(command.parameters[0]) & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return UNSUPPORTED
        return ACCEPTED if self.select_mode(int(command.parameters[1])) else FAILED

    def _enter(self, name: str) -> int:
        return ACCEPTED if self._pilot.set_mode(self._pilot.mode_named(name).number) else FAILED

    def _start_mission(self, command: CommandMessage) -> int:
        if command.parameters[0] != 0.0 or command.parameters[1] != 0.0:
            return DENIED  # only the whole mission can be started
        return ACCEPTED if self._pilot.helm.start_mission() else FAILED

    def _change_speed(self, command: CommandMessage) -> int:
        return ACCEPTED if self._pilot.helm.change_speed(command.parameters[1]) else FAILED

    def _turn(self, command: CommandMessage) -> int:
        pilot = self._pilot
        angle, _, direction, relative = command.parameters[:4]
        heading = angle if relative != 1.0 else pilot.view.heading_deg + (-angle if direction < 0 else angle)
        done = pilot.behaviour is Behaviour.GUIDED and pilot.helm.turn_to(heading)
        return ACCEPTED if done else FAILED

    def _orbit(self, command: CommandMessage) -> int:
        return UNSUPPORTED

    def _set_home(self, command: CommandMessage) -> int:
        pilot = self._pilot
        if command.parameters[0] == 1.0:
            if not pilot.readings.ready:
                return FAILED
            pilot.set_home(pilot.view.position)
            return ACCEPTED
        if command.place is None:
            return UNSUPPORTED
        x, y, frame = command.place
        if frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            return UNSUPPORTED_FRAME
        if not place_is_real(x, y):
            return DENIED
        level = pilot.places.level(x, y)
        pilot.set_home(Vector(level.east, level.north, pilot.places.height_m(command.parameters[6], frame)))
        return ACCEPTED

    def _enable_fence(self, command: CommandMessage) -> int:
        if command.parameters[0] not in (0.0, 1.0, 2.0):
            return FAILED
        self._pilot.parameters.force("FENCE_ENABLE", 1.0 if command.parameters[0] == 1.0 else 0.0)
        return ACCEPTED

    def _landing_sequence(self, _: CommandMessage) -> int:
        pilot = self._pilot
        start = pilot.run.landing_start()
        if start is None or not pilot.flying or not pilot.helm.start_mission():
            pilot.say("Unable to start landing sequence.", 4)
            return FAILED
        pilot.run.jump(start)
        return ACCEPTED

    def _terminate(self, command: CommandMessage) -> int:
        if command.parameters[0] > 0.5:
            self._pilot.disarm(force=True, why="termination")
            return ACCEPTED
        return FAILED

    def _pause(self, command: CommandMessage) -> int:
        if self._pilot.behaviour is not Behaviour.GUIDED and self._pilot.behaviour is not Behaviour.MISSION:
            return FAILED
        if command.parameters[0] == 0.0:
            self._pilot.helm.pause()
            return ACCEPTED
        return ACCEPTED if self._pilot.helm.resume() else FAILED

    def _prearm(self, _: CommandMessage) -> int:
        pilot = self._pilot
        if pilot.armed:
            return TEMPORARILY_REJECTED
        for obstacle in pilot.arming_obstacles():
            pilot.say(f"{pilot.firmware.words.prearm}{obstacle}", mavlink.MAV_SEVERITY_CRITICAL)
        return ACCEPTED


def place_is_real(x: int, y: int) -> bool:
    return (x, y) != (0, 0) and abs(x) <= 900_000_000 and abs(y) <= 1_800_000_000
