"""The private database and bus: started when no address is set, started again when they die."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import anyio
from anyio.to_thread import run_sync

from geo.core import PrivateCluster
from geo.primitives import SunqarError
from ground_station.bus.connection import connect_bus
from ground_station.bus.station_bus import station_bus
from ground_station.settings import Settings
from ground_station.supervise.terminal import say

_LOOK_S = 1.0

logger = logging.getLogger(__name__)


class Services:
    """`async with Services(settings) as services:` gives `database_url` and `nats_url` that answer."""

    def __init__(self, settings: Settings) -> None:
        self.database_url = settings.database_url or ""
        self.nats_url = settings.nats_url or ""
        self.cluster = None if settings.database_url else PrivateCluster(settings.data_dir)
        self.bus = None if settings.nats_url else station_bus(settings)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Services":
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._start_cluster)
                tasks.start_soon(self._start_bus)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        with anyio.CancelScope(shield=True):
            await self._stack.aclose()

    async def keep_running(self) -> None:
        """Start a private server again when it has died. Runs until cancelled."""
        while True:
            await anyio.sleep(_LOOK_S)
            if self.cluster is not None and not self.cluster.running:
                say(f"{'database':>8} | ended: {self.cluster.last_log_line()}; starting it again")
                await self._again(self._restart_cluster)
            if self.bus is not None and (self.bus.process is None or self.bus.process.poll() is not None):
                say(f"{'bus':>8} | ended; starting it again")
                await self._again(self.bus.start)

    async def _start_cluster(self) -> None:
        if self.cluster is not None:
            self._stack.push_async_callback(run_sync, self.cluster.stop)
            self.database_url = await run_sync(self.cluster.start)

    async def _start_bus(self) -> None:
        if self.bus is not None:
            self._stack.push_async_callback(self.bus.stop)
            self.nats_url = await self.bus.start()
        else:
            async with connect_bus(self.nats_url, name="up"):
                logger.info("the given bus answers")

    async def _restart_cluster(self) -> None:
        assert self.cluster is not None
        await run_sync(self.cluster.stop)
        await run_sync(self.cluster.start)

    async def _again(self, start: Callable[[], Awaitable[object]]) -> None:
        try:
            await start()
        except SunqarError as error:
            say(f"{'up':>8} | {error.one_line()}")
