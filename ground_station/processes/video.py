"""Live video for browsers: serves fragments on loopback, reports on each source that is being read."""

import logging
from functools import partial

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError

from geo.core import VideoSource, VideoSourceStore, open_database
from ground_station.bus.connection import connect_bus
from ground_station.bus.heartbeat import announce
from ground_station.bus.subjects import SOURCE_STATUS
from ground_station.endpoints import database_url, nats_url
from ground_station.hiding_detector import HidingDetector
from ground_station.live_video.channel import Read
from ground_station.live_video.hidden import read_hidden
from ground_station.live_video.reader import read_source
from ground_station.live_video.server import ReaderOf, Restreamer, listen
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from ground_station.tokens import Tokens

REPORT_PERIOD_S = 1.0

logger = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Serve until cancelled."""
    async with (
        open_database(database_url(settings), max_connections=2) as database,
        connect_bus(nats_url(settings), name="video") as client,
        anyio.create_task_group() as tasks,
    ):
        sources = VideoSourceStore(database)

        async def find(source_id: str) -> VideoSource | None:
            source = await sources.get(source_id)
            return source if source is not None and source.enabled else None

        restreamer = Restreamer(find, readers(settings), Tokens(secret_key(settings)), tasks)
        server = await listen(restreamer, settings.video.port)
        try:
            tasks.start_soon(report, client, restreamer)
            tasks.start_soon(announce, client, "video", lambda: (server.is_serving(), f"{len(restreamer.channels)} sources are being read"))
            await anyio.sleep_forever()
        finally:
            with anyio.move_on_after(3, shield=True):
                server.close()
                await server.wait_closed()


def readers(settings: Settings) -> ReaderOf:
    """What reads a source to be shown."""
    video = settings.video
    detector = HidingDetector(settings, threads=video.hiding_threads)

    def reader_of(source: VideoSource, original: bool) -> Read:
        if original:
            return read_source
        moves = source.vehicle_id is not None
        return partial(
            read_hidden,
            search=partial(detector.search, video.looks_per_second, moves=moves),
            fixed=not moves,
            looks_per_second=video.looks_per_second,
            widest_px=video.shown_width_px,
        )

    return reader_of


async def report(client: Client, restreamer: Restreamer) -> None:
    """Health of every source being read, once a second."""
    while True:
        await anyio.sleep(REPORT_PERIOD_S)
        for channel in restreamer.channels:
            status = channel.report()
            try:
                await client.publish(f"{SOURCE_STATUS}.{channel.source_id}", status.encode())
            except NatsError as error:
                logger.debug("status of %s not published: %s", channel.source_id, error)
