"""MAVLink over TCP. `tcp` connects and reconnects with back-off; `tcpin` listens for several clients."""

import asyncio
import errno
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import anyio

from geo.primitives import LinkError
from ground_station.links.link import BackOff, Inbox, LinkAddress, Packet, Peer

logger = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 5.0
SEND_BUFFER_BYTES = 256 * 1024  # a peer that does not read loses bytes beyond this instead of growing our memory


class _Stream(asyncio.Protocol):
    """One connection: bytes go to the inbox, its end interrupts the reader."""

    def __init__(self, inbox: Inbox, peers: dict[Peer, asyncio.Transport]) -> None:
        self._inbox, self._peers = inbox, peers
        self.peer: Peer = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.peer = transport.get_extra_info("peername")
        self._peers[self.peer] = transport

    def data_received(self, data: bytes) -> None:
        self._inbox.put(Packet(data, self.peer))

    def connection_lost(self, exc: Exception | None) -> None:
        self._peers.pop(self.peer, None)
        self._inbox.interrupt()


def _write(transport: asyncio.Transport, data: bytes) -> bool:
    if transport.is_closing() or transport.get_write_buffer_size() > SEND_BUFFER_BYTES:
        return False
    transport.write(data)
    return True


def _write_all(peers: dict[Peer, asyncio.Transport], data: bytes) -> bool:
    written = [_write(transport, data) for transport in peers.values()]
    return any(written)


class TcpClientLink:
    """Connects to HOST:PORT. The first connection must succeed; later breaks are mended inside `receive`."""

    def __init__(self, address: LinkAddress) -> None:
        self.url = address.url
        self.address = address
        self.inbox = Inbox()
        self.reconnections = 0
        self._peers: dict[Peer, asyncio.Transport] = {}

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for transport in list(self._peers.values()):
            transport.close()
        await asyncio.sleep(0)

    async def _connect(self) -> None:
        where = f"{self.address.host}:{self.address.port}"
        try:
            with anyio.fail_after(CONNECT_DEADLINE_S):
                await asyncio.get_running_loop().create_connection(
                    lambda: _Stream(self.inbox, self._peers), self.address.host, self.address.port
                )
        except (OSError, TimeoutError) as error:
            why = "refused the connection" if isinstance(error, ConnectionRefusedError) else "cannot be reached"
            if isinstance(error, TimeoutError):
                why = f"did not answer within {CONNECT_DEADLINE_S:g} s"
            raise LinkError(
                f"TCP address {where} {why}.",
                code="link.unreachable",
                hint="Check that the vehicle or simulator is running and that host and port are right.",
            ) from error

    def waiting(self) -> Packet | None:
        return self.inbox.take()

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        return self.inbox.take_all(most)

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            await self._reconnect()
        return packet

    async def _reconnect(self) -> None:
        logger.info("link %s closed by the other end, reconnecting", self.url)
        back_off = BackOff()
        while True:
            await anyio.sleep(back_off.next_s())
            try:
                await self._connect()
            except LinkError as error:
                logger.debug("link %s: %s", self.url, error)
            else:
                self.reconnections += 1
                logger.info("link %s is back", self.url)
                return

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        return _write_all(self._peers, data)


class TcpServerLink:
    """Listens on a port; each client is a peer."""

    def __init__(self, address: LinkAddress) -> None:
        self.url = address.url
        self.address = address
        self.inbox = Inbox()
        self._peers: dict[Peer, asyncio.Transport] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: _Stream(self.inbox, self._peers), self.address.host, self.address.port
            )
        except OSError as error:
            where = f"{self.address.host}:{self.address.port}"
            taken = error.errno == errno.EADDRINUSE
            raise LinkError(
                f"TCP port {where} is taken by another program." if taken else f"TCP port {where} cannot be opened ({error.strerror}).",
                code="link.port_taken" if taken else "link.unreachable",
                hint="Listen on another port, for example tcpin:0.0.0.0:5770.",
            ) from error
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for transport in list(self._peers.values()):
            transport.close()
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0)

    def waiting(self) -> Packet | None:
        return self.inbox.take()

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        return self.inbox.take_all(most)

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            pass
        return packet

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if peer is None:
            return _write_all(self._peers, data)
        transport = self._peers.get(peer)
        return transport is not None and _write(transport, data)
