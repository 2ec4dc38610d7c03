"""Permission to arm, asked of somebody outside: MAV_CMD_ARM_AUTHORIZATION_REQUEST goes out, its COMMAND_ACK is the answer.

ACCEPTED holds for the seconds in `result_param2`; a refusal carries its reason in `progress`. PX4 asks when it is told to arm, and
waits for the answer (COM_ARM_AUTH_MET 0) or refuses this time and obeys the next (1). ArduPilot knows no such command; here a script
on board asks while the vehicle stands disarmed, and its `AUTH_*` parameters are that script's: the autopilot sees an auxiliary
authorisation. Source: MAVLink arm authorization service, PX4's arm_auth.cpp, AP_Arming's aux_auth.
"""

from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.commands import CommandDesk
from sim.services.host import Host
from sim.services.service import (
    ACCEPTED,
    IN_PROGRESS,
    TEMPORARILY_REJECTED,
    Answer,
    Command,
    CommandHandler,
    Outcome,
    Progress,
    Service,
    Work,
)

REQUEST = mavlink.MAV_CMD_ARM_AUTHORIZATION_REQUEST
ARMING = (mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_CMD_MISSION_START)
FORCE = 21196.0
ASK_AGAIN_S = 5.0  # the script's pace
PATIENCE_S = 3.0
REASONS = {
    mavlink.MAV_ARM_AUTH_DENIED_REASON_GENERIC: "Denied",
    mavlink.MAV_ARM_AUTH_DENIED_REASON_NONE: "Denied by the authoriser",
    mavlink.MAV_ARM_AUTH_DENIED_REASON_INVALID_WAYPOINT: "Denied, waypoint {} has an invalid value",
    mavlink.MAV_ARM_AUTH_DENIED_REASON_TIMEOUT: "Denied by timeout in authorizer",
    mavlink.MAV_ARM_AUTH_DENIED_REASON_AIRSPACE_IN_USE: "Denied because airspace is in use",
    mavlink.MAV_ARM_AUTH_DENIED_REASON_BAD_WEATHER: "Denied because of bad weather",
}


class ArmAuthorisation(Service):
    handles = frozenset({"COMMAND_ACK"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._desk = CommandDesk(host.of, host.say)
        self._is_px4 = "COM_ARM_AUTH_REQ" in host.parameters
        self._asked_s: float | None = None
        self._until_s = 0.0
        self._refusal: str | None = None

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return dict.fromkeys(ARMING, self._arm) if self._is_px4 else {}

    # Asking -------------------------------------------------------------------------------------------------------------------

    @property
    def _required(self) -> bool:
        return self._host.parameters["COM_ARM_AUTH_REQ" if self._is_px4 else "AUTH_ENABLE"] != 0

    @property
    def _authoriser(self) -> int:
        return int(self._host.parameters["COM_ARM_AUTH_ID" if self._is_px4 else "AUTH_SYSID"])

    @property
    def _patience_s(self) -> float:
        return self._host.parameters["COM_ARM_AUTH_TO"] if self._is_px4 else PATIENCE_S

    @property
    def _holds(self) -> bool:
        return self._host.clock.boot_s < self._until_s

    def _ask(self, now_s: float) -> Any:
        self._asked_s, self._refusal = now_s, None
        return mavlink.MAVLink_command_long_message(self._authoriser, 0, REQUEST, 0, self._host.system_id, 0, 0, 0, 0, 0, 0)

    def on_time(self, now_s: float) -> list[Any]:
        """The script on board asks again and again; what it knows stands against arming until it is permission."""
        pilot = self._host.autopilot
        if self._is_px4 or not self._required or pilot.armed:
            pilot.vetoes.pop("authoriser", None)
            return []
        if self._holds:
            pilot.vetoes.pop("authoriser", None)
        else:
            pilot.vetoes["authoriser"] = self._refusal or "Waiting for auxiliary authorisation"
        due = self._asked_s is None or now_s - self._asked_s >= ASK_AGAIN_S - 1e-9
        if not due or self._until_s - now_s > ASK_AGAIN_S:
            return []
        refusal = self._refusal
        asked = self._ask(now_s)
        self._refusal = refusal  # stays until it is answered anew
        return [asked]

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        """The authoriser's answer; anybody else's, or one that nobody waits for, is left."""
        if wire.command != REQUEST or wire.get_srcSystem() != self._authoriser or self._asked_s is None or not self._required:
            return []
        if wire.result == IN_PROGRESS:
            self._asked_s = now_s
        elif wire.result == ACCEPTED:
            self._until_s, self._refusal = now_s + max(0, wire.result_param2), None
            self._host.say(f"Arm auth: Authorized for the next {wire.result_param2} seconds", mavlink.MAV_SEVERITY_INFO)
        else:
            self._until_s = 0.0
            self._refusal = REASONS.get(wire.progress, "Denied").format(wire.result_param2)
            self._host.say(f"Arm auth: {self._refusal}", mavlink.MAV_SEVERITY_CRITICAL)
        return []

    # PX4: asked when told to arm ----------------------------------------------------------------------------------------------

    def _arm(self, command: Command) -> Outcome:
        arms = command.number == mavlink.MAV_CMD_MISSION_START or command.parameters[0] == 1.0
        forced = command.number == mavlink.MAV_CMD_COMPONENT_ARM_DISARM and command.parameters[1] == FORCE
        pilot = self._host.autopilot
        if not arms or forced or pilot.armed or not self._required or self._holds or pilot.arming_obstacles():
            return self._desk.table[command.number](command)
        asked = self._ask(self._host.clock.boot_s)
        if self._host.parameters["COM_ARM_AUTH_MET"] != 0:
            self._host.say("Arm auth: Requesting authorization...", mavlink.MAV_SEVERITY_INFO)
            return TEMPORARILY_REJECTED, [asked]
        return Answer(IN_PROGRESS, [asked], Work(lambda now_s: self._waited(command, now_s), quiet=True))

    def _waited(self, command: Command, now_s: float) -> Progress:
        """Until the answer is here or the patience is over; the arming command is acknowledged only then."""
        if self._holds:
            result = self._desk.table[command.number](command)
            return Progress(100, result if isinstance(result, int) else ACCEPTED)
        if self._refusal is not None:
            return Progress(100, TEMPORARILY_REJECTED)
        if self._asked_s is None or now_s - self._asked_s >= self._patience_s:
            self._host.say("Arm auth: No response from authorizer", mavlink.MAV_SEVERITY_CRITICAL)
            return Progress(100, TEMPORARILY_REJECTED)
        return Progress()
