"""The live socket against the real bus."""

import json
from contextlib import suppress
from typing import Any
from uuid import uuid4

import anyio
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from geo.primitives import utc_now
from ground_station.accounts import Role
from ground_station.api.live_hub import KEPT_MESSAGES
from ground_station.messages import VehicleEvent
from ground_station.settings import Settings
from tests.support.api import running_api, vehicle_state

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]


async def next_of(socket: ClientConnection, topic: str) -> dict[str, Any]:
    with anyio.fail_after(30):
        while True:
            message = json.loads(await socket.recv())
            if message.get("topic") == topic:
                return dict(message["data"])


async def subscribed(socket: ClientConnection, *topics: str) -> None:
    assert json.loads(await socket.recv()) == {"type": "ready"}
    await socket.send(json.dumps({"type": "subscribe", "topics": topics}))


def event(text: str) -> VehicleEvent:
    return VehicleEvent(event_id=uuid4(), vehicle_id="mav-1", at=utc_now(), kind="text", text=text)


async def test_a_new_client_gets_the_present_state_then_the_news(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        await api.hear(vehicle_state(mode="GUIDED"))
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "vehicle.state")
            assert (await next_of(socket, "vehicle.state"))["mode"] == "GUIDED"
            await api.hear(vehicle_state(mode="RTL"))
            with anyio.fail_after(30):  # newest wins: what was current may come a second time
                while (await next_of(socket, "vehicle.state"))["mode"] != "RTL":
                    pass


async def test_events_come_in_order_and_all_of_them(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "vehicle.event")
            await socket.ping()
            with anyio.fail_after(30):
                while not any(s.topics for s in api.services.live.subscribers):
                    await anyio.sleep(0.01)
            for number in range(300):
                await api.bus.publish("event.vehicle.mav-1", event(str(number)).encode())
            assert [(await next_of(socket, "vehicle.event"))["text"] for _ in range(300)] == [str(n) for n in range(300)]


async def test_a_topic_not_asked_for_is_not_sent(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        await api.hear(vehicle_state())
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "vehicle.event")
            with anyio.fail_after(30):
                while not any(s.topics for s in api.services.live.subscribers):
                    await anyio.sleep(0.01)
            await api.bus.publish("telemetry.state.mav-1", vehicle_state().encode())
            await api.bus.publish("event.vehicle.mav-1", event("one").encode())
            assert json.loads(await socket.recv())["topic"] == "vehicle.event"


@pytest.mark.parametrize("first", ['{"type":"auth","token":"forged"}', '{"type":"subscribe","topics":[]}', "not json"])
async def test_without_a_valid_token_the_socket_closes_with_4401(api_settings: Settings, first: str) -> None:
    async with running_api(api_settings) as api, connect(f"ws://127.0.0.1:{api.port}/ws/live", proxy=None) as socket:
        await socket.send(first)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4401


async def test_an_unknown_topic_closes_with_4400_and_is_named_with_where_to_find_those_there_are(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "weather")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 4400
            assert "'weather'" in (socket.close_reason or "")
            assert "/api/v1/live-schema" in (socket.close_reason or "")


async def test_a_client_that_falls_behind_is_told_to_reload(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "vehicle.event")
            with anyio.fail_after(30):
                while not (there := [s for s in api.services.live.subscribers if s.topics]):
                    await anyio.sleep(0.01)
            for number in range(KEPT_MESSAGES + 1):  # in one step of the loop: the sender has no turn in between
                api.services.live.publish("vehicle.event", event(str(number)).model_dump_json())
            assert there[0].overflowed
            with suppress(ConnectionClosed):
                async for _ in socket:
                    pass
            assert socket.close_code == 4408


async def test_vehicles_of_a_silent_station_are_shown_lost(api_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.api.boards.STATION_SILENT_S", 0.2)
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        await api.hear(vehicle_state())
        async with api.socket("/ws/live", "viewer") as socket:
            await subscribed(socket, "vehicle.state")
            with anyio.fail_after(30):
                while (state := await next_of(socket, "vehicle.state"))["link"] != "lost":
                    pass
            assert state["heartbeat_age_s"] > 0.2
