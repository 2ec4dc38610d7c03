"""Groups, and one command to many: all or nothing before, a line for each after. With two stations' worth of real bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from nats.aio.msg import Msg

from geo.core import AuditFilter, AuditLog
from ground_station.accounts import Role
from ground_station.messages import CommandRequest, CommandState
from ground_station.settings import Settings
from tests.integration.test_api_commands import update_of
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

FLEET = ["mav-1", "mav-2", "mav-3"]
Headers = dict[str, str]


@asynccontextmanager
async def fleet(settings: Settings) -> AsyncIterator[tuple[RunningApi, Headers, list[str]]]:
    """Three vehicles; the station answers for the first two only. Gives the ids commands were sent to."""
    got: list[str] = []

    async def on_request(message: Msg) -> None:
        request = CommandRequest.model_validate_json(message.data)
        got.append(request.vehicle_id)
        await message.respond(update_of(request, CommandState.SENT).encode())

    async with running_api(settings) as api:
        headers = await api.account(Role.PILOT)
        for number, vehicle_id in enumerate(FLEET, 1):
            await api.hear(vehicle_state(vehicle_id, system_id=number))
        subscriptions = [await api.bus.subscribe(f"command.request.{vehicle_id}", cb=on_request) for vehicle_id in FLEET[:2]]
        yield api, headers, got
        for vehicle_id in FLEET:
            await api.http.delete(f"/api/v1/vehicles/{vehicle_id}/lease", headers=headers)
        for subscription in subscriptions:
            await subscription.unsubscribe()


async def take(api: RunningApi, headers: Headers, *vehicle_ids: str) -> None:
    for vehicle_id in vehicle_ids:
        assert (await api.http.post(f"/api/v1/vehicles/{vehicle_id}/lease", headers=headers)).status_code == 200


async def confirmed(api: RunningApi, headers: Headers, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.http.post("/api/v1/fleet/confirmations", headers=headers, json=body)
    assert answer.status_code == 200, answer.text
    return body | {"confirmation_token": answer.json()["confirmation_token"]}


async def test_nothing_is_sent_to_anyone_unless_everyone_can(api_settings: Settings) -> None:
    async with fleet(api_settings) as (api, headers, got):
        await take(api, headers, "mav-1")
        body = await confirmed(api, headers, {"vehicle_ids": ["mav-1", "mav-2"], "command": "takeoff", "parameters": {"altitude_m": 20}})
        refused = await api.http.post("/api/v1/fleet/commands", headers=headers, json=body)
        assert_problem(refused, 409, "fleet_not_ready")
        assert "mav-2" in refused.json()["detail"]
        assert got == []


async def test_each_has_its_own_line_and_its_own_audit_entries(api_settings: Settings) -> None:
    async with fleet(api_settings) as (api, headers, got):
        await take(api, headers, *FLEET)
        body = await confirmed(api, headers, {"vehicle_ids": FLEET, "command": "takeoff", "parameters": {"altitude_m": 20}})
        answer = await api.http.post("/api/v1/fleet/commands", headers=headers, json=body)
        assert answer.status_code == 202, answer.text
        rows = {row["vehicle_id"]: row for row in answer.json()["items"]}
        assert list(rows) == FLEET
        assert [rows[vehicle_id]["update"]["state"] for vehicle_id in FLEET[:2]] == ["sent", "sent"]
        assert (rows["mav-3"]["update"], rows["mav-3"]["refusal"]["code"]) == (None, "station_unreachable")
        assert sorted(got) == FLEET[:2]
        log = AuditLog(api.services.database)
        for vehicle_id in FLEET[:2]:
            assert [e.action for e in await log.search(AuditFilter(action="command", subject=f"vehicle/{vehicle_id}"))] == [
                "command.requested"
            ]
        again = await api.http.post("/api/v1/fleet/commands", headers=headers, json=body)
        assert_problem(again, 403, "confirmation_expired")


async def test_groups_are_kept_changed_and_deleted(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers, viewer = await api.account(Role.PILOT), await api.account(Role.VIEWER)
        body = {"name": " Harbour ", "vehicle_ids": ["mav-1", "mav-2", "mav-1"]}
        made = (await api.http.post("/api/v1/groups", headers=headers, json=body)).json()
        assert (made["name"], made["vehicle_ids"]) == ("Harbour", ["mav-1", "mav-2"])
        assert_problem(await api.http.post("/api/v1/groups", headers=viewer, json=body), 403, "role_needed")
        changed = (await api.http.post("/api/v1/groups", headers=headers, json={"name": "Harbour", "vehicle_ids": ["mav-3"]})).json()
        assert (changed["id"], changed["vehicle_ids"]) == (made["id"], ["mav-3"])
        assert [group["name"] for group in (await api.http.get("/api/v1/groups", headers=viewer)).json()["items"]] == ["Harbour"]
        assert (await api.http.delete(f"/api/v1/groups/{made['id']}", headers=headers)).status_code == 204
        assert_problem(await api.http.delete(f"/api/v1/groups/{made['id']}", headers=headers), 404, "geo.not_found")


async def test_the_audit_log_is_searched_and_verified_by_officers_and_administrators_only(api_settings: Settings) -> None:
    async with fleet(api_settings) as (api, headers, _):
        await take(api, headers, "mav-1", "mav-2")
        officer = await api.account(Role.OFFICER)
        assert_problem(await api.http.get("/api/v1/audit", headers=headers), 403, "role_needed")
        page = (await api.http.get("/api/v1/audit", headers=officer, params={"action": "lease", "subject": "vehicle/mav-2"})).json()
        assert [(entry["action"], entry["actor"], entry["subject"]) for entry in page["items"]] == [
            ("lease.taken", "pilot", "vehicle/mav-2")
        ]
        first = (await api.http.get("/api/v1/audit", headers=officer, params={"limit": 1})).json()
        older = (await api.http.get("/api/v1/audit", headers=officer, params={"before": first["next_before"], "limit": 1})).json()
        assert older["items"][0]["sequence"] < first["items"][0]["sequence"]
        verdict = (await api.http.get("/api/v1/audit/verify", headers=officer)).json()
        assert verdict["whole"] is True
        # The database refuses this to everybody; whoever gets past it by owning the server is seen in the chain.
        await api.services.database.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        await api.services.database.execute("UPDATE audit_entry SET actor = 'somebody' WHERE sequence = 2")
        assert (await api.http.get("/api/v1/audit/verify", headers=officer)).json() == {"whole": False, "entries": 1, "first_broken": 2}
