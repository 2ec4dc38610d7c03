"""Which ground station is in control: REQUEST_OPERATOR_CONTROL takes and gives it up, CONTROL_STATUS tells it each second.

While a station is in control, others may look but not change anything. Without one, every station may command, as ever.
Source: MAVLink development dialect, MAV_CMD_REQUEST_OPERATOR_CONTROL.
"""

from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ControlStatus
from sim.services.host import Host
from sim.services.service import ACCEPTED, FAILED, Builder, Command, CommandHandler, Outcome, Service

REQUEST_OPERATOR_CONTROL = 32100
RELEASE, TAKE = 0, 1
SYSTEM_MANAGER, TAKEOVER_ALLOWED = 1, 2


class OperatorControl(Service):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._takeover_allowed = False

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {REQUEST_OPERATOR_CONTROL: self._request}

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {ControlStatus.id: self._status}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {ControlStatus.id: 1.0} if self._host.speaks_unasked else {}

    def _request(self, command: Command) -> Outcome:
        """p2 takes (1) or gives up (0), p3 whether others may take it unasked, p4 how long the one in control may think, s."""
        asking = command.sender[0]
        holder = self._host.controller
        if int(command.parameters[1]) == RELEASE:
            if holder not in (None, asking):
                return FAILED
            self._host.controller = None
            return ACCEPTED, [self._status()]
        if holder not in (None, asking) and not self._takeover_allowed:
            # The one in control is told who asks; it may release, or allow a takeover.
            told = mavlink.MAVLink_command_long_message(
                holder, 0, REQUEST_OPERATOR_CONTROL, 0, asking, TAKE, command.parameters[2], command.parameters[3], 0, 0, 0
            )
            return FAILED, [told]
        self._host.controller = asking
        self._takeover_allowed = command.parameters[2] == 1.0
        return ACCEPTED, [self._status()]

    def _status(self) -> Any:
        flags = SYSTEM_MANAGER | (TAKEOVER_ALLOWED if self._takeover_allowed or self._host.controller is None else 0)
        return ControlStatus(self._host.controller or 0, flags)
