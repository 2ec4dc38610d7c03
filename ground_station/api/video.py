"""`/ws/video/{source_id}`: checks who is asking, then passes the `video` process's messages on unchanged.

People and plates are hidden in them, unless the first message brings what `POST …/originals` gave for a reason.
"""

import json
import logging
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

import anyio
from anyio.abc import TaskGroup
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from geo.core import AuditLog, VideoSourceStore
from ground_station.accounts import Role
from ground_station.api.auth import role_needed
from ground_station.api.errors import NotFound
from ground_station.api.live import SEND_TIMEOUT_S, close_when_expired, signed_in_with
from ground_station.api.recording_views import ORIGINAL_LIFETIME_S, SHORTEST_REASON, OriginalGrant
from ground_station.api.services import Services, ServicesNeeded, services_of
from ground_station.tokens import VIDEO_ORIGINAL_PURPOSE, VIDEO_PURPOSE, Account, Unauthenticated

router = APIRouter(tags=["live"])

Opener = Annotated[Account, Depends(role_needed(Role.PILOT, Role.OFFICER, Role.ADMIN))]
CONNECT_TIMEOUT_S = 3.0
LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024  # one picture

logger = logging.getLogger(__name__)


class LiveOriginalBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=SHORTEST_REASON, max_length=500)


@router.post("/api/v1/video-sources/{source_id}/originals", status_code=201)
async def open_live_original(source_id: str, body: LiveOriginalBody, services: ServicesNeeded, account: Opener) -> OriginalGrant:
    """See a camera's live picture with nothing hidden for half an hour. Who and why goes into the audit log first."""
    if await VideoSourceStore(services.database).get(source_id) is None:
        raise NotFound(f"There is no video source '{source_id}'.", code="source_unknown", hint="GET /api/v1/video-sources lists them.")
    await AuditLog(services.database).append(account.name, "video.original_opened", f"video-source/{source_id}", {"reason": body.reason})
    scope = f"{account.name}|{source_id}"
    token = services.tokens.issue(scope, account.role, purpose=VIDEO_ORIGINAL_PURPOSE, lifetime_s=ORIGINAL_LIFETIME_S)
    return OriginalGrant(token=token, expires_in_s=ORIGINAL_LIFETIME_S)


@router.websocket("/ws/video/{source_id}")
async def video(socket: WebSocket, source_id: str) -> None:
    services = services_of(socket)
    await socket.accept()
    opened = await signed_in_with(socket, services)
    if opened is None:
        return
    account, first = opened
    try:
        grant = original_grant(services, first, account, source_id)
    except Unauthenticated as error:
        await refuse(socket, error.code, error.message, error.hint)
        return
    purpose, query = (VIDEO_PURPOSE, "") if grant is None else (VIDEO_ORIGINAL_PURPOSE, "?original")
    token = services.tokens.issue(account.name, Role(account.role), purpose=purpose, lifetime_s=60)
    try:
        async with connect(
            f"ws://127.0.0.1:{services.settings.video.port}/{quote(source_id, safe='')}{query}",
            additional_headers={"Authorization": f"Bearer {token}"},
            open_timeout=CONNECT_TIMEOUT_S,
            max_size=LARGEST_MESSAGE_BYTES,
            close_timeout=1,  # what is still under way is of no use to anyone
            max_queue=4,  # the queue that may skip is in `video`; here back-pressure must pass through
            compression=None,
            proxy=None,
        ) as upstream:
            await pass_on(
                socket, upstream, account if grant is None else replace(account, expires_at=min(account.expires_at, grant.expires_at))
            )
    except (OSError, TimeoutError, InvalidHandshake):
        logger.warning("the video process does not answer", extra={"source_id": source_id})
        await refuse(
            socket, "video_unreachable", "The video process does not answer.", "Start `sunqar video`; the picture is tried again by itself."
        )


def original_grant(services: Services, first: dict[str, Any], account: Account, source_id: str) -> Account | None:
    """What opens the original, None when it was not asked for. Raises: `Unauthenticated` unless it is this account's, for this source."""
    token = first.get("original")
    if token is None:
        return None
    grant = services.tokens.read(str(token), purpose=VIDEO_ORIGINAL_PURPOSE)
    if grant.name != f"{account.name}|{source_id}":
        raise Unauthenticated(
            "The original was opened by another account or for another camera.", code="original_other", hint="Open it, with a reason."
        )
    return grant


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
