"""Answers to COMMAND_LONG and COMMAND_INT, one method a command, with ArduCopter's results.

Places travel only in COMMAND_INT: DO_REPOSITION as COMMAND_LONG is UNSUPPORTED. Accepted is not done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES, LocalPlaces
from sim.modes import Mode, mode_of
from sim.streams import Streams
from sim.telemetry import Instruments, message
from sim.vector import Vector

FORCE = 21196.0  # ArduPilot's magic number for arming and disarming against the checks
ACCEPTED: int = mavlink.MAV_RESULT_ACCEPTED
DENIED: int = mavlink.MAV_RESULT_DENIED
UNSUPPORTED: int = mavlink.MAV_RESULT_UNSUPPORTED
FAILED: int = mavlink.MAV_RESULT_FAILED
UNSUPPORTED_FRAME: int = 9  # MAV_RESULT_COMMAND_UNSUPPORTED_MAV_FRAME, younger than the generated dialect
CHANGE_MODE_FLAG = mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it came. `place` is (x, y, frame) of a COMMAND_INT, None for a COMMAND_LONG."""

    number: int
    parameters: tuple[float, ...]
    place: tuple[int, int, int] | None


def read_command(wire: Any) -> Command:
    first = (wire.param1, wire.param2, wire.param3, wire.param4)
    if wire.get_type() == "COMMAND_INT":
        return Command(wire.command, (*first, float(wire.x), float(wire.y), wire.z), (wire.x, wire.y, wire.frame))
    return Command(wire.command, (*first, wire.param5, wire.param6, wire.param7), None)


class CommandDesk:
    """Carries out commands on one vehicle. `say(text, severity)` becomes a STATUSTEXT."""

    def __init__(self, instruments: Instruments, streams: Streams, say: Callable[[str, int], None]) -> None:
        self._of = instruments
        self._pilot = instruments.autopilot
        self._streams = streams
        self._say = say
        self._table: dict[int, Callable[[Command], int | tuple[int, list[Any]]]] = {
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
            mavlink.MAV_CMD_REQUEST_MESSAGE: self._request_message,
            mavlink.MAV_CMD_SET_MESSAGE_INTERVAL: self._set_interval,
            mavlink.MAV_CMD_GET_MESSAGE_INTERVAL: self._get_interval,
            mavlink.MAV_CMD_GET_HOME_POSITION: self._get_home,
            mavlink.MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: lambda _: (
                ACCEPTED,
                [message(self._of, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)],
            ),
        }

    def answer(self, wire: Any) -> list[Any]:
        """The acknowledgement, and what was asked for after it."""
        command = read_command(wire)
        handle = self._table.get(command.number)
        outcome = UNSUPPORTED if handle is None else handle(command)
        result, data = outcome if isinstance(outcome, tuple) else (outcome, [])
        ack = mavlink.MAVLink_command_ack_message(command.number, result, 0, 0, wire.get_srcSystem(), wire.get_srcComponent())
        return [ack, *data]

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

    def _set_mission_current(self, command: Command) -> int | tuple[int, list[Any]]:
        if not self._pilot.run.jump(int(command.parameters[0])):
            return DENIED
        return ACCEPTED, [message(self._of, mavlink.MAVLINK_MSG_ID_MISSION_CURRENT)]

    def _prearm(self, _: Command) -> int:
        obstacle = self._pilot.arming_obstacle()
        if obstacle is not None:
            self._say(f"PreArm: {obstacle}", mavlink.MAV_SEVERITY_CRITICAL)
        return ACCEPTED

    def _request_message(self, command: Command) -> int | tuple[int, list[Any]]:
        wanted = message(self._of, int(command.parameters[0]))
        return FAILED if wanted is None else (ACCEPTED, [wanted])

    def _set_interval(self, command: Command) -> int:
        number, interval_us = int(command.parameters[0]), command.parameters[1]
        if not self._streams.known(number):
            return FAILED
        if interval_us == 0.0:
            self._streams.set_default(number, self._of.clock.boot_ms)
        else:
            self._streams.set_hz(number, 0.0 if interval_us < 0 else 1e6 / interval_us, self._of.clock.boot_ms)
        return ACCEPTED

    def _get_interval(self, command: Command) -> tuple[int, list[Any]]:
        number = int(command.parameters[0])
        return ACCEPTED, [mavlink.MAVLink_message_interval_message(number, self._streams.interval_us(number))]

    def _get_home(self, _: Command) -> int | tuple[int, list[Any]]:
        home = message(self._of, mavlink.MAVLINK_MSG_ID_HOME_POSITION)
        return FAILED if home is None else (ACCEPTED, [home])


def _place_is_real(x: int, y: int) -> bool:
    return (x, y) != (0, 0) and abs(x) <= 900_000_000 and abs(y) <= 1_800_000_000


def _target(places: LocalPlaces, x: int, y: int, altitude_m: float, frame: int) -> Vector:
    level = places.level(x, y)
    return Vector(level.east, level.north, places.height_m(altitude_m, frame))
