"""PX4's answers to commands. Altitudes of a COMMAND_LONG are above the sea; what cannot be done now is TEMPORARILY_REJECTED."""

from math import isfinite, isnan
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware.ardupilot_commands import (
    ACCEPTED,
    CHANGE_MODE_FLAG,
    DENIED,
    FORCE,
    TEMPORARILY_REJECTED,
    UNSUPPORTED,
    UNSUPPORTED_FRAME,
    CommandMessage,
)
from sim.firmware.firmware import CommandTable
from sim.flight_modes import Behaviour, StandardMode
from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES
from sim.modes import px4_custom_mode
from sim.vector import Vector

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

SET_STANDARD_MODE = 262  # MAV_CMD_DO_SET_STANDARD_MODE, younger than the generated dialect
UNSET_INT = 0x7FFFFFFF


class Px4Commands:
    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot

    def table(self) -> CommandTable:
        return {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._take_off,
            mavlink.MAV_CMD_NAV_VTOL_TAKEOFF: self._take_off,
            mavlink.MAV_CMD_DO_REPOSITION: self._reposition,
            mavlink.MAV_CMD_DO_SET_MODE: self._set_mode,
            SET_STANDARD_MODE: self._set_standard_mode,
            mavlink.MAV_CMD_MISSION_START: self._start_mission,
            mavlink.MAV_CMD_NAV_LAND: lambda _: self._enter("LAND"),
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: self._enter("RTL"),
            mavlink.MAV_CMD_NAV_LOITER_UNLIM: lambda _: self._enter("LOITER"),
            mavlink.MAV_CMD_DO_CHANGE_SPEED: self._change_speed,
            mavlink.MAV_CMD_DO_ORBIT: self._orbit,
            mavlink.MAV_CMD_DO_SET_HOME: self._set_home,
            mavlink.MAV_CMD_DO_LAND_START: self._landing_sequence,
            mavlink.MAV_CMD_DO_VTOL_TRANSITION: self._transition,
            mavlink.MAV_CMD_DO_FLIGHTTERMINATION: self._terminate,
            mavlink.MAV_CMD_RUN_PREARM_CHECKS: self._prearm,
        }

    def _arm_disarm(self, command: CommandMessage) -> int:
        pilot, force = self._pilot, command.parameters[1] == FORCE
        if command.parameters[0] not in (0.0, 1.0):
            return UNSUPPORTED
        done = pilot.arm(force=force) if command.parameters[0] == 1.0 else pilot.disarm(force=force, why="command")
        return ACCEPTED if done else TEMPORARILY_REJECTED

    def _target(self, command: CommandMessage) -> Vector | int:
        """The place of a command; what is not given is where the vehicle is. A MAV_RESULT for a frame that is not known."""
        pilot, here = self._pilot, self._pilot.view.position
        altitude_m = command.parameters[6]
        frame = mavlink.MAV_FRAME_GLOBAL
        if command.place is not None:
            x, y, frame = command.place
            if frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
                return UNSUPPORTED_FRAME
            given = UNSET_INT not in (x, y) and (x, y) != (0, 0)
        else:
            lat, lon = command.parameters[4:6]
            given = isfinite(lat) and isfinite(lon) and (lat, lon) != (0.0, 0.0)
            x, y = (round(lat * 1e7), round(lon * 1e7)) if given else (0, 0)
        if given and (abs(x) > 900_000_000 or abs(y) > 1_800_000_000):
            return DENIED
        level = pilot.places.level(x, y) if given else here
        up = here.up if isnan(altitude_m) else pilot.places.height_m(altitude_m, frame, level)
        return Vector(level.east, level.north, up)

    def _take_off(self, command: CommandMessage) -> int:
        pilot = self._pilot
        target = self._target(command)
        if isinstance(target, int):
            return target
        result = self._enter("TAKEOFF")
        if result == ACCEPTED and not isnan(command.parameters[6]):
            pilot.takeoff_up_m = max(target.up, pilot.ground_up_m + pilot.tuning.takeoff_height_m)
            if pilot.armed and pilot.view.on_ground:
                pilot.helm.take_off(pilot.takeoff_up_m)
        return result

    def _reposition(self, command: CommandMessage) -> int:
        pilot = self._pilot
        target = self._target(command)
        if isinstance(target, int):
            return target
        if int(command.parameters[1]) & CHANGE_MODE_FLAG:
            if self._enter("LOITER") != ACCEPTED:
                return TEMPORARILY_REJECTED
        elif pilot.mode != pilot.mode_named("LOITER").number:
            return ACCEPTED  # taken note of, flown only in Hold
        speed_mps = command.parameters[0]
        yaw_rad = command.parameters[3]
        heading = None if isnan(yaw_rad) or pilot.flight_mode.name != "LOITER" else yaw_rad
        pilot.helm.fly_to(target, heading_deg=None if heading is None else heading % 360.0, speed_mps=speed_mps if speed_mps > 0 else None)
        return ACCEPTED

    def _set_mode(self, command: CommandMessage) -> int:
        flags, main, sub = (int(value) for value in command.parameters[:3])
        if not flags & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return UNSUPPORTED
        number = px4_custom_mode(main, sub)
        if number not in self._pilot.firmware.modes:
            return DENIED
        return ACCEPTED if self._pilot.set_mode(number) else TEMPORARILY_REJECTED

    def _set_standard_mode(self, command: CommandMessage) -> int:
        wanted = int(command.parameters[0])
        for mode in self._pilot.firmware.modes.values():
            if mode.standard == wanted != StandardMode.NON_STANDARD:
                return ACCEPTED if self._pilot.set_mode(mode.number) else TEMPORARILY_REJECTED
        return UNSUPPORTED

    def _enter(self, name: str) -> int:
        return ACCEPTED if self._pilot.set_mode(self._pilot.mode_named(name).number) else TEMPORARILY_REJECTED

    def _start_mission(self, command: CommandMessage) -> int:
        """Unlike ArduPilot this arms as well."""
        pilot = self._pilot
        if pilot.run.state == pilot.run.state.NO_MISSION:
            pilot.say("No valid mission available", 2)
            return DENIED
        if int(command.parameters[0]) >= len(pilot.store):
            return DENIED
        if not pilot.arm():
            return TEMPORARILY_REJECTED
        if command.parameters[0] > 0:
            pilot.run.jump(int(command.parameters[0]))
        return ACCEPTED if pilot.helm.start_mission() else TEMPORARILY_REJECTED

    def _change_speed(self, command: CommandMessage) -> int:
        return ACCEPTED if self._pilot.helm.change_speed(command.parameters[1]) else DENIED

    def _orbit(self, command: CommandMessage) -> int:
        pilot = self._pilot
        target = self._target(command)
        if isinstance(target, int):
            return target
        if "ORBIT" not in {mode.name for mode in pilot.firmware.modes.values()}:
            return UNSUPPORTED
        if not pilot.flying or self._enter("ORBIT") != ACCEPTED:
            return TEMPORARILY_REJECTED
        radius_m = command.parameters[0]
        pilot.helm.circle(target, pilot.tuning.circle_radius_m if isnan(radius_m) or radius_m == 0.0 else radius_m)
        return ACCEPTED

    def _set_home(self, command: CommandMessage) -> int:
        pilot = self._pilot
        if command.parameters[0] == 1.0:
            if not pilot.readings.ready:
                return TEMPORARILY_REJECTED
            pilot.set_home(pilot.view.position)
            return ACCEPTED
        target = self._target(command)
        if isinstance(target, int):
            return target
        pilot.set_home(target)
        return ACCEPTED

    def _landing_sequence(self, _: CommandMessage) -> int:
        pilot = self._pilot
        start = pilot.run.landing_start()
        if start is None or not pilot.flying or not pilot.helm.start_mission():
            return TEMPORARILY_REJECTED
        pilot.run.jump(start)
        return ACCEPTED

    def _transition(self, command: CommandMessage) -> int:
        pilot = self._pilot
        hovers = {mavlink.MAV_VTOL_STATE_MC: True, mavlink.MAV_VTOL_STATE_FW: False}.get(int(command.parameters[0]))
        if hovers is None:
            return UNSUPPORTED
        if not pilot.piloting.hover(hovers):
            return UNSUPPORTED
        if pilot.behaviour is Behaviour.HOLD:
            pilot.helm.hold()
        return ACCEPTED

    def _terminate(self, command: CommandMessage) -> int:
        if command.parameters[0] > 1.5:
            return UNSUPPORTED
        if command.parameters[0] > 0.5:
            self._pilot.alarms.add("terminated")
            self._pilot.disarm(force=True, why="lockdown")
        return ACCEPTED

    def _prearm(self, _: CommandMessage) -> int:
        pilot = self._pilot
        if pilot.armed:
            return TEMPORARILY_REJECTED
        for obstacle in pilot.arming_obstacles():
            pilot.say(f"{pilot.firmware.words.prearm}{obstacle}", 2)
        return ACCEPTED
