"""A real message bus for tests marked `bus`: one private server a session, with nothing kept from the test before."""

from collections.abc import Iterator

import anyio
import pytest

from ground_station.bus.connection import connect_bus
from ground_station.bus.private_server import PrivateNats


@pytest.fixture(scope="session")
def nats_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = PrivateNats(tmp_path_factory.mktemp("bus"))
    yield anyio.run(server.start)
    anyio.run(server.stop)


@pytest.fixture
def nats_url(nats_server_url: str) -> str:
    """An empty bus: leases, overrides and last states are kept in it, and would be those of another test's vehicle of the same name."""
    anyio.run(_empty, nats_server_url)
    return nats_server_url


async def _empty(url: str) -> None:
    async with connect_bus(url, name="tests") as client:
        jetstream = client.jetstream()
        for stream in await jetstream.streams_info():
            assert stream.config.name is not None
            await jetstream.delete_stream(stream.config.name)
