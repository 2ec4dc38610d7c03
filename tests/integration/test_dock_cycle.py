"""A flight from a dock with everything real: opened and waited for before the start, closed over the vehicle that came home, charged.

Station, simulated copter over MAVLink, its simulated dock over HTTP, database and bus; five times faster than life.
"""

from typing import Any

import anyio
import httpx
import pytest

from geo.core import AuditFilter, AuditLog
from geo.primitives import LocalFrame, LonLat
from ground_station.settings import Settings
from tests.integration.test_fly_through_api import HOME, VEHICLE, command, wait_vehicle, whole_chain
from tests.support.api import RunningApi
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

RING = [[51.1602, 43.6506], [51.1604, 43.6506], [51.1604, 43.6507], [51.1602, 43.6507], [51.1602, 43.6506]]
Headers = dict[str, str]


async def set_up(api: RunningApi, headers: Headers) -> str:
    """The dock below mav-1; gives its address in the api."""
    state = await wait_vehicle(api, headers, lambda state: state["home_lon_deg"] is not None)
    body = {"name": "Harbour", "device": "sim:1", "lon_deg": state["lon_deg"], "lat_deg": state["lat_deg"], "vehicle_id": "mav-1"}
    made = await api.http.post("/api/v1/docks", headers=headers, json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["vehicle_present"]) == ("simulated", True)
    return f"/api/v1/docks/{made.json()['dock_id']}"


async def dock_until(api: RunningApi, headers: Headers, dock: str, *states: str, within_s: float = 45.0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with anyio.move_on_after(within_s):
        while True:
            found = (await api.http.get(dock, headers=headers)).json()
            if found["state"] in states:
                return found
            await anyio.sleep(0.1)
    pytest.fail(f"the dock did not become {' or '.join(states)}: {found}")


async def done_by_itself(api: RunningApi) -> list[str]:
    entries = await AuditLog(api.services.database).search(AuditFilter(actor="dock"))
    return [entry.detail["reason"] or entry.detail["state"] for entry in reversed(entries)]


async def test_a_scheduled_mission_opens_the_dock_flies_comes_home_and_is_charged(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        dock = await set_up(api, headers)
        faults = f"http://127.0.0.1:{api_settings.sim.dock_port}/docks/1/faults"
        schedule = {
            "name": "Dump",
            "target_kind": "polygon",
            "area": {"type": "Polygon", "coordinates": [RING]},
            "every_days": 30,
            "survey": {"altitude_m": 20, "front_overlap": 0.5, "side_overlap": 0.3, "speed_mps": 10, "home": list(HOME)},
        }
        made = (await api.http.post("/api/v1/schedules", headers=headers, json=schedule)).json()
        proposed = (await api.http.post(f"/api/v1/schedules/{made['id']}/proposal", headers=headers)).json()
        mission = (await api.http.get(f"/api/v1/missions/{proposed['mission_id']}", headers=headers)).json()
        # Proposed is not approved: until a person has looked at it, it cannot even be uploaded.
        early = await api.http.post(
            f"{VEHICLE}/commands", headers=headers, json={"command": "upload_mission", "parameters": {"mission_id": mission["id"]}}
        )
        assert_problem(early, 409, "mission_not_approved")
        url = f"/api/v1/missions/{mission['id']}"
        await api.http.post(f"{url}/approval", headers=headers, json={"content_hash": mission["content_hash"]})
        assert (await command(api, headers, "upload_mission", mission_id=mission["id"]))["state"] == "done"

        async with httpx.AsyncClient(trust_env=False) as sim:
            await sim.put(faults, json=["wind"])
            start: dict[str, Any] = {"command": "start_mission", "parameters": {}}
            token = (await api.http.post(f"{VEHICLE}/confirmations", headers=headers, json=start)).json()["confirmation_token"]
            refused = await api.http.post(f"{VEHICLE}/commands", headers=headers, json=start | {"confirmation_token": token})
            assert_problem(refused, 409, "dock.weather")
            await sim.put(faults, json=[])
        assert (await api.http.get(dock, headers=headers)).json()["state"] in ("ready", "closed")
        assert (await command(api, headers, "start_mission"))["state"] == "done"
        assert (await api.http.get(dock, headers=headers)).json()["state"] in ("open", "away")
        await dock_until(api, headers, dock, "away")
        assert_problem(await api.http.post(f"{dock}/close", headers=headers), 409, "dock_in_use")
        await wait_vehicle(api, headers, lambda state: state["mission"] and state["mission"]["state"] == "complete", within_s=120)
        await dock_until(api, headers, dock, "closing", "charging", "ready", within_s=90)
        ready = await dock_until(api, headers, dock, "ready")
        assert ready["charge_fraction"] > 0.98
        told = await done_by_itself(api)
        assert told[-4:-1] == ["mav-1 has landed on the pad", told[-3], "charging"]
        assert told[-3].startswith("mav-1 stands in it with 9")
        assert told[-1] == "ready"
        listed = (await api.http.get(f"{dock}/history", headers=headers)).json()["items"]
        assert any(one["action"] == "kept_shut" and "wind 16 m/s" in one["reason"] for one in listed)


async def test_a_vehicle_that_lands_beside_the_pad_is_an_alarm_and_the_lid_stays_open(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        dock = await set_up(api, headers)
        beside = LocalFrame(LonLat(*HOME)).place(8.0, 0.0)
        assert (await command(api, headers, "set_mode", mode="GUIDED"))["state"] == "done"
        assert (await command(api, headers, "arm"))["state"] == "done"
        assert (await api.http.get(dock, headers=headers)).json()["state"] in ("open", "away")
        assert (await command(api, headers, "takeoff", altitude_m=8))["state"] == "done"
        gone = await command(api, headers, "goto", lon_deg=beside.lon_deg, lat_deg=beside.lat_deg, altitude_m=8)
        assert gone["state"] == "done", gone
        assert (await command(api, headers, "land"))["state"] == "done"
        found = await dock_until(api, headers, dock, "fault")
        assert (found["fault"], found["vehicle_present"]) == ("landed_beside", False)
        with anyio.fail_after(30):
            while not await api.services.database.rows("SELECT 1 FROM vehicle_event WHERE text LIKE '%landed beside the pad%'"):
                await anyio.sleep(0.1)
        async with httpx.AsyncClient(trust_env=False) as sim:
            assert (await sim.get(f"http://127.0.0.1:{api_settings.sim.dock_port}/docks/1/state")).json()["lid"] == "open"
