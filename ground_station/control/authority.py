"""The one place that is asked before any command leaves: is it fresh, is it new, is its vehicle there.

Who holds the control lease and who confirmed is checked where users are known, before the request reaches the station.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from geo.primitives import AccessError, VehicleError, utc_now
from ground_station.messages import CommandRequest, CommandUpdate
from ground_station.vehicles import Fleet, Vehicle

OLDEST_S = 15.0  # a request that lay in a queue for longer no longer says what its sender wants
CLOCK_SKEW_S = 5.0  # processes may run on machines whose clocks differ a little
REMEMBERED = 10_000  # commands; a day's work of a busy fleet


class Authority:
    """Admits each command once."""

    def __init__(self, fleet: Fleet, now: Callable[[], datetime] = utc_now) -> None:
        self._fleet, self._now = fleet, now
        self._answers: OrderedDict[UUID, CommandUpdate | None] = OrderedDict()

    def seen(self, command_id: UUID) -> bool:
        return command_id in self._answers

    def answer_to(self, command_id: UUID) -> CommandUpdate | None:
        """The newest update of a command seen before."""
        return self._answers.get(command_id)

    def remember(self, update: CommandUpdate) -> None:
        self._answers[update.command_id] = update

    def admit(self, request: CommandRequest) -> Vehicle:
        """The vehicle the request may be sent to.

        Raises: `AccessError` when expired; `VehicleError` when the vehicle is unknown or lost.
        """
        self._answers[request.command_id] = None
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        age_s = (self._now() - request.requested_at).total_seconds()
        if age_s > OLDEST_S:
            raise AccessError(
                f"Command {request.command} was requested {age_s:.0f} s ago and has expired.", code="command.expired", hint="Send it again."
            )
        if age_s < -CLOCK_SKEW_S:
            raise AccessError(
                f"Command {request.command} is dated {-age_s:.0f} s in the future.",
                code="command.expired",
                hint="Set the clocks of both machines.",
            )
        vehicle = self._fleet.require(request.vehicle_id)
        if not vehicle.online:
            raise VehicleError(
                f"{vehicle.vehicle_id} is lost; nothing was sent.",
                code="vehicle.lost",
                hint="Wait until its link is back. Its own failsafe is in charge.",
            )
        return vehicle
