"""What the api watches over while vehicles fly: the latest turn-back, two that come too close. With the real bus and database."""

import json
from typing import Any

import anyio
import pytest

from geo.primitives import LocalFrame, LonLat, utc_now
from ground_station.accounts import Role
from ground_station.messages import BatteryState
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)


async def fly(api: RunningApi, name: str, east_m: float, mps: float, charge: float = 0.9) -> None:
    """A vehicle on an east-west line, told at 5 Hz until cancelled."""
    began = utc_now()
    while True:
        place = FRAME.place(east_m + mps * (utc_now() - began).total_seconds(), 0.0)
        state = vehicle_state(
            name,
            at=utc_now(),
            system_id=int(name[-1]),
            flying=True,
            armed=True,
            lon_deg=place.lon_deg,
            lat_deg=place.lat_deg,
            altitude_above_home_m=40.0,
            altitude_amsl_m=70.0,
            battery=BatteryState(remaining_fraction=charge),
        )
        await api.bus.publish(f"telemetry.state.{name}", state.encode())
        await anyio.sleep(0.2)


async def until(api: RunningApi, headers: dict[str, str], url: str, condition: Any) -> dict[str, Any]:
    with anyio.fail_after(45):
        while True:
            answer = await api.http.get(url, headers=headers)
            if answer.status_code == 200 and condition(answer.json()):
                found: dict[str, Any] = answer.json()
                return found
            await anyio.sleep(0.1)


async def test_a_vehicle_low_on_charge_and_far_away_has_passed_its_turn_back(api_settings: Settings) -> None:
    async with running_api(api_settings) as api, anyio.create_task_group() as tasks:
        headers = await api.account(Role.VIEWER)
        await api.hear(vehicle_state("mav-1"))
        assert_problem(await api.http.get("/api/v1/vehicles/mav-1/turn-back", headers=headers), 404, "not_flying")
        async with api.socket("/ws/live", "viewer") as socket:
            await socket.send(json.dumps({"type": "subscribe", "topics": ["vehicle.event", "vehicle.turn_back"]}))
            tasks.start_soon(fly, api, "mav-1", 4000.0, 0.0, 0.3)
            found = await until(api, headers, "/api/v1/vehicles/mav-1/turn-back", lambda turn: turn["passed"])
            assert found["in_s"] == 0
            assert found["needed_fraction"] > 0.1
            alarm: dict[str, Any] = {}
            with anyio.fail_after(30):
                while alarm.get("kind") != "alarm":
                    message = json.loads(await socket.recv())
                    alarm = message["data"] if message.get("topic") == "vehicle.event" else {}
            assert alarm["severity"] == "critical"
            assert alarm["detail"]["code"] == "turn_back.passed"
        tasks.cancel_scope.cancel()


async def test_two_flying_towards_each_other_are_named_with_place_and_time(api_settings: Settings) -> None:
    async with running_api(api_settings) as api, anyio.create_task_group() as tasks:
        headers = await api.account(Role.VIEWER)
        tasks.start_soon(fly, api, "mav-1", -300.0, 10.0)
        tasks.start_soon(fly, api, "mav-2", 300.0, -10.0)
        found = await until(api, headers, "/api/v1/conflicts", lambda view: view["items"])
        (item,) = found["items"]
        assert (item["first"], item["second"]) == ("mav-1", "mav-2")
        assert 5 < item["in_s"] < 35
        assert item["horizontal_m"] < 50
        assert abs(item["lon_deg"] - HOME.lon_deg) < 0.002
        tasks.cancel_scope.cancel()
