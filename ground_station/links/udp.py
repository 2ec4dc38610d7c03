"""MAVLink over UDP. `udpin` listens and answers each vehicle at the address it was heard from; `udpout` speaks to one address."""

import asyncio
import errno
import logging
import socket
import time
from types import TracebackType
from typing import Any, Self

from geo.primitives import LinkError
from ground_station.links.link import Inbox, LinkAddress, Packet, Peer

logger = logging.getLogger(__name__)

PEER_FORGOTTEN_S = 60.0  # a peer silent for longer gets no more broadcasts; its system comes back with its next packet
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024  # a burst of parameters from many vehicles fits while the loop is busy


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, inbox: Inbox, peers: dict[Peer, float]) -> None:
        self._inbox, self._peers = inbox, peers

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._peers[addr] = time.monotonic()
        self._inbox.put(Packet(data, addr))

    def error_received(self, exc: Exception) -> None:
        # ICMP "port unreachable" while nobody listens yet: normal for udpout, and the next heartbeat tries again.
        logger.debug("udp: %s", exc)


class _UdpLink:
    def __init__(self, address: LinkAddress) -> None:
        self.url = address.url
        self.address = address
        self.inbox = Inbox()
        self._peers: dict[Peer, float] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        try:
            self._transport = await self._open(loop)
        except OSError as error:
            raise self._refusal(error) from error
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        return self

    async def _open(self, loop: asyncio.AbstractEventLoop) -> asyncio.DatagramTransport:
        raise LinkError(f"Link '{self.url}' has no direction.", code="link.url")

    def _refusal(self, error: OSError) -> LinkError:
        where = f"{self.address.host}:{self.address.port}"
        if error.errno == errno.EADDRINUSE:
            return LinkError(
                f"UDP port {where} is taken by another program.",
                code="link.port_taken",
                hint="Stop the other ground station or listen on another port, for example udpin:0.0.0.0:14551.",
            )
        if error.errno == errno.EACCES:
            return LinkError(f"UDP port {where} may not be opened.", code="link.denied", hint="Use a port above 1023.")
        return LinkError(
            f"UDP address {where} cannot be used ({error.strerror or error}).",
            code="link.unreachable",
            hint="Check the host name; udpin takes an address of this machine, usually 0.0.0.0.",
        )

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await asyncio.sleep(0)  # the transport gives its socket back on the next turn of the loop

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            pass
        return packet

    @property
    def local_port(self) -> int:
        """The port really bound, which udpout leaves to the system."""
        assert self._transport is not None, "open the link first"
        return int(self._transport.get_extra_info("sockname")[1])


class UdpInLink(_UdpLink):
    """Listens on a port; any number of vehicles may speak to it."""

    async def _open(self, loop: asyncio.AbstractEventLoop) -> asyncio.DatagramTransport:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self.inbox, self._peers), local_addr=(self.address.host, self.address.port)
        )
        return transport

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if self._transport is None:
            return False
        if peer is not None:
            self._transport.sendto(data, peer)
            return True
        oldest = time.monotonic() - PEER_FORGOTTEN_S
        for known, heard in list(self._peers.items()):
            if heard < oldest:
                del self._peers[known]
            else:
                self._transport.sendto(data, known)
        return bool(self._peers)


class UdpOutLink(_UdpLink):
    """Speaks to one address first: for vehicles and routers that wait to be spoken to."""

    async def _open(self, loop: asyncio.AbstractEventLoop) -> asyncio.DatagramTransport:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self.inbox, self._peers), remote_addr=(self.address.host, self.address.port)
        )
        return transport

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if self._transport is None:
            return False
        self._transport.sendto(data)
        return True
