"""Speaking with a vehicle: what is sent, what comes back, and how to wait for something to become true of it."""

import time
from collections.abc import AsyncGenerator, Callable, Iterable, Set
from contextlib import AbstractContextManager, aclosing
from typing import TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from ground_station.mavlink import Address, CommandExchange, CommandOutcome, Exchange, WireMessage
from ground_station.vehicles.listeners import Listeners

Outcome = TypeVar("Outcome")

MESSAGES_WAITING = 256  # for one subscriber; one that does not keep up loses the newest, as on a bad link
ANSWERS_WAITING = 4096  # for an exchange: a burst of a file comes faster than the loop turns


class Conversing:
    """The half of `Vehicle` that listens and speaks. `transmit` puts a message on whichever route the vehicle was heard on."""

    __slots__ = ("_listeners", "_transmit", "own")

    def __init__(self, own: Address, transmit: Callable[[WireMessage], bool], listeners: Listeners) -> None:
        self.own, self._transmit, self._listeners = own, transmit, listeners

    def subscribe(
        self, kinds: Set[str], *, waiting: int = MESSAGES_WAITING
    ) -> AbstractContextManager[MemoryObjectReceiveStream[WireMessage]]:
        """Messages of these names, from every component of this system, as they come. `waiting` is kept; more is dropped."""
        return self._listeners.subscribe(kinds, waiting)

    def notify(self) -> None:
        """Wake whoever waits for this vehicle to change."""
        self._listeners.notify()

    async def wait_change(self, timeout_s: float) -> None:
        """Return at the next message, or after `timeout_s`."""
        await self._listeners.change(timeout_s)

    async def wait_until(self, condition: Callable[[], bool], deadline_s: float) -> bool:
        """True as soon as `condition` holds, False when `deadline_s` has passed without it."""
        return await self._listeners.until(condition, deadline_s)

    def send(self, messages: Iterable[WireMessage]) -> None:
        for message in messages:
            self._transmit(message)

    async def conversing(self, exchange: Exchange[Outcome]) -> AsyncGenerator[None]:
        """Drive an exchange to its outcome, yielding after each thing that moved it on.

        Left before its end, it just stops: nothing more is sent.
        """
        with self.subscribe(exchange.kinds, waiting=ANSWERS_WAITING) as answers:
            self.send(exchange.opening())
            while exchange.outcome is None:
                seen, end = exchange.activity, time.monotonic() + exchange.timeout_s
                while exchange.outcome is None and exchange.activity == seen:
                    with anyio.move_on_after(end - time.monotonic()):
                        self.send(exchange.on_message(await answers.receive()))
                        continue
                    self.send(exchange.on_silence())
                    break
                yield

    async def converse(self, exchange: Exchange[Outcome]) -> Outcome:
        """Drive an exchange to its outcome."""
        async with aclosing(self.conversing(exchange)) as steps:
            async for _ in steps:
                pass
        assert exchange.outcome is not None
        return exchange.outcome

    async def command(self, message: WireMessage) -> CommandOutcome:
        """Send a state-changing command once and wait for its acknowledgement."""
        return await self.converse(CommandExchange(message, self.own))

    async def query(self, message: WireMessage) -> CommandOutcome:
        """Send a command that changes nothing, again if need be."""
        return await self.converse(CommandExchange.query(message, self.own))
