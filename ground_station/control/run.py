"""One command being carried out: send once, look for the effect, say how far it is, fail with the autopilot's own words.

A command is an async generator of `Step`s. It raises `VehicleError` to fail, and its last step is `done` with the effect seen.
"""

import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from geo.primitives import VehicleError
from ground_station.mavlink import CommandExchange, CommandOutcome, WireMessage
from ground_station.mavlink.commands import ACK_TIMEOUT_S, CANCELLED, command_long
from ground_station.mavlink.dialect import mavlink
from ground_station.messages import CommandState
from ground_station.vehicles import Turn, Vehicle, VehicleEstimate

EFFECT_DEADLINE_S = 6.0  # from the acknowledgement to armed bit or mode in a heartbeat, which comes once a second
REASON_WAIT_S = 1.0  # ArduPilot says why after the acknowledgement
_REASON_LEVEL = 4  # MAV_SEVERITY_WARNING: milder texts are not reasons
PROGRESS_EVERY_S = 1.0
LOOK_EVERY_S = 0.2  # how soon a cancelled command notices
IN_PROGRESS = "in progress"


@dataclass(frozen=True, slots=True)
class Step:
    """A change in the state of a command."""

    state: CommandState
    progress: float | None = None
    effect: str | None = None
    result: str | None = None


def done(effect: str) -> Step:
    return Step(CommandState.DONE, 1.0, effect)


class CommandRun:
    """What every command needs of a vehicle, under one turn."""

    def __init__(self, vehicle: Vehicle, turn: Turn) -> None:
        self.vehicle, self.turn = vehicle, turn
        self.result: str | None = None  # the final acknowledgement, where it ended the command

    @property
    def estimate(self) -> VehicleEstimate:
        """What is known now. Ask again after each wait: one kept over a wait may lack what came meanwhile."""
        return self.vehicle.estimate

    def check_turn(self) -> None:
        """Raises: `VehicleError` when a newer command has taken over, or somebody has cancelled this one."""
        if self.turn.cancelled:
            raise VehicleError("Cancelled.", code="command.cancelled", hint="What was done until then stays done.")
        if self.turn.superseded_by is not None:
            raise VehicleError(f"Superseded by {self.turn.superseded_by}.", code="vehicle.superseded", hint="Follow the newer command.")

    async def order(self, message: WireMessage | None, what: str) -> CommandOutcome:
        """Send once. Silence is no refusal: the acknowledgement may be lost, and the effect decides.

        Raises: `VehicleError` when the vehicle refuses, with the text it gave.
        """
        self.check_turn()
        if message is None:
            raise VehicleError(
                f"{what} needs the home altitude of {self.vehicle.vehicle_id}, which is not known yet.",
                code="vehicle.no_home",
                hint="Wait for a GPS fix and try again.",
            )
        since_s = time.monotonic()
        outcome = await self.vehicle.command(message)
        if outcome.answered and not outcome.accepted:
            reason = await self._reason(since_s)
            said = f": {reason}" if reason else ""
            raise VehicleError(
                f"{self.vehicle.vehicle_id} refused {what} ({outcome.result_name}){said}.",
                code="vehicle.refused",
                hint="Read the vehicle's own message and try again." if reason else "The autopilot gave no reason.",
            )
        return outcome

    async def order_at_length(self, message: WireMessage, what: str) -> AsyncGenerator[Step]:
        """Send once a command the vehicle is at work on for a while; yields `running` with the share it tells (IN_PROGRESS).

        Ends when it is accepted. Cancelled by a person, the vehicle is told to stop (COMMAND_CANCEL) and its answer is waited for.
        Raises: `VehicleError` when it is refused, fails, is cancelled, or when nothing is heard any more.
        """
        self.check_turn()
        since_s = time.monotonic()
        exchange, told = CommandExchange(message, self.vehicle.own), None
        with self.vehicle.subscribe(exchange.kinds) as answers:
            self.vehicle.send(exchange.opening())
            silent_at_s = time.monotonic() + exchange.timeout_s
            while exchange.outcome is None:
                if self.turn.cancelled:
                    raise await self._cancelled(exchange, message, answers, what)
                with anyio.move_on_after(LOOK_EVERY_S):
                    seen = exchange.activity
                    self.vehicle.send(exchange.on_message(await answers.receive()))
                    if exchange.activity != seen:
                        silent_at_s = time.monotonic() + exchange.timeout_s
                if time.monotonic() >= silent_at_s:
                    self.vehicle.send(exchange.on_silence())
                if exchange.outcome is None and exchange.in_progress and told != (exchange.progress,):
                    told = (exchange.progress,)
                    yield Step(CommandState.RUNNING, exchange.progress, result=IN_PROGRESS)
        if not exchange.outcome.answered:
            raise VehicleError(
                f"{self.vehicle.vehicle_id} says no more of {what}.",
                code="vehicle.silent",
                hint="Whether it was finished is unknown; look at its messages.",
            )
        if not exchange.outcome.accepted:
            reason = await self._reason(since_s)
            self.result = exchange.outcome.result_name
            raise VehicleError(
                f"{self.vehicle.vehicle_id} ended {what} ({exchange.outcome.result_name}){': ' + reason if reason else ''}.",
                code="command.cancelled" if exchange.outcome.result == CANCELLED else "vehicle.refused",
                hint="Read the vehicle's own message and try again." if reason else "The autopilot gave no reason.",
            )

    async def _cancelled(
        self, exchange: CommandExchange, message: WireMessage, answers: MemoryObjectReceiveStream[WireMessage], what: str
    ) -> VehicleError:
        """The vehicle is told to stop, and what it says to that becomes the reason."""
        last = CommandExchange(message, self.vehicle.own)  # hears the final acknowledgement of the same command; sends nothing
        told_to_stop = exchange.cancel()
        self.vehicle.send(told_to_stop)
        with anyio.move_on_after(ACK_TIMEOUT_S if told_to_stop else 0.0):
            while last.outcome is None:
                last.on_message(await answers.receive())
        if last.outcome is None:
            return VehicleError(
                f"Cancelled, but {self.vehicle.vehicle_id} did not say that it stopped {what}.",
                code="command.cancelled",
                hint="Look at its messages: it may have gone on.",
            )
        self.result = last.outcome.result_name
        if last.outcome.accepted:
            return VehicleError(
                f"Cancelled too late: {self.vehicle.vehicle_id} had finished {what}.",
                code="command.cancelled",
                hint="What was done stays done.",
            )
        return VehicleError(
            f"Cancelled: {self.vehicle.vehicle_id} stopped {what}.", code="command.cancelled", hint="What was done until then stays done."
        )

    async def _reason(self, since_s: float) -> str:
        def texts() -> list[str]:
            return [text.text for at_s, text in self.vehicle.texts if at_s >= since_s and text.level <= _REASON_LEVEL]

        await self.vehicle.wait_until(lambda: bool(texts()), REASON_WAIT_S)
        return "; ".join(dict.fromkeys(texts()))

    async def expect(
        self, condition: Callable[[], bool], what: str, outcome: CommandOutcome, deadline_s: float = EFFECT_DEADLINE_S
    ) -> None:
        """Wait for the effect. Raises: `VehicleError` when it is not seen in time."""
        seen = await self.vehicle.wait_until(lambda: condition() or self.turn.superseded_by is not None, deadline_s)
        if condition():
            return
        self.check_turn()
        if not seen:
            how = "accepted the command" if outcome.accepted else "did not answer"
            lost = " and its link is lost" if not self.vehicle.online else ""
            raise VehicleError(
                f"{self.vehicle.vehicle_id} {how}{lost}, but {what} was not seen within {deadline_s:g} s.",
                code="vehicle.no_effect",
                hint="Look at the vehicle before sending the command again.",
            )

    async def enter_mode(self, mode: str) -> None:
        """Change the flight mode and see it in a heartbeat."""
        autopilot = self.estimate.autopilot
        request = autopilot.mode_request(mode)
        if request is None:
            known = ", ".join(sorted(autopilot.modes)) or "none known"
            raise VehicleError(
                f"{self.vehicle.vehicle_id} has no mode '{mode}'; its modes: {known}.", code="vehicle.mode", hint="Choose one of those."
            )
        if self.estimate.custom_mode == request.custom_mode:
            return
        message = command_long(self.vehicle.address, mavlink.MAV_CMD_DO_SET_MODE, request.base_mode, request.main_mode, request.sub_mode)
        outcome = await self.order(message, f"mode {mode}")
        await self.expect(lambda: self.estimate.custom_mode == request.custom_mode, f"mode {mode}", outcome)

    async def set_armed(self, armed: bool) -> None:
        """Arm or disarm and see it in a heartbeat."""
        word = "arming" if armed else "disarming"
        message = command_long(self.vehicle.address, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, float(armed))
        outcome = await self.order(message, word)
        await self.expect(lambda: self.estimate.armed is armed, word, outcome)

    async def follow(
        self,
        finished: Callable[[], bool],
        progress: Callable[[], float | None],
        broken: Callable[[], str | None],
        *,
        what: str,
        deadline_s: float,
    ) -> AsyncGenerator[Step]:
        """Yield `running` about once a second until `finished`.

        Raises: `VehicleError` when superseded, when `broken` gives a reason, or after `deadline_s`.
        """
        end_s, told_s = time.monotonic() + deadline_s, float("-inf")
        while not finished():
            self.check_turn()
            if (reason := broken()) is not None:
                raise VehicleError(
                    f"{what} ended early: {reason}.", code="vehicle.interrupted", hint="Command the vehicle again if that was not meant."
                )
            now_s = time.monotonic()
            if now_s > end_s:
                raise VehicleError(
                    f"{what} was not finished within {deadline_s:.0f} s.",
                    code="vehicle.no_effect",
                    hint="Look at the vehicle; it may still be under way.",
                )
            if now_s - told_s >= PROGRESS_EVERY_S:
                told_s = now_s
                share = progress()
                yield Step(CommandState.RUNNING, None if share is None else max(0.0, min(1.0, share)))
            await self.vehicle.wait_change(0.5)
