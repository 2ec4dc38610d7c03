"""Messages to browsers: a fleet's states, as the bus brings them, to every client of `/ws/live`.

Ours is the hub and the sending half of the live socket, each message encoded once and those of a moment sent together. The peer
does what one writes first: for each client, each message turned to JSON and sent. Both send through Starlette's WebSocket to a
sink that takes everything, so that neither is measured by the network.
"""

import time
from statistics import median
from typing import Any, cast

import anyio
from anyio.lowlevel import checkpoint
from starlette.websockets import WebSocket

from geo.primitives import utc_now
from ground_station.api.live import BATCH_PERIOD_S, send_news
from ground_station.api.live_hub import VEHICLE_STATE, LiveHub
from ground_station.api.services import Services
from ground_station.messages import LinkState, VehicleState
from tests.benchmarks.measurement import Measurement

CLIENTS = 50
VEHICLES = 200
STATES_HZ = 5
TICKS = 20
ROUNDS = 5  # after one that does not count: the first takes twice as long, whatever is measured


class _Sink:
    """A client that takes everything; counts messages by their topics, so that batches count as what they hold."""

    def __init__(self) -> None:
        self.messages = 0

    async def socket(self) -> WebSocket:
        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(event: Any) -> None:
            if event["type"] == "websocket.send":
                self.messages += event["text"].count('"vehicle_id"')

        socket = WebSocket({"type": "websocket", "headers": [], "path": "/ws/live"}, cast(Any, receive), cast(Any, send))
        await socket.accept()
        return socket


class _Hub:
    """What `send_news` needs of the services."""

    def __init__(self) -> None:
        self.live = LiveHub()


def _states(tick: int) -> list[VehicleState]:
    return [
        VehicleState(
            vehicle_id=f"mav-{number}",
            system_id=number,
            at=utc_now(),
            link=LinkState.ONLINE,
            heartbeat_age_s=0.1,
            autopilot="ardupilot",
            vehicle_type="copter",
            armed=True,
            mode="AUTO",
            flying=True,
            lon_deg=51.16 + number * 1e-4,
            lat_deg=43.65 + tick * 1e-5,
            altitude_above_home_m=60.0,
            heading_deg=tick % 360.0,
            ground_speed_mps=10.0,
        )
        for number in range(1, VEHICLES + 1)
    ]


async def ours_per_s() -> float:
    hub, sinks = _Hub(), [_Sink() for _ in range(CLIENTS)]
    spent_s = 0.0
    async with anyio.create_task_group() as tasks:
        for sink in sinks:
            socket = await sink.socket()

            async def serve(socket: WebSocket = socket) -> None:
                with hub.live.subscriber() as subscriber:
                    subscriber.batches = True
                    hub.live.subscribe(subscriber, frozenset({VEHICLE_STATE}))
                    await send_news(socket, cast(Services, hub), subscriber)

            tasks.start_soon(serve)
        await anyio.sleep(0.01)
        for tick in range(TICKS):
            states = _states(tick)
            encoded = [(state.vehicle_id, state.encode()) for state in states]  # the station has done this
            before = time.process_time()
            for vehicle_id, data in encoded:
                hub.live.publish(VEHICLE_STATE, data.decode(), key=vehicle_id)
            await anyio.sleep(2 * BATCH_PERIOD_S)
            spent_s += time.process_time() - before
        tasks.cancel_scope.cancel()
    assert all(sink.messages == VEHICLES * TICKS for sink in sinks)
    return CLIENTS * VEHICLES * TICKS / spent_s


async def peer_per_s() -> float:
    sinks = [_Sink() for _ in range(CLIENTS)]
    sockets = [await sink.socket() for sink in sinks]
    spent_s = 0.0
    for tick in range(TICKS):
        states = _states(tick)
        before = time.process_time()
        for state in states:
            for socket in sockets:
                await socket.send_json({"topic": VEHICLE_STATE, "data": state.model_dump(mode="json")})
            await checkpoint()
        spent_s += time.process_time() - before
    return CLIENTS * VEHICLES * TICKS / spent_s


async def measure() -> Measurement:
    ours, peer = [], []
    for _ in range(1 + ROUNDS):  # taking turns, so that both meet the same machine
        ours.append(await ours_per_s())
        peer.append(await peer_per_s())
    detail = (
        f"{CLIENTS} clients, {VEHICLES} vehicles at {STATES_HZ} Hz, median of {ROUNDS} rounds; "
        f"{median(ours[1:]) / (VEHICLES * STATES_HZ):,.0f} browsers fill a core"
    )
    return Measurement(median(ours[1:]), median(peer[1:]), "per-client JSON send", "messages/s/core", detail)
