"""MAVLink over UDP. `udpin` listens and answers each vehicle at the address it was heard from; `udpout` speaks to one address."""

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from geo.primitives import LinkError
from ground_station.links.datagrams import AT_ONCE, Receiver, receiver_of
from ground_station.links.link import Inbox, LinkAddress, Packet, Peer

logger = logging.getLogger(__name__)

PEER_FORGOTTEN_S = 60.0  # a peer silent for longer gets no more broadcasts; its system comes back with its next packet
TURNS_AT_ONCE = 8  # of `AT_ONCE` datagrams; then the other links and tasks have theirs
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024  # a burst of parameters from many vehicles fits while the loop is busy


class _UdpLink:
    """One socket, read until it is empty each time it has something: a thousand vehicles send a datagram each 50 µs."""

    def __init__(self, address: LinkAddress) -> None:
        self.url = address.url
        self.address = address
        self.inbox = Inbox()
        self._peers: dict[Peer, float] = {}
        self._receiver: Receiver | None = None
        self._socket: socket.socket | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self.address.host, self.address.port, type=socket.SOCK_DGRAM)
            opened = socket.socket(found[0][0], socket.SOCK_DGRAM)
            try:
                opened.setblocking(False)
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                self._join(opened, found[0][4])
            except OSError:
                opened.close()
                raise
        except OSError as error:
            raise self._refusal(error) from error
        self._socket, self._receiver = opened, receiver_of(opened)
        loop.add_reader(opened, self._readable)
        return self

    def _join(self, opened: socket.socket, where: Any) -> None:
        raise LinkError(f"Link '{self.url}' has no direction.", code="link.url")

    def _readable(self) -> None:
        assert self._receiver is not None
        now_s = time.monotonic()
        try:
            for _ in range(TURNS_AT_ONCE):
                packets = self._receiver.receive()
                self._peers.update({peer: now_s for _, peer in packets})
                self.inbox.put_all(packets)
                if len(packets) < AT_ONCE:
                    return
        except BlockingIOError:
            return
        except OSError as error:
            # ICMP "port unreachable" while nobody listens yet: normal for udpout, and the next heartbeat tries again.
            logger.debug("udp: %s", error)

    def _send(self, data: bytes, peer: Any) -> bool:
        """False when the system's buffer is full or has no way there: a datagram may be lost anyway."""
        if self._socket is None:
            return False
        try:
            if peer is None:
                self._socket.send(data)
            else:
                self._socket.sendto(data, peer)
        except OSError as error:
            logger.debug("udp: %s", error)
            return isinstance(error, ConnectionRefusedError)  # about an earlier datagram; nobody listens there yet
        return True

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
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def waiting(self) -> Packet | None:
        return self.inbox.take()

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        return self.inbox.take_all(most)

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            pass
        return packet

    @property
    def socket(self) -> socket.socket:
        assert self._socket is not None, "open the link first"
        return self._socket

    @property
    def local_port(self) -> int:
        """The port really bound, which udpout leaves to the system."""
        return int(self.socket.getsockname()[1])


class UdpInLink(_UdpLink):
    """Listens on a port; any number of vehicles may speak to it."""

    def _join(self, opened: socket.socket, where: Any) -> None:
        opened.bind(where)

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if peer is not None:
            return self._send(data, peer)
        oldest = time.monotonic() - PEER_FORGOTTEN_S
        for known, heard in list(self._peers.items()):
            if heard < oldest:
                del self._peers[known]
            else:
                self._send(data, known)
        return self._socket is not None and bool(self._peers)


class UdpOutLink(_UdpLink):
    """Speaks to one address first: for vehicles and routers that wait to be spoken to."""

    def _join(self, opened: socket.socket, where: Any) -> None:
        opened.connect(where)

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        return self._send(data, None)
