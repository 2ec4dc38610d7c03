"""Commands that fly the vehicle: the firmware's own, and those every firmware answers alike. `services.command_service` acknowledges."""

from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.flight_modes import Behaviour
from sim.local_place import ABSOLUTE_FRAMES, RELATIVE_FRAMES
from sim.services.service import ACCEPTED, FAILED, Command, CommandHandler, Outcome
from sim.telemetry import Instruments, message
from sim.vector import Vector


class CommandDesk:
    """Carries out commands on one vehicle. `say(text, severity)` becomes a STATUSTEXT."""

    def __init__(self, instruments: Instruments, say: Callable[[str, int], None]) -> None:
        self._of = instruments
        self._pilot = instruments.autopilot
        self._say = say
        self.table: dict[int, CommandHandler] = {
            **self._pilot.firmware.commands(self._pilot),
            mavlink.MAV_CMD_GET_HOME_POSITION: self._get_home,
        }

    def position_target(self, wire: Any) -> None:
        """SET_POSITION_TARGET_…: a position or a velocity, in the mode that takes them; it has no acknowledgement."""
        pilot, places = self._pilot, self._of.places
        pilot.setpoint_s = pilot.now_s
        if pilot.behaviour is not Behaviour.GUIDED:
            return
        wants_position, wants_velocity = not wire.type_mask & 0b111, not wire.type_mask & 0b111000
        if wire.get_type() == "SET_POSITION_TARGET_LOCAL_NED":
            if wire.coordinate_frame != mavlink.MAV_FRAME_LOCAL_NED:
                return
            target = Vector(wire.y, wire.x, -wire.z)
        elif wire.coordinate_frame in ABSOLUTE_FRAMES | RELATIVE_FRAMES:
            level = places.level(wire.lat_int, wire.lon_int)
            target = Vector(level.east, level.north, places.height_m(wire.alt, wire.coordinate_frame, level))
        else:
            return
        if wants_position:
            if pilot.view.on_ground and pilot.armed and pilot.firmware.mission_starts_by_mode and target.up > 1.0:
                pilot.helm.take_off(target.up)
            elif not pilot.helm.taking_off:
                pilot.helm.fly_to(target)
        elif wants_velocity:
            pilot.helm.steer(Vector(wire.vy, wire.vx, -wire.vz))

    def select_mode(self, number: int) -> bool:
        """The legacy SET_MODE, which is not acknowledged."""
        if number not in self._pilot.firmware.modes:
            self._say(f"No such mode {number}", mavlink.MAV_SEVERITY_WARNING)
            return False
        return self._pilot.set_mode(number)

    def _get_home(self, _: Command) -> Outcome:
        home = message(self._of, mavlink.MAVLINK_MSG_ID_HOME_POSITION)
        return FAILED if home is None else (ACCEPTED, [home])
