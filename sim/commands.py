"""Commands that fly the vehicle, one method each, with ArduCopter's results. `services.command_service` acknowledges them.

Places travel only in COMMAND_INT: DO_REPOSITION as COMMAND_LONG is UNSUPPORTED. Accepted is not done.
"""

from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES, LocalPlaces
from sim.modes import Mode, mode_of
from sim.services.service import ACCEPTED, DENIED, FAILED, UNSUPPORTED, UNSUPPORTED_FRAME, Command, CommandHandler, Outcome
from sim.telemetry import Instruments, message
from sim.vector import Vector

FORCE = 21196.0  # ArduPilot's magic number for arming and disarming against the checks
CHANGE_MODE_FLAG = mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE


class CommandDesk:
    """Carries out commands on one vehicle. `say(text, severity)` becomes a STATUSTEXT."""

    def __init__(self, instruments: Instruments, say: Callable[[str, int], None]) -> None:
        self._of = instruments
        self._pilot = instruments.autopilot
        self._say = say
        self.table: dict[int, CommandHandler] = {
            mavlink.MAV_CMD_COMPONENT_ARM_DISARM: self._arm_disarm,
            mavlink.MAV_CMD_NAV_TAKEOFF: self._take_off,
            mavlink.MAV_CMD_DO_REPOSITION: self._reposition,
            mavlink.MAV_CMD_DO_SET_MODE: self._set_mode,
            mavlink.MAV_CMD_MISSION_START: lambda _: ACCEPTED if self._pilot.start_mission() else FAILED,
            mavlink.MAV_CMD_NAV_LAND: lambda _: self._enter(Mode.LAND),
            mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: lambda _: self._enter(Mode.RTL),
            mavlink.MAV_CMD_NAV_LOITER_UNLIM: lambda _: self._enter(Mode.LOITER),
            mavlink.MAV_CMD_DO_CHANGE_SPEED: lambda c: ACCEPTED if self._pilot.change_speed(c.parameters[1]) else FAILED,
            mavlink.MAV_CMD_CONDITION_YAW: self._turn,
            mavlink.MAV_CMD_DO_SET_MISSION_CURRENT: self._set_mission_current,
            mavlink.MAV_CMD_RUN_PREARM_CHECKS: self._prearm,
            mavlink.MAV_CMD_GET_HOME_POSITION: self._get_home,
            mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda _: (
                ACCEPTED,
                [message(self._of, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)],
            ),
        }

    def position_target(self, wire: Any) -> None:
        """SET_POSITION_TARGET_GLOBAL_INT: position targets only; it has no acknowledgement."""
        ignores_position = wire.type_mask & 0b111
        if ignores_position or wire.coordinate_frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            return
        level = self._of.places.level(wire.lat_int, wire.lon_int)
        self._pilot.fly_to(Vector(level.east, level.north, self._of.places.height_m(wire.alt, wire.coordinate_frame)))

    def select_mode(self, number: int) -> bool:
        """Shared by DO_SET_MODE and the legacy SET_MODE, which is not acknowledged."""
        mode = mode_of(number)
        if mode is None:
            self._say(f"No such mode {number}", mavlink.MAV_SEVERITY_WARNING)
            return False
        return self._pilot.set_mode(mode)

    def _arm_disarm(self, command: Command) -> int:
        force = command.parameters[1] == FORCE
        done = self._pilot.arm(force=force) if command.parameters[0] == 1.0 else self._pilot.disarm(force=force)
        return ACCEPTED if done else FAILED

    def _take_off(self, command: Command) -> int:
        height_m = command.parameters[6]
        if command.place is not None:
            height_m = self._of.places.height_m(height_m, command.place[2])
        return ACCEPTED if self._pilot.take_off(height_m) else FAILED

    def _reposition(self, command: Command) -> int:
        if command.place is None:
            return UNSUPPORTED
        x, y, frame = command.place
        if frame not in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            return UNSUPPORTED_FRAME
        if not _place_is_real(x, y):
            return DENIED
        if self._pilot.mode is not Mode.GUIDED:
            if not int(command.parameters[1]) & CHANGE_MODE_FLAG:
                return DENIED
            if not self._pilot.set_mode(Mode.GUIDED):
                return FAILED
        target = _target(self._of.places, x, y, command.parameters[6], frame)
        speed_mps = command.parameters[0]
        self._pilot.fly_to(target, speed_mps=speed_mps if speed_mps > 0 else None)
        return ACCEPTED

    def _set_mode(self, command: Command) -> int:
        if not int(command.parameters[0]) & mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED:
            return UNSUPPORTED
        return ACCEPTED if self.select_mode(int(command.parameters[1])) else FAILED

    def _enter(self, mode: Mode) -> int:
        return ACCEPTED if self._pilot.set_mode(mode) else FAILED

    def _turn(self, command: Command) -> int:
        angle, _, direction, relative = command.parameters[:4]
        heading = angle if relative != 1.0 else self._of.believed.heading_deg + (-angle if direction < 0 else angle)
        return ACCEPTED if self._pilot.turn_to(heading) else FAILED

    def _set_mission_current(self, command: Command) -> Outcome:
        if not self._pilot.run.jump(int(command.parameters[0])):
            return DENIED
        return ACCEPTED, [message(self._of, mavlink.MAVLINK_MSG_ID_MISSION_CURRENT)]

    def _prearm(self, _: Command) -> int:
        obstacle = self._pilot.arming_obstacle()
        if obstacle is not None:
            self._say(f"PreArm: {obstacle}", mavlink.MAV_SEVERITY_CRITICAL)
        return ACCEPTED

    def _get_home(self, _: Command) -> Outcome:
        home = message(self._of, mavlink.MAVLINK_MSG_ID_HOME_POSITION)
        return FAILED if home is None else (ACCEPTED, [home])


def _place_is_real(x: int, y: int) -> bool:
    return (x, y) != (0, 0) and abs(x) <= 900_000_000 and abs(y) <= 1_800_000_000


def _target(places: LocalPlaces, x: int, y: int, altitude_m: float, frame: int) -> Vector:
    level = places.level(x, y)
    return Vector(level.east, level.north, places.height_m(altitude_m, frame))
