"""A link without a network: two ends joined in memory, for tests and for a simulator in the same process."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ground_station.links.link import Inbox, Packet, Peer


class MemoryLink:
    """One end of a pair; what one end sends the other receives, whole and in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.inbox = Inbox()
        self.other: MemoryLink | None = None
        self._open = False

    async def __aenter__(self) -> Self:
        self._open = True
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open = False

    def waiting(self) -> Packet | None:
        return self.inbox.take()

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        return self.inbox.take_all(most)

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            pass
        return packet

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if not self._open or self.other is None:
            return False
        self.other.inbox.put(Packet(data, self.url))
        return True


def memory_pair(name: str = "memory") -> tuple[MemoryLink, MemoryLink]:
    """Two joined ends."""
    here, there = MemoryLink(f"{name}:here"), MemoryLink(f"{name}:there")
    here.other, there.other = there, here
    return here, there
