"""A little NTRIP caster on a real TCP port, of version 1 or 2, with a name and a password."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import SocketAttribute, SocketStream
from pyrtcm import calc_crc24q


def rtcm_frame(kind: int, size: int = 30) -> bytes:
    """A whole RTCM 3 frame of `size` bytes of payload that begins with its message number."""
    body = bytes([kind >> 4, kind << 4 & 0xFF]) + bytes(range(2, 2 + min(size - 2, 200))).ljust(size - 2, b"\x55")
    head = bytes([0xD3, size >> 8, size & 0xFF]) + body
    return head + calc_crc24q(head).to_bytes(3, "big")


@dataclass
class Caster:
    """`version` 1, or 2 with chunks. `drop` ends the connections there are; `data` is sent to each, over and over."""

    version: int = 2
    data: bytes = b""
    port: int = 0
    requests: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)
    streams: list[SocketStream] = field(default_factory=list)

    async def drop(self) -> None:
        for stream in self.streams:
            await stream.aclose()
        self.streams.clear()

    async def serve(self, stream: SocketStream) -> None:
        async with stream:
            request = b""
            while b"\r\n\r\n" not in request:
                request += await stream.receive()
            head = request.decode("latin-1")
            self.requests.append(head)
            if f"Basic {b64encode(b'rover:s3cret').decode()}" not in head:
                await stream.send(b"HTTP/1.1 401 Unauthorized\r\n\r\n" if self.version == 2 else b"ERROR - Bad Password\r\n")
                return
            if not head.startswith("GET /NEAR "):
                await stream.send(b"SOURCETABLE 200 OK\r\nContent-Type: text/plain\r\n\r\nENDSOURCETABLE\r\n")
                return
            answer = (
                b"HTTP/1.1 200 OK\r\nContent-Type: gnss/data\r\nTransfer-Encoding: chunked\r\n\r\n"
                if self.version == 2
                else b"ICY 200 OK\r\n"
            )
            await stream.send(answer)
            self.streams.append(stream)
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._send, stream)
                    while True:
                        self.positions += (await stream.receive()).decode("latin-1").split()
            except* (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
                pass  # the client left, or was dropped

    async def _send(self, stream: SocketStream) -> None:
        while True:
            framed = b"%x\r\n" % len(self.data) + self.data + b"\r\n" if self.version == 2 else self.data
            await stream.send(framed)
            await anyio.sleep(0.05)


@asynccontextmanager
async def running_caster(caster: Caster) -> AsyncIterator[Caster]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    caster.port = listener.extra(SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, caster.serve)
        yield caster
        tasks.cancel_scope.cancel()
