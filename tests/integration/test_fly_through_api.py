"""A mission through the api with everything real behind it: station, simulated copter over MAVLink, store, database and bus."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import anyio
import pytest

from geo.core import AuditLog
from ground_station.accounts import Role
from ground_station.processes import station, store
from ground_station.settings import Settings
from sim import DockServer, Fleet, SimulatedDock, parse_address, parse_home, parse_wind
from sim.docks import VehicleBay
from tests.support.api import RunningApi, running_api
from tests.support.programs import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

HOME = (51.1600, 43.6505)
SPEEDUP = 5.0
VEHICLE = "/api/v1/vehicles/mav-1"
AREA = [[51.1602, 43.6506], [51.1608, 43.6506], [51.1608, 43.6509], [51.1602, 43.6509], [51.1602, 43.6506]]


@asynccontextmanager
async def whole_chain(settings: Settings) -> AsyncIterator[tuple[RunningApi, dict[str, str]]]:
    """Everything but vision, with one copter heard, its dock, and a pilot who holds its lease."""
    port = free_port()
    settings.station.links = [f"udpin:127.0.0.1:{port}"]
    settings.sim.dock_port = free_port()
    home = parse_home(f"{HOME[1]},{HOME[0]}")
    with ExitStack() as stack:
        out = parse_address(f"udpout:127.0.0.1:{port}")
        fleet = stack.enter_context(Fleet(1, home, out, seed=1, speedup=SPEEDUP, wind=parse_wind("0,0")))
        docks = stack.enter_context(DockServer({1: SimulatedDock(bay=VehicleBay(fleet.vehicles[0]))}, settings.sim.dock_port))
        async with running_api(settings) as api, anyio.create_task_group() as tasks:
            tasks.start_soon(docks.run, lambda: fleet.clock.boot_s)
            for run in (station.run, store.run):
                tasks.start_soon(run, settings)
            tasks.start_soon(fleet.run)
            headers = await api.account(Role.PILOT)
            await wait_vehicle(api, headers, lambda state: state["link"] == "online" and state["ready_to_arm"] is True)
            assert (await api.http.post(f"{VEHICLE}/lease", headers=headers)).status_code == 200
            yield api, headers
            await api.http.delete(f"{VEHICLE}/lease", headers=headers)
            tasks.cancel_scope.cancel()


async def wait_vehicle(api: RunningApi, headers: dict[str, str], condition: Any, within_s: float = 60) -> dict[str, Any]:
    state: dict[str, Any] = {}
    with anyio.move_on_after(within_s):
        while True:
            answer = await api.http.get(VEHICLE, headers=headers)
            state = answer.json()
            if answer.status_code == 200 and condition(state):
                return state
            await anyio.sleep(0.1)
    pytest.fail(f"not reached within {within_s:g} s: {state}")


async def command(api: RunningApi, headers: dict[str, str], name: str, **parameters: Any) -> dict[str, Any]:
    """Confirm, send, and follow to the end."""
    body: dict[str, Any] = {"command": name, "parameters": parameters}
    confirmation = await api.http.post(f"{VEHICLE}/confirmations", headers=headers, json=body)
    assert confirmation.status_code == 200, confirmation.text
    sent = await api.http.post(
        f"{VEHICLE}/commands", headers=headers, json=body | {"confirmation_token": confirmation.json()["confirmation_token"]}
    )
    assert sent.status_code == 202, sent.text
    update: dict[str, Any] = sent.json()
    with anyio.fail_after(60):
        while update["state"] not in ("done", "failed"):
            await anyio.sleep(0.1)
            update = (await api.http.get(f"{VEHICLE}/commands/{update['command_id']}", headers=headers)).json()
    return update


async def test_a_copter_takes_off_goes_somewhere_and_lands(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        assert (await command(api, headers, "set_mode", mode="GUIDED"))["state"] == "done"
        assert (await command(api, headers, "arm"))["state"] == "done"
        taken_off = await command(api, headers, "takeoff", altitude_m=20)
        assert taken_off["state"] == "done", taken_off
        gone = await command(api, headers, "goto", lon_deg=HOME[0] + 0.0005, lat_deg=HOME[1], altitude_m=20)
        assert gone["state"] == "done", gone
        there = await wait_vehicle(api, headers, lambda state: abs(state["lon_deg"] - HOME[0] - 0.0005) < 0.00003)
        assert there["altitude_above_home_m"] == pytest.approx(20, abs=2)
        landed = await command(api, headers, "land")
        assert landed["state"] == "done", landed
        refused = await command(api, headers, "set_mode", mode="NO_SUCH_MODE")
        assert refused["state"] == "failed"
        assert refused["reason"]


async def test_a_drawn_mission_is_approved_uploaded_flown_and_kept(api_settings: Settings) -> None:
    survey = {
        "polygon": {"type": "Polygon", "coordinates": [AREA]},
        "camera": "sunqar-sim-nadir",
        "altitude_m": 30,
        "front_overlap": 0.5,
        "side_overlap": 0.3,
        "angle_deg": "auto",
        "speed_mps": 10,
        "home": list(HOME),
    }
    async with whole_chain(api_settings) as (api, headers):
        mission = (await api.http.post("/api/v1/missions", headers=headers, json={"name": "Beach", "request": survey})).json()
        url = f"/api/v1/missions/{mission['id']}"
        await api.http.post(f"{url}/approval", headers=headers, json={"content_hash": mission["content_hash"]})
        uploaded = await command(api, headers, "upload_mission", mission_id=mission["id"])
        assert uploaded["state"] == "done", uploaded
        started = await command(api, headers, "start_mission")
        assert started["state"] == "done", started
        await wait_mission(api, headers, url, "flying")
        await wait_vehicle(api, headers, lambda state: state["mission"] and state["mission"]["state"] == "complete", within_s=120)
        flown = await wait_mission(api, headers, url, "flown")
        assert flown["vehicle_id"] == "mav-1"
        await wait_vehicle(api, headers, lambda state: not state["flying"])
        with anyio.fail_after(30):
            while not (await api.http.get("/api/v1/tracks", headers=headers)).json()["features"]:
                await anyio.sleep(0.2)
        # Flown again and broken off: it has failed, and says why.
        assert (await command(api, headers, "start_mission"))["state"] == "done"
        await wait_mission(api, headers, url, "flying")
        assert (await command(api, headers, "rtl"))["state"] == "done"
        failed = await wait_mission(api, headers, url, "failed")
        assert failed["state_reason"].startswith("landed after the mode changed to RTL at item")
        assert (await AuditLog(api.services.database).verify()).whole


async def test_a_fence_is_judged_before_it_goes_on_board_and_read_back_after(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        await wait_vehicle(api, headers, lambda state: state["home_lon_deg"] is not None)
        around = {"inclusion": True, "centre": {"lon_deg": HOME[0], "lat_deg": HOME[1]}, "radius_m": 200.0}
        away = around | {"centre": {"lon_deg": HOME[0] + 0.01, "lat_deg": HOME[1]}}
        judged = (await api.http.post(f"{VEHICLE}/fence/check", headers=headers, json={"circles": [away]})).json()
        assert not judged["may_upload"]
        assert [check["code"] for check in judged["checks"]] == ["fence.home_outside", "fence.vehicle_outside"]
        judged = (await api.http.post(f"{VEHICLE}/fence/check", headers=headers, json={"circles": [around], "speed_mps": 10})).json()
        assert judged["may_upload"]
        assert [check["code"] for check in judged["checks"]] == ["fence.draft"]
        put = await api.http.put(f"{VEHICLE}/fence", headers=headers, json={"circles": [around]})
        assert put.json() == {"items": 1, "read_back": True}
        there = (await api.http.get(f"{VEHICLE}/fence", headers=headers, params={"refresh": True})).json()
        assert there["circles"][0]["radius_m"] == 200.0
        point = {"lon_deg": HOME[0], "lat_deg": HOME[1], "altitude_m": 30.0}
        put = await api.http.put(f"{VEHICLE}/rally", headers=headers, json={"points": [point]})
        assert put.json() == {"items": 1, "read_back": True}
        assert (await api.http.delete(f"{VEHICLE}/fence", headers=headers)).json()["items"] == 0


async def wait_mission(api: RunningApi, headers: dict[str, str], url: str, wanted: str) -> dict[str, Any]:
    mission: dict[str, Any] = {}
    with anyio.move_on_after(60):
        while True:
            mission = (await api.http.get(url, headers=headers)).json()
            if mission["state"] == wanted:
                return mission
            await anyio.sleep(0.1)
    pytest.fail(f"the mission did not become {wanted}: {mission['state']}")
