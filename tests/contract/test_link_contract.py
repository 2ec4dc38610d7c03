"""Every link does the same: bytes cross whole in both directions, sending never blocks, opening fails with one clear sentence."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import pytest

from geo.primitives import LinkError
from ground_station.links import Link, make_link, memory_pair, parse_link_url
from tests.support.programs import free_port

HEARTBEAT = bytes.fromhex("fd09000000010100000000000000020351040395e7")

FarEnd = tuple[Callable[[bytes], Any], Callable[[], Any]]  # send, receive one


@asynccontextmanager
async def memory() -> AsyncIterator[tuple[Link, FarEnd]]:
    here, there = memory_pair()
    async with here, there:

        async def receive() -> bytes:
            return (await there.receive()).data

        yield here, (there.send, receive)


@asynccontextmanager
async def udpin() -> AsyncIterator[tuple[Link, FarEnd]]:
    port = free_port(socket.SOCK_DGRAM)
    async with make_link(f"udpin:127.0.0.1:{port}") as link, await anyio.create_connected_udp_socket("127.0.0.1", port) as far:
        await far.send(b"hello")  # a listener answers only who has spoken
        assert (await link.receive()).data == b"hello"
        yield link, (far.send, far.receive)


@asynccontextmanager
async def udpout() -> AsyncIterator[tuple[Link, FarEnd]]:
    async with await anyio.create_udp_socket(local_host="127.0.0.1") as far:
        port = far.extra(anyio.abc.SocketAttribute.local_port)
        async with make_link(f"udpout:127.0.0.1:{port}") as link:
            link.send(b"hello")
            _, address = await far.receive()

            async def send(data: bytes) -> None:
                await far.sendto(data, *address)

            async def receive() -> bytes:
                return (await far.receive())[0]

            yield link, (send, receive)


@asynccontextmanager
async def tcp() -> AsyncIterator[tuple[Link, FarEnd]]:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        accepted: list[anyio.abc.SocketStream] = []
        arrived = anyio.Event()

        async def accept(stream: anyio.abc.SocketStream) -> None:
            accepted.append(stream)
            arrived.set()
            await anyio.sleep_forever()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, accept)
            async with make_link(f"tcp:127.0.0.1:{port}") as link:
                await arrived.wait()
                yield link, (accepted[0].send, accepted[0].receive)
            await accepted[0].aclose()
            tasks.cancel_scope.cancel()


@asynccontextmanager
async def tcpin() -> AsyncIterator[tuple[Link, FarEnd]]:
    port = free_port(socket.SOCK_STREAM)
    async with make_link(f"tcpin:127.0.0.1:{port}") as link, await anyio.connect_tcp("127.0.0.1", port) as far:
        await far.send(b"hello")
        assert (await link.receive()).data == b"hello"
        yield link, (far.send, far.receive)


@asynccontextmanager
async def serial() -> AsyncIterator[tuple[Link, FarEnd]]:
    master, slave = os.openpty()
    os.set_blocking(master, False)

    async def receive() -> bytes:
        while True:
            try:
                return os.read(master, 4096)
            except BlockingIOError:
                await anyio.wait_readable(master)

    async with AsyncExitStack() as stack:
        stack.callback(os.close, master)
        stack.callback(os.close, slave)
        link = await stack.enter_async_context(make_link(f"serial:{os.ttyname(slave)}:57600"))
        yield link, (lambda data: os.write(master, data), receive)


LINKS = [memory, udpin, udpout, tcp, tcpin, serial]


@pytest.fixture(params=LINKS, ids=lambda make: make.__name__)
def opened(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.anyio
async def test_bytes_cross_whole_in_both_directions(opened: Any) -> None:
    with anyio.fail_after(45):
        async with opened() as (link, (send, receive)):
            for _ in range(3):
                sent = send(HEARTBEAT)
                if asyncio.iscoroutine(sent):
                    await sent
                got = b""
                while len(got) < len(HEARTBEAT):
                    got += (await link.receive()).data
                assert got == HEARTBEAT
                assert link.send(HEARTBEAT)
                back = b""
                while len(back) < len(HEARTBEAT):
                    back += await receive()
                assert back == HEARTBEAT


@pytest.mark.anyio
async def test_a_closed_link_takes_nothing(opened: Any) -> None:
    with anyio.fail_after(45):
        async with opened() as (link, _):
            pass
        assert link.send(HEARTBEAT) is False


@pytest.mark.anyio
async def test_udp_listener_answers_each_vehicle_where_it_was_heard() -> None:
    port = free_port(socket.SOCK_DGRAM)
    with anyio.fail_after(45):
        async with (
            make_link(f"udpin://127.0.0.1:{port}") as link,
            await anyio.create_connected_udp_socket("127.0.0.1", port) as first,
            await anyio.create_connected_udp_socket("127.0.0.1", port) as second,
        ):
            await first.send(b"one")
            await second.send(b"two")
            peers = {packet.data: packet.peer for packet in [await link.receive(), await link.receive()]}
            link.send(b"to two", peers[b"two"])
            link.send(b"to all")
            assert [await second.receive(), await second.receive()] == [b"to two", b"to all"]
            assert await first.receive() == b"to all"


@pytest.mark.anyio
async def test_tcp_link_comes_back_after_the_other_end_restarts() -> None:
    port = free_port(socket.SOCK_STREAM)
    with anyio.fail_after(45):
        async with AsyncExitStack() as stack:
            server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", port)
            link = await stack.enter_async_context(make_link(f"tcp:127.0.0.1:{port}"))
            server.close()

            def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(b"again")
                writer.close()

            server = await asyncio.start_server(greet, "127.0.0.1", port)
            assert (await link.receive()).data == b"again"
            server.close()


@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["udpin", "tcpin"])
async def test_a_taken_port_is_one_clear_error(scheme: str) -> None:
    kind = socket.SOCK_DGRAM if scheme == "udpin" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if scheme == "tcpin":
            holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LinkError, match=f"127.0.0.1:{port} is taken") as caught:
            async with make_link(f"{scheme}:127.0.0.1:{port}"):
                pass
        assert caught.value.code == "link.port_taken"
        assert caught.value.hint


@pytest.mark.anyio
async def test_an_unreachable_tcp_address_is_one_clear_error() -> None:
    port = free_port(socket.SOCK_STREAM)
    with pytest.raises(LinkError, match=f"127.0.0.1:{port} refused") as caught:
        async with make_link(f"tcp:127.0.0.1:{port}"):
            pass
    assert caught.value.code == "link.unreachable"


@pytest.mark.anyio
async def test_an_absent_serial_port_is_one_clear_error() -> None:
    with pytest.raises(LinkError, match="/dev/no-such-port cannot be opened") as caught:
        async with make_link("serial:/dev/no-such-port:57600"):
            pass
    assert caught.value.code == "link.unreachable"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("udpin:0.0.0.0:14550", ("udpin", "0.0.0.0", 14550)),
        ("udpin://0.0.0.0:14550", ("udpin", "0.0.0.0", 14550)),
        ("udpin://:14540", ("udpin", "0.0.0.0", 14540)),
        ("udp://:14540", ("udpin", "0.0.0.0", 14540)),
        ("udpout:192.168.1.5:14550", ("udpout", "192.168.1.5", 14550)),
        ("udpout://192.168.1.5:14550", ("udpout", "192.168.1.5", 14550)),
        ("tcp:127.0.0.1:5760", ("tcp", "127.0.0.1", 5760)),
        ("tcpout://127.0.0.1:5760", ("tcp", "127.0.0.1", 5760)),
        ("tcpin:0.0.0.0:5770", ("tcpin", "0.0.0.0", 5770)),
        ("tcp:[::1]:5760", ("tcp", "::1", 5760)),
        ("serial:/dev/ttyUSB0:115200", ("serial", "/dev/ttyUSB0", 115200)),
        ("serial:///dev/ttyUSB0:115200", ("serial", "/dev/ttyUSB0", 115200)),
        ("serial:/dev/ttyUSB0", ("serial", "/dev/ttyUSB0", 57600)),
    ],
)
def test_every_spelling_of_a_link_is_read(url: str, expected: tuple[str, str, int]) -> None:
    address = parse_link_url(url)
    assert (address.scheme, address.host, address.port) == expected


@pytest.mark.parametrize(
    "url", ["", "14550", "foo:1:2", "udpin:0.0.0.0", "udpout:14550", "tcp:host", "tcp:host:99999", "udpin:0.0.0.0:abc"]
)
def test_a_bad_link_address_is_refused_by_name(url: str) -> None:
    with pytest.raises(LinkError) as caught:
        parse_link_url(url)
    assert caught.value.code == "link.url"
    assert repr(url)[1:-1] in caught.value.message
    assert "udpin:0.0.0.0:14550" in caught.value.hint
