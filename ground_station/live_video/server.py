"""Serves live fragments to `api` over a loopback websocket: `/SOURCE_ID`, with a token for this purpose alone.

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

from geo.primitives import SettingsError, SunqarError, VisionError
from ground_station.live_video.channel import Channel
from ground_station.live_video.viewer import Viewer
from ground_station.tokens import VIDEO_PURPOSE, Tokens, Unauthenticated

STATS_PERIOD_S = 1.0
SEND_TIMEOUT_S = 10.0
LARGEST_FLEET_OF_READERS = 64  # threads; a source costs almost none when it is copied

logger = logging.getLogger(__name__)


class Restreamer:
    """All channels of this process. `find_url` gives the address of a source, None when there is no such live source."""

    def __init__(self, find_url: Callable[[str], Awaitable[str | None]], tokens: Tokens, tasks: TaskGroup) -> None:
        self._find_url = find_url
        self._tokens = tokens
        self._tasks = tasks
        self._channels: dict[str, Channel] = {}
        self._limiter = anyio.CapacityLimiter(LARGEST_FLEET_OF_READERS)

    @property
    def channels(self) -> list[Channel]:
        return list(self._channels.values())

    async def channel(self, source_id: str) -> Channel:
        """The running channel of a source, started when there is none.

        Raises: `VisionError` when the source is unknown or has no address.
        """
        url = await self._find_url(source_id)
        if url is None:
            raise VisionError(
                f"Video source {source_id!r} has no live picture.",
                code="vision.no_source",
                hint="Give it an address and enable it; GET /api/v1/video-sources lists the live ones.",
            )
        channel = self._channels.get(source_id)
        if channel is None or channel.url != url:
            channel = self._channels[source_id] = Channel(source_id, url, self._limiter)
            self._tasks.start_soon(self._run, channel)
        return channel

    async def _run(self, channel: Channel) -> None:
        try:
            await channel.run()
        finally:
            if self._channels.get(channel.source_id) is channel:
                del self._channels[channel.source_id]

    def check_token(self, connection: ServerConnection, request: Request) -> Response | None:
        """Before the handshake: no token, no socket."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            self._tokens.read(token if scheme == "Bearer" else "", purpose=VIDEO_PURPOSE)
        except Unauthenticated:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "A token of `api` is needed.\n")
        return None

    async def serve_viewer(self, socket: ServerConnection) -> None:
        """One viewer from handshake to close."""
        assert socket.request is not None
        source_id = unquote(socket.request.path.lstrip("/"))
        try:
            channel = await self.channel(source_id)
        except SunqarError as error:
            await socket.send(json.dumps({"type": "error", "code": error.code, "message": error.message, "hint": error.hint}))
            return
        try:
            with channel.viewer() as viewer:
                await feed(socket, viewer)
        except* (ConnectionClosed, TimeoutError):
            logger.debug("viewer of %s left", source_id)


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
