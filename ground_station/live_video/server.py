"""Serves live fragments to `api` over a loopback websocket: `/SOURCE_ID`, and `/SOURCE_ID?original` with nothing hidden, each with a token
for this purpose alone.

Loopback is shared by every account and every web page on the machine, hence the token.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import unquote

import anyio
from anyio.abc import TaskGroup
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from geo.core import VideoSource
from geo.primitives import SettingsError, SunqarError, VisionError
from ground_station.live_video.channel import Channel, Read
from ground_station.live_video.viewer import Viewer
from ground_station.tokens import VIDEO_ORIGINAL_PURPOSE, VIDEO_PURPOSE, Tokens, Unauthenticated

STATS_PERIOD_S = 1.0
SEND_TIMEOUT_S = 10.0
LARGEST_FLEET_OF_READERS = 64  # threads
ORIGINAL = "original"  # the query that asks for it

logger = logging.getLogger(__name__)


ReaderOf = Callable[[VideoSource, bool], Read]


class Restreamer:
    """All channels of this process. `find` gives a source, None when there is none of this name that is live; `reader_of` what reads it,
    with people and plates hidden or as it is."""

    def __init__(self, find: Callable[[str], Awaitable[VideoSource | None]], reader_of: ReaderOf, tokens: Tokens, tasks: TaskGroup) -> None:
        self._find, self._reader_of = find, reader_of
        self._tokens = tokens
        self._tasks = tasks
        self._channels: dict[tuple[str, bool], Channel] = {}
        self._limiter = anyio.CapacityLimiter(LARGEST_FLEET_OF_READERS)

    @property
    def channels(self) -> list[Channel]:
        """One a source: what most see tells how it is."""
        return list({key[0]: channel for key, channel in sorted(self._channels.items(), key=lambda item: not item[0][1])}.values())

    async def channel(self, source_id: str, *, original: bool) -> Channel:
        """The running channel of a source, started when there is none.

        Raises: `VisionError` when the source is unknown or has no address.
        """
        source = await self._find(source_id)
        if source is None or source.url is None:
            raise VisionError(
                f"Video source {source_id!r} has no live picture.",
                code="vision.no_source",
                hint="Give it an address and enable it; GET /api/v1/video-sources lists the live ones.",
            )
        key = (source_id, original)
        channel = self._channels.get(key)
        if channel is None or channel.url != source.url:
            channel = self._channels[key] = Channel(source_id, source.url, self._limiter, self._reader_of(source, original))
            self._tasks.start_soon(self._run, key, channel)
        return channel

    async def _run(self, key: tuple[str, bool], channel: Channel) -> None:
        try:
            await channel.run()
        finally:
            if self._channels.get(key) is channel:
                del self._channels[key]

    def check_token(self, connection: ServerConnection, request: Request) -> Response | None:
        """Before the handshake: no token, no socket."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        purpose = VIDEO_ORIGINAL_PURPOSE if _asked(request)[1] else VIDEO_PURPOSE
        try:
            self._tokens.read(token if scheme == "Bearer" else "", purpose=purpose)
        except Unauthenticated:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "A token of `api` is needed.\n")
        return None

    async def serve_viewer(self, socket: ServerConnection) -> None:
        """One viewer from handshake to close."""
        assert socket.request is not None
        source_id, original = _asked(socket.request)
        try:
            channel = await self.channel(source_id, original=original)
        except SunqarError as error:
            await socket.send(json.dumps({"type": "error", "code": error.code, "message": error.message, "hint": error.hint}))
            return
        try:
            with channel.viewer() as viewer:
                await feed(socket, viewer)
        except* (ConnectionClosed, TimeoutError):
            logger.debug("viewer of %s left", source_id)


def _asked(request: Request) -> tuple[str, bool]:
    """The source, and whether its original is wanted."""
    path, _, query = request.path.partition("?")
    return unquote(path.lstrip("/")), query == ORIGINAL


async def feed(socket: ServerConnection, viewer: Viewer) -> None:
    """Send until the viewer leaves or a send takes longer than `SEND_TIMEOUT_S`."""
    async with anyio.create_task_group() as tasks:

        async def until_closed() -> None:
            await socket.wait_closed()
            tasks.cancel_scope.cancel()

        async def report() -> None:
            while True:
                await anyio.sleep(STATS_PERIOD_S)
                await socket.send(viewer.stats(STATS_PERIOD_S))

        tasks.start_soon(until_closed)
        tasks.start_soon(report)
        while True:
            for message in await viewer.next_messages():
                with anyio.fail_after(SEND_TIMEOUT_S):
                    await socket.send(message)


async def listen(restreamer: Restreamer, port: int) -> Server:
    """Open the loopback port. Raises `SettingsError` when it is taken."""
    try:
        return await serve(
            restreamer.serve_viewer,
            "127.0.0.1",
            port,
            process_request=restreamer.check_token,
            compression=None,  # video does not compress again
            max_size=4096,  # viewers have nothing to say
            write_limit=262_144,
            ping_interval=20,
            ping_timeout=20,
        )
    except OSError as error:
        raise SettingsError(
            f"Port {port} for live video is taken ({error.strerror}).",
            code="settings.port_taken",
            hint="Stop what uses it, or set SUNQAR_VIDEO__PORT.",
        ) from error
