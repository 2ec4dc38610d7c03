"""Non-blocking sockets of simulated vehicles, polled once a step. A peer that is away never stops the flight."""

import socket
from errno import ENOTCONN
from typing import Any, Protocol

from geo.primitives import LinkError
from sim.addresses import Address, resolve
from sim.wire import WireReader

MOST_DATAGRAMS_PER_POLL = 200
READ_BYTES = 65536
MOST_UNSENT_BYTES = 262_144
RECONNECT_POLLS = 50


class VehicleSocket(Protocol):
    """Both directions of one vehicle's link."""

    def receive(self) -> list[Any]: ...

    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def open_socket(address: Address) -> VehicleSocket:
    """Raises `LinkError` when the host is unknown or the port is taken."""
    if address.scheme == "tcpin":
        return TcpServer(address)
    if address.scheme == "tcp":
        return TcpClient(address)
    return UdpSocket(address)


class UdpSocket:
    """`udpout` sends to a fixed peer from the first moment; `udpin` waits for a peer and answers whoever spoke last."""

    def __init__(self, address: Address) -> None:
        host_port = resolve(address)
        self._peer: tuple[str, int] | None = host_port if address.scheme == "udpout" else None
        self._fixed = self._peer is not None
        self._readers: dict[tuple[str, int], WireReader] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        if not self._fixed:
            _bind(self._socket, address, host_port)

    def receive(self) -> list[Any]:
        messages: list[Any] = []
        for _ in range(MOST_DATAGRAMS_PER_POLL):
            try:
                data, sender = self._socket.recvfrom(READ_BYTES)
            except OSError:
                break
            if not self._fixed:
                self._peer = sender
            messages.extend(self._readers.setdefault(sender, WireReader()).read(data))
        return messages

    def send(self, data: bytes) -> None:
        if self._peer is None:
            return
        try:
            self._socket.sendto(data, self._peer)
        except OSError:
            return  # nobody there, or the buffer is full: radio links lose packets too

    def close(self) -> None:
        self._socket.close()


class TcpServer:
    """A listening port any number of stations may connect to; each hears everything."""

    def __init__(self, address: Address) -> None:
        self._clients: dict[socket.socket, tuple[WireReader, bytearray]] = {}
        self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._server.setblocking(False)
        _bind(self._server, address, resolve(address))
        self._server.listen(8)

    def receive(self) -> list[Any]:
        self._accept()
        messages: list[Any] = []
        for client, (reader, _) in list(self._clients.items()):
            try:
                data = client.recv(READ_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if data:
                messages.extend(reader.read(data))
            else:
                self._drop(client)
        return messages

    def send(self, data: bytes) -> None:
        for client, (_, unsent) in list(self._clients.items()):
            unsent.extend(data)
            try:
                del unsent[: client.send(unsent)]
            except BlockingIOError:
                pass
            except OSError:
                self._drop(client)
                continue
            if len(unsent) > MOST_UNSENT_BYTES:
                self._drop(client)

    def close(self) -> None:
        for client in list(self._clients):
            self._drop(client)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._clients[client] = (WireReader(), bytearray())

    def _drop(self, client: socket.socket) -> None:
        self._clients.pop(client, None)
        client.close()


class TcpClient:
    """Connects to a listening station and, when it is away, tries again each second of polls."""

    def __init__(self, address: Address) -> None:
        self._host_port = resolve(address)
        self._socket: socket.socket | None = None
        self._reader = WireReader()
        self._unsent = bytearray()
        self._wait_polls = 0

    def receive(self) -> list[Any]:
        if self._socket is None and not self._connecting():
            return []
        try:
            data = self._socket.recv(READ_BYTES) if self._socket is not None else b""
        except (BlockingIOError, InterruptedError):
            return []
        except OSError as error:
            if error.errno == ENOTCONN:  # the handshake is still under way
                return []
            data = b""
        if not data:
            self._drop()
            return []
        return self._reader.read(data)

    def send(self, data: bytes) -> None:
        if self._socket is None:
            return
        self._unsent.extend(data)
        try:
            del self._unsent[: self._socket.send(self._unsent)]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            if error.errno != ENOTCONN:
                self._drop()
                return
        if len(self._unsent) > MOST_UNSENT_BYTES:
            self._drop()

    def close(self) -> None:
        self._drop()

    def _connecting(self) -> bool:
        self._wait_polls -= 1
        if self._wait_polls > 0:
            return False
        self._wait_polls = RECONNECT_POLLS
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.connect_ex(self._host_port)
        self._socket = client
        return True

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._unsent.clear()
        self._reader = WireReader()


def _bind(sock: socket.socket, address: Address, host_port: tuple[str, int]) -> None:
    try:
        sock.bind(host_port)
    except OSError as error:
        sock.close()
        raise LinkError(
            f"Link {address} cannot be opened: {error.strerror or error}.",
            code="link.taken",
            hint="Another program uses the port, or the address is not this machine's; choose another with --out.",
        ) from error
