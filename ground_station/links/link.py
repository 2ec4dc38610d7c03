"""What every link can do, and how link addresses are written.

A link is opened with `async with`, yields packets, and sends to one peer or to all. A peer is whoever is at the other
end: an address for links where several may speak (UDP, TCP server), one constant elsewhere.
"""

import re
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self

import anyio

from geo.primitives import LinkError

Peer = tuple[Any, ...] | str | None

INBOX_PACKETS = 32_768  # a second of a thousand vehicles: a stall longer than that should lose telemetry, not memory
BACK_OFF_FIRST_S, BACK_OFF_MOST_S = 0.5, 10.0


class Packet(NamedTuple):
    """Bytes as they arrived, and who sent them. A datagram on UDP, any cut of the stream elsewhere."""

    data: bytes
    peer: Peer


class Link(AbstractAsyncContextManager["Link"], Protocol):
    """Port to the outside. One reader; sending never blocks."""

    url: str

    async def __aenter__(self) -> Self:
        """Open. Raises: `LinkError` when it cannot be opened within its deadline."""
        ...

    async def receive(self) -> Packet:
        """The next packet. Streams reconnect in here, so a vanished peer is a wait and not an error."""
        ...

    def waiting(self) -> Packet | None:
        """The next packet if it is here already: a busy reader need not wait for each."""
        ...

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        """Up to `most` packets that are here already, oldest first, as plain (data, peer)."""
        ...

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        """Send to `peer`, or to every peer known. False when there is nobody to send to, so the bytes were dropped."""
        ...


class Inbox:
    """Packets waiting for the reader. When full the oldest goes and `overruns` counts it: fresh telemetry is worth more."""

    def __init__(self, limit: int = INBOX_PACKETS) -> None:
        self._limit = limit
        self._packets: deque[tuple[bytes, Peer]] = deque()  # plain pairs: naming each costs 0.3 µs
        self._arrived = anyio.Event()
        self._interrupted = False
        self.overruns = 0

    def put(self, packet: tuple[bytes, Peer]) -> None:
        self.put_all((packet,))

    def put_all(self, packets: Sequence[tuple[bytes, Peer]]) -> None:
        """Several at once, oldest first: the reader is woken once."""
        self._packets.extend(packets)
        while len(self._packets) > self._limit:
            self._packets.popleft()
            self.overruns += 1
        if not self._arrived.is_set():
            self._arrived.set()

    def take(self) -> Packet | None:
        """The oldest packet, None when there is none."""
        return Packet._make(self._packets.popleft()) if self._packets else None

    def take_all(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        """Up to `most` packets, oldest first."""
        if len(self._packets) > most:
            return [self._packets.popleft() for _ in range(most)]
        packets, self._packets = self._packets, deque()
        return packets

    def interrupt(self) -> None:
        """The source has gone: the reader gets what is left, then None once."""
        self._interrupted = True
        self._arrived.set()

    async def get(self) -> Packet | None:
        """The oldest packet; None once after `interrupt`."""
        while not self._packets:
            if self._interrupted:
                self._interrupted = False
                return None
            self._arrived = anyio.Event()
            await self._arrived.wait()
        return Packet._make(self._packets.popleft())


class BackOff:
    """How long to wait before the next try: doubling from half a second to ten."""

    def __init__(self) -> None:
        self._next_s = BACK_OFF_FIRST_S

    def next_s(self) -> float:
        wait_s, self._next_s = self._next_s, min(2 * self._next_s, BACK_OFF_MOST_S)
        return wait_s


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """A link address taken apart. `scheme` is one of udpin, udpout, tcp, tcpin, serial; `host` is the device for serial."""

    url: str
    scheme: str
    host: str
    port: int


# MAVSDK's spellings and the ones people type, each to our scheme.
_SCHEMES = {
    "udpin": "udpin",
    "udp": "udpin",
    "udpout": "udpout",
    "tcp": "tcp",
    "tcpout": "tcp",
    "tcpin": "tcpin",
    "serial": "serial",
}
_HINT = "Write it as udpin:0.0.0.0:14550, udpout:HOST:PORT, tcp:HOST:PORT, tcpin:HOST:PORT or serial:/dev/ttyX:57600."
_DEFAULT_BAUD = 57600  # what telemetry radios leave the factory with


def parse_link_url(url: str) -> LinkAddress:
    """Take a link address apart. Raises: `LinkError` (code link.url) naming the address and what is wrong with it."""
    match = re.fullmatch(r"(?P<scheme>[a-z]+):(//)?(?P<rest>.+)", url.strip())
    if match is None or match["scheme"] not in _SCHEMES:
        raise LinkError(f"Link address '{url}' is not known.", code="link.url", hint=_HINT)
    scheme, rest = _SCHEMES[match["scheme"]], match["rest"]
    if scheme == "serial":
        device, _, baud = rest.rpartition(":")
        if not device:
            device, baud = rest, str(_DEFAULT_BAUD)
        if not device.startswith("/"):
            device = "/" + device  # serial:///dev/x has lost its third slash to the pattern only when written serial://dev/x
        return LinkAddress(url, scheme, device, _number(url, baud, "speed in baud", 4_000_000))
    host, _, port = rest.rpartition(":")
    if not host:
        if scheme in ("udpin", "tcpin") and not port.isdigit():
            raise LinkError(f"Link address '{url}' has no port.", code="link.url", hint=_HINT)
        if scheme not in ("udpin", "tcpin"):
            raise LinkError(f"Link address '{url}' has no host or no port.", code="link.url", hint=_HINT)
        host = "0.0.0.0"
    return LinkAddress(url, scheme, host.strip("[]"), _number(url, port, "port", 65535))


def _number(url: str, text: str, what: str, most: int) -> int:
    if not text.isdigit() or not 0 < int(text) <= most:
        raise LinkError(f"Link address '{url}' has '{text}' where a {what} from 1 to {most} belongs.", code="link.url", hint=_HINT)
    return int(text)
