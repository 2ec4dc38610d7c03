"""`/ws/video/{source_id}`: checks who is asking, then passes the `video` process's messages on unchanged."""

import json
import logging
from urllib.parse import quote

import anyio
from anyio.abc import TaskGroup
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from ground_station.accounts import Role
from ground_station.api.live import SEND_TIMEOUT_S, authenticated, close_when_expired
from ground_station.api.services import Services, services_of
from ground_station.tokens import VIDEO_PURPOSE, Account

router = APIRouter(tags=["live"])

CONNECT_TIMEOUT_S = 3.0
LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024  # one picture

logger = logging.getLogger(__name__)


@router.websocket("/ws/video/{source_id}")
async def video(socket: WebSocket, source_id: str) -> None:
    services = services_of(socket)
    await socket.accept()
    account = await authenticated(socket, services)
    if account is None:
        return
    try:
        async with connect(
            f"ws://127.0.0.1:{services.settings.video.port}/{quote(source_id, safe='')}",
            additional_headers={"Authorization": f"Bearer {token_for_video(services, account)}"},
            open_timeout=CONNECT_TIMEOUT_S,
            max_size=LARGEST_MESSAGE_BYTES,
            close_timeout=1,  # what is still under way is of no use to anyone
            max_queue=4,  # the queue that may skip is in `video`; here back-pressure must pass through
            compression=None,
            proxy=None,
        ) as upstream:
            await pass_on(socket, upstream, account)
    except (OSError, TimeoutError, InvalidHandshake):
        logger.warning("the video process does not answer", extra={"source_id": source_id})
        await refuse(
            socket, "video_unreachable", "The video process does not answer.", "Start `sunqar video`; the picture is tried again by itself."
        )


def token_for_video(services: Services, account: Account) -> str:
    return services.tokens.issue(account.name, Role(account.role), purpose=VIDEO_PURPOSE, lifetime_s=60)


async def pass_on(socket: WebSocket, upstream: ClientConnection, account: Account) -> None:
    """Until either side leaves."""
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_left, socket, tasks)
            tasks.start_soon(close_when_expired, socket, account)
            async for message in upstream:
                with anyio.fail_after(SEND_TIMEOUT_S):
                    await (socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message))
            tasks.cancel_scope.cancel()
            await socket.close()
    except* (WebSocketDisconnect, RuntimeError, TimeoutError, ConnectionClosed):
        pass


async def until_left(socket: WebSocket, tasks: TaskGroup) -> None:
    """Viewers have nothing more to say; their leaving ends the stream."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
    tasks.cancel_scope.cancel()


async def refuse(socket: WebSocket, code: str, message: str, hint: str) -> None:
    await socket.send_text(json.dumps({"type": "error", "code": code, "message": message, "hint": hint}))
    await socket.close(1013, message)
