"""Docks through the api: a vehicle in one starts only when the lid is open and the weather lets it. A real HTTP dock, database and bus."""

import anyio
import pytest

from geo.core import AuditFilter, AuditLog
from ground_station.accounts import Role
from ground_station.settings import Settings
from sim.docks import ParkedVehicle, SimulatedDock
from tests.integration.test_api_fleet import confirmed, fleet, take
from tests.support.api import running_api
from tests.support.dock_server import dock_server
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

PLACE = {"lon_deg": 51.16, "lat_deg": 43.65, "vehicle_id": "mav-1"}
TAKEOFF = {"vehicle_ids": ["mav-1"], "command": "takeoff", "parameters": {"altitude_m": 20}}


async def test_a_vehicle_in_a_dock_starts_when_the_lid_is_open_and_not_in_rain(api_settings: Settings) -> None:
    box = SimulatedDock(bay=ParkedVehicle(charge=1.0), faults=frozenset({"rain"}))
    with dock_server(box) as url:
        async with fleet(api_settings) as (api, headers, got):
            await take(api, headers, "mav-1")
            made = await api.http.post("/api/v1/docks", headers=headers, json={"name": "Harbour", "device": url, **PLACE})
            assert made.status_code == 201, made.text
            assert made.json()["state"] == "ready"
            assert url not in (await api.http.get("/api/v1/docks", headers=headers)).text
            sent = (await api.http.post("/api/v1/fleet/commands", headers=headers, json=await confirmed(api, headers, TAKEOFF))).json()
            assert sent["items"][0]["refusal"]["code"] == "dock.weather"
            assert (got, box.lid) == ([], 0.0)
            box.faults = frozenset()
            sent = (await api.http.post("/api/v1/fleet/commands", headers=headers, json=await confirmed(api, headers, TAKEOFF))).json()
            assert sent["items"][0]["update"]["state"] == "sent"
            assert (got, box.lid) == (["mav-1"], 1.0)
            entries = await AuditLog(api.services.database).search(AuditFilter(action="dock"))
            actions = [entry.action for entry in entries if entry.action != "dock.state"]  # what it then does is told as it comes
            assert actions == ["dock.open", "dock.kept_shut", "dock.open", "dock.set_up"]


async def test_a_dock_is_opened_closed_and_deleted_by_hand_and_keeps_a_history(api_settings: Settings) -> None:
    with dock_server(SimulatedDock(bay=ParkedVehicle(present=False))) as url:
        async with running_api(api_settings) as api:
            headers, viewer = await api.account(Role.PILOT), await api.account(Role.VIEWER)
            body = {"name": "Yard", "device": url, **PLACE}
            made = (await api.http.post("/api/v1/docks", headers=headers, json=body)).json()
            at = f"/api/v1/docks/{made['dock_id']}"
            assert_problem(await api.http.post(f"{at}/open", headers=viewer), 403, "role_needed")
            assert (await api.http.post(f"{at}/open", headers=headers)).json()["state"] in ("opening", "open")
            with anyio.fail_after(45):
                while (await api.http.get(at, headers=viewer)).json()["state"] != "open":
                    await anyio.sleep(0.2)
            assert_problem(await api.http.post(f"{at}/charge", headers=headers), 409, "dock_open")
            assert (await api.http.post(f"{at}/close", headers=headers)).json()["state"] in ("closing", "closed")
            done = (await api.http.get(f"{at}/history", headers=viewer)).json()["items"]
            assert [(one["by"], one["action"], one["state"]) for one in done if one["action"] != "state"] == [
                ("pilot", "close", "open"),
                ("pilot", "open", "closed"),
                ("pilot", "set_up", None),
            ]
            assert_problem(await api.http.post("/api/v1/docks", headers=headers, json=body | {"device": "sim:fire"}), 422, "dock.address")
            assert (await api.http.delete(at, headers=headers)).status_code == 204
            assert_problem(await api.http.get(at, headers=headers), 404, "dock_unknown")
