"""`/ws/live`: what happens and what is, as it comes.

The first message of the client is {"type": "auth", "token": …}, answered by {"type": "ready"}; then {"type": "subscribe",
"topics": […]}, any number of times, each adding topics; with "batches": true messages
come as arrays, some at a time. Messages of the server are {"topic": …, "data": …} and a
{"type": "ping"} every 10 s. Close codes: 4400 not understood, 4401 not signed in (any more), 4408 too slow, in saying who it is or
in reading: connect again and reload.
"""

import json
from typing import Any

import anyio
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect

from geo.primitives import utc_now
from ground_station.api.auth import signed_in
from ground_station.api.live_hub import (
    COMMAND_UPDATE,
    DOCK_STATUS,
    FLEET_CONFLICTS,
    LINK_STATUS,
    MISSION_RUN,
    OBSERVATION,
    RTK_STATUS,
    SOURCE_EVENT,
    SOURCE_STATUS,
    TOPICS,
    TRAFFIC,
    TURN_BACK,
    VEHICLE_EVENT,
    VEHICLE_LEASE,
    VEHICLE_OPERATOR,
    VEHICLE_PAYLOAD,
    VEHICLE_STATE,
    VEHICLE_TRANSFER,
    VIOLATION,
    Subscriber,
)
from ground_station.api.services import Services, services_of
from ground_station.messages import (
    CommandUpdate,
    DockStatus,
    FleetConflicts,
    LeaseState,
    LinkStatus,
    Message,
    MissionRunState,
    ObservationMessage,
    SourceEvent,
    SourceStatus,
    TransferUpdate,
    TurnBackState,
    VehicleEvent,
    VehicleState,
    ViolationMessage,
)
from ground_station.operators import OperatorState
from ground_station.payload import PayloadState
from ground_station.payload.messages import TrafficState
from ground_station.rtk import RtkStatus
from ground_station.tokens import Account, Unauthenticated

router = APIRouter(tags=["live"])

AUTH_WITHIN_S = 10.0
PING_PERIOD_S = 10.0
SEND_TIMEOUT_S = 10.0
BATCH_PERIOD_S = 0.05  # a browser draws no faster
MOST_IN_A_BATCH = 500
NOT_UNDERSTOOD, NOT_SIGNED_IN, TOO_SLOW = 4400, 4401, 4408

MESSAGE_OF_TOPIC: dict[str, type[Message]] = {
    VEHICLE_STATE: VehicleState,
    VEHICLE_EVENT: VehicleEvent,
    COMMAND_UPDATE: CommandUpdate,
    OBSERVATION: ObservationMessage,
    VIOLATION: ViolationMessage,
    SOURCE_STATUS: SourceStatus,
    SOURCE_EVENT: SourceEvent,
    VEHICLE_TRANSFER: TransferUpdate,
    VEHICLE_LEASE: LeaseState,
    TURN_BACK: TurnBackState,
    FLEET_CONFLICTS: FleetConflicts,
    LINK_STATUS: LinkStatus,
    DOCK_STATUS: DockStatus,
    VEHICLE_PAYLOAD: PayloadState,
    VEHICLE_OPERATOR: OperatorState,
    TRAFFIC: TrafficState,
    RTK_STATUS: RtkStatus,
    MISSION_RUN: MissionRunState,
}


@router.get("/api/v1/live-schema", dependencies=[Depends(signed_in)])
async def live_schema() -> dict[str, Any]:
    """JSON Schema of the live messages, one definition per topic."""
    return schema_of_topics()


def schema_of_topics() -> dict[str, Any]:
    topics = {topic: message.model_json_schema(mode="serialization") for topic, message in MESSAGE_OF_TOPIC.items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Sunqar live messages", "topics": topics}


@router.websocket("/ws/live")
async def live(socket: WebSocket) -> None:
    services = services_of(socket)
    await socket.accept()
    account = await authenticated(socket, services)
    if account is None:
        return
    with services.live.subscriber() as subscriber:
        try:
            await socket.send_text('{"type":"ready"}')
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen, socket, services, subscriber, tasks.cancel_scope)
                tasks.start_soon(ping, socket)
                tasks.start_soon(close_when_expired, socket, account)
                await send_news(socket, services, subscriber)
        except* (WebSocketDisconnect, RuntimeError, TimeoutError):
            pass  # the client left, or stopped reading; both end here


async def authenticated(socket: WebSocket, services: Services) -> Account | None:
    """The account, or None after closing the socket: a client that was only slow to say who it is need not sign in again."""
    opened = await signed_in_with(socket, services)
    return None if opened is None else opened[0]


async def signed_in_with(socket: WebSocket, services: Services) -> tuple[Account, dict[str, Any]] | None:
    """The same with the whole first message."""
    try:
        with anyio.fail_after(AUTH_WITHIN_S):
            message = json.loads(await socket.receive_text())
            if not isinstance(message, dict) or message.get("type") != "auth":
                raise Unauthenticated("The first message must be of type auth.")
            return services.tokens.read(str(message.get("token", ""))), message
    except TimeoutError:
        await socket.close(TOO_SLOW, "Nothing was said in time: connect again.")
    except (Unauthenticated, ValueError, KeyError):
        await socket.close(NOT_SIGNED_IN, "Sign in again.")
    except WebSocketDisconnect:
        pass
    return None


async def listen(socket: WebSocket, services: Services, subscriber: Subscriber, scope: anyio.CancelScope) -> None:
    """Subscriptions, until the client leaves."""
    try:
        while True:
            message = json.loads(await socket.receive_text())
            topics = message.get("topics", []) if isinstance(message, dict) else None
            if not isinstance(topics, list) or message.get("type") != "subscribe":
                raise ValueError
            if unknown := sorted(set(map(str, topics)) - TOPICS):
                await socket.close(NOT_UNDERSTOOD, f"There is no topic '{unknown[0][:40]}'; those there are: /api/v1/live-schema.")
                break
            subscriber.batches = bool(message.get("batches", subscriber.batches))
            services.live.subscribe(subscriber, frozenset(topics))
    except (ValueError, KeyError, TypeError):  # a binary message arrives as a KeyError
        await socket.close(NOT_UNDERSTOOD, "Send subscribe with topics of /api/v1/live-schema.")  # a reason has at most 123 bytes
    except WebSocketDisconnect:
        pass
    scope.cancel()


async def send_news(socket: WebSocket, services: Services, subscriber: Subscriber) -> None:
    while True:
        messages = await subscriber.next_messages()
        if subscriber.overflowed:
            services.live.overflows += 1
            with anyio.move_on_after(SEND_TIMEOUT_S):
                await socket.close(TOO_SLOW, "Too far behind: reload.")
            raise WebSocketDisconnect(TOO_SLOW)
        with anyio.fail_after(SEND_TIMEOUT_S):
            if subscriber.batches:
                for first in range(0, len(messages), MOST_IN_A_BATCH):
                    await socket.send_text(f"[{','.join(messages[first : first + MOST_IN_A_BATCH])}]")
            else:
                for message in messages:
                    await socket.send_text(message)
        if subscriber.batches:
            await anyio.sleep(BATCH_PERIOD_S)  # what changes meanwhile goes together, each thing in its newest state


async def ping(socket: WebSocket) -> None:
    while True:
        await anyio.sleep(PING_PERIOD_S)
        await socket.send_text('{"type":"ping"}')


async def close_when_expired(socket: WebSocket, account: Account) -> None:
    await anyio.sleep((account.expires_at - utc_now()).total_seconds())
    await socket.close(NOT_SIGNED_IN, "Sign in again.")
