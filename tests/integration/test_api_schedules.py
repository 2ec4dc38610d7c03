"""Schedules by data age: what was not seen for too long is proposed once, by itself or by hand, and waits for a person's approval."""

from datetime import timedelta
from typing import Any

import pytest

from geo.core import AuditFilter, AuditLog, TrackRow, TrackStore
from geo.primitives import LonLat, utc_now
from ground_station.accounts import Role
from ground_station.api.schedules import propose_what_is_due
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

URL = "/api/v1/schedules"
RING = [[51.1602, 43.6506], [51.1612, 43.6506], [51.1612, 43.6512], [51.1602, 43.6512], [51.1602, 43.6506]]
BODY: dict[str, Any] = {
    "name": "Dump by the pier",
    "target_kind": "polygon",
    "area": {"type": "Polygon", "coordinates": [RING]},
    "every_days": 30,
}


async def listed(api: RunningApi, headers: dict[str, str]) -> dict[str, Any]:
    (item,) = (await api.http.get(URL, headers=headers)).json()["items"]
    found: dict[str, Any] = item
    return found


async def fly_over(api: RunningApi, days_ago: float) -> None:
    at = utc_now() - timedelta(days=days_ago)
    row = TrackRow(vehicle_id="mav-1", at=at, position=LonLat(51.1607, 43.6509), altitude_amsl_m=60.0)
    await TrackStore(api.services.database).append([row])


async def test_what_was_never_seen_is_proposed_once_and_waits_for_approval(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        made = await api.http.post(URL, headers=headers, json=BODY)
        assert made.status_code == 201, made.text
        assert (made.json()["due"], made.json()["seen_at"]) == (True, None)
        await propose_what_is_due(api.services, claimed_for_s=0.0)
        await propose_what_is_due(api.services, claimed_for_s=0.0)
        missions = (await api.http.get("/api/v1/missions", headers=headers)).json()["items"]
        assert [(m["state"], m["created_by"]) for m in missions] == [("proposed", "schedule")]
        item = await listed(api, headers)
        assert (item["mission_id"], item["mission_state"]) == (missions[0]["id"], "proposed")
        again = await api.http.post(f"{URL}/{item['id']}/proposal", headers=headers)
        assert_problem(again, 409, "proposal_open")
        url = f"/api/v1/missions/{item['mission_id']}/approval"
        approved = await api.http.post(url, headers=headers, json={"content_hash": missions[0]["content_hash"]})
        assert (approved.json()["state"], approved.json()["approved_by"]) == ("approved", "pilot")
        actions = [e.action for e in await AuditLog(api.services.database).search(AuditFilter(action="schedule"))]
        assert actions == ["schedule.proposed", "schedule.created"]


async def test_a_flight_over_it_makes_it_fresh_until_its_age_is_reached(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        await fly_over(api, days_ago=40)
        await fly_over(api, days_ago=12)
        made = (await api.http.post(URL, headers=headers, json=BODY)).json()
        assert (made["due"], made["seen_by"]) == (False, "track")
        await propose_what_is_due(api.services, claimed_for_s=0.0)
        assert (await api.http.get("/api/v1/missions", headers=headers)).json()["items"] == []
        assert (await api.http.post(f"{URL}/{made['id']}/proposal", headers=headers)).json()["mission_state"] == "proposed"
        assert (await api.http.delete(f"{URL}/{made['id']}", headers=headers)).status_code == 204
        assert (await api.http.get(URL, headers=headers)).json()["items"] == []


async def test_a_target_that_is_not_there_and_one_named_twice_are_refused(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers, viewer = await api.account(Role.PILOT), await api.account(Role.VIEWER)
        nowhere = {"name": "Fibre", "target_kind": "fibre_segment", "target_id": "no-such", "every_days": 30}
        assert_problem(await api.http.post(URL, headers=headers, json=nowhere), 404, "geo.not_found")
        assert_problem(await api.http.post(URL, headers=headers, json=BODY | {"target_id": "x"}), 422, "schedule_target")
        assert_problem(await api.http.post(URL, headers=viewer, json=BODY), 403, "role_needed")
        assert (await api.http.get(URL, headers=headers)).json()["items"] == []
