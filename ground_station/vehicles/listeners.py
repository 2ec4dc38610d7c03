"""Who waits for messages of a vehicle, or for it to change."""

import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from ground_station.mavlink import WireMessage
from ground_station.vehicles.interest import Interest

LOOKED_AT_LEAST_S = 0.5  # a condition may become true by time alone


class Listeners:
    """Subscribers by message name, and those that wait for any change. `see`: from now on each message, or each of these, is wanted."""

    __slots__ = ("_interest", "_see", "_subscribers", "_waiting")

    def __init__(self, interest: Interest, see: Callable[[Set[str] | None], None]) -> None:
        self._interest, self._see = interest, see
        self._subscribers: dict[str, list[MemoryObjectSendStream[WireMessage]]] = {}
        self._waiting: list[anyio.Event] = []

    @property
    def wait_for_change(self) -> bool:
        """Whether anybody wants to know of any change at once."""
        return bool(self._waiting)

    def want(self, kind: str) -> bool:
        """Whether anybody wants to see each message of this name."""
        return bool(self._subscribers.get(kind))

    def hand_on(self, kind: str, message: WireMessage) -> None:
        for subscriber in self._subscribers.get(kind, ()):
            with suppress(anyio.WouldBlock):
                subscriber.send_nowait(message)

    @contextmanager
    def subscribe(self, kinds: Set[str], waiting: int) -> Iterator[MemoryObjectReceiveStream[WireMessage]]:
        send, receive = anyio.create_memory_object_stream[WireMessage](waiting)
        self._interest.add(kinds)
        self._see(kinds)
        for kind in kinds:
            self._subscribers.setdefault(kind, []).append(send)
        try:
            with send, receive:
                yield receive
        finally:
            for kind in kinds:
                self._subscribers[kind].remove(send)
            self._interest.drop(kinds)

    def notify(self) -> None:
        """Wake whoever waits for a change."""
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            event.set()

    async def change(self, timeout_s: float) -> None:
        """Return at the next message that is looked into, or after `timeout_s`."""
        event = anyio.Event()
        self._waiting.append(event)
        self._see(None)
        with anyio.move_on_after(timeout_s):
            await event.wait()

    async def until(self, condition: Callable[[], bool], deadline_s: float) -> bool:
        """True as soon as `condition` holds, False when `deadline_s` has passed without it."""
        end = time.monotonic() + deadline_s
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            await self.change(min(left, LOOKED_AT_LEAST_S))
        return True
