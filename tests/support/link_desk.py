"""A station's links as its process opens them: the network, and the desk that opens, closes, remembers and forwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from ground_station.link_desk import LinkDesk
from ground_station.settings import StationSettings
from ground_station.vehicles import VehicleNetwork
from ground_station.vehicles.link_keeper import LinkKeeper


@asynccontextmanager
async def desk(folder: Path, *links: str, forward: tuple[str, ...] = ()) -> AsyncIterator[tuple[VehicleNetwork, LinkDesk]]:
    settings = StationSettings(links=list(links), forward=list(forward))
    async with anyio.create_task_group() as tasks, VehicleNetwork() as network:
        made = LinkDesk(network, LinkKeeper(network, tasks), settings, folder)
        await made.open_all()
        yield network, made
        tasks.cancel_scope.cancel()
