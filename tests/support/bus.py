"""A real message bus for tests marked `bus`: one private server a session."""

from collections.abc import Iterator

import anyio
import pytest

from ground_station.bus.private_server import PrivateNats


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = PrivateNats(tmp_path_factory.mktemp("bus"))
    yield anyio.run(server.start)
    anyio.run(server.stop)
