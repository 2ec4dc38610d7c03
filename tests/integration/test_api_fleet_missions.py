"""Different missions on several vehicles in one go: who may not is named, conflicts are confirmed by name, then all start."""

from typing import Any

import pytest

from geo.core import AuditFilter, AuditLog, MissionStore
from ground_station.messages import MissionProgress
from ground_station.settings import Settings
from missions import plan_from_json
from tests.integration.test_api_fleet import Headers, fleet, take
from tests.support.api import RunningApi, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

URL = "/api/v1/fleet/missions"
HOME = (51.16, 43.65)


def survey(east_deg: float) -> dict[str, Any]:
    west, south = HOME[0] + east_deg, HOME[1] + 0.001
    ring = [[west, south], [west + 0.001, south], [west + 0.001, south + 0.001], [west, south + 0.001], [west, south]]
    return {
        "polygon": {"type": "Polygon", "coordinates": [ring]},
        "camera": "sunqar-sim-nadir",
        "altitude_m": 40,
        "front_overlap": 0.5,
        "side_overlap": 0.4,
        "angle_deg": "auto",
        "speed_mps": 8,
        "home": list(HOME),
    }


async def aboard(api: RunningApi, headers: Headers, vehicle_id: str, east_deg: float, **place: float) -> str:
    """An approved mission that the vehicle says it carries."""
    body = {"name": f"For {vehicle_id}", "request": survey(east_deg)}
    made = (await api.http.post("/api/v1/missions", headers=headers, json=body)).json()
    await api.http.post(f"/api/v1/missions/{made['id']}/approval", headers=headers, json={"content_hash": made["content_hash"]})
    store = MissionStore(api.services.database)
    row = await store.set_state(made["id"], "uploaded", vehicle_id=vehicle_id)
    progress = MissionProgress(
        mission_id=made["id"], current_item=0, total_items=len(plan_from_json(row.content.plan).items), state="not_started"
    )
    api.services.vehicles.put(vehicle_state(vehicle_id, system_id=int(vehicle_id[-1]), mission=progress, **place))
    return str(made["id"])


async def start(api: RunningApi, headers: Headers, body: dict[str, Any]) -> Any:
    token = (await api.http.post(f"{URL}/confirmations", headers=headers, json=body)).json()["confirmation_token"]
    return await api.http.post(f"{URL}/start", headers=headers, json=body | {"confirmation_token": token})


async def test_missions_that_cross_start_only_when_the_pair_is_confirmed_by_name(api_settings: Settings) -> None:
    async with fleet(api_settings) as (api, headers, got):
        await take(api, headers, "mav-1", "mav-2")
        starts = [
            {"vehicle_id": "mav-1", "mission_id": await aboard(api, headers, "mav-1", 0.0)},
            {"vehicle_id": "mav-2", "mission_id": await aboard(api, headers, "mav-2", 0.0, lon_deg=HOME[0] + 0.0001)},
        ]
        view = (await api.http.post(f"{URL}/check", headers=headers, json={"starts": starts})).json()
        assert [(row["aboard"], row["refusal"]) for row in view["rows"]] == [(True, None), (True, None)], view
        (conflict,) = view["conflicts"]
        assert {conflict["first"], conflict["second"]} == {"mav-1", "mav-2"}
        assert (conflict["against"], conflict["horizontal_m"] < 50) == ("starting", True)
        assert_problem(await start(api, headers, {"starts": starts, "accepted": []}), 409, "fleet_conflicts")
        assert got == []
        answer = await start(api, headers, {"starts": starts, "accepted": [["mav-1", "mav-2"]]})
        assert answer.status_code == 202, answer.text
        assert [row["update"]["command"] for row in answer.json()["items"]] == ["start_mission", "start_mission"]
        (entry,) = await AuditLog(api.services.database).search(AuditFilter(action="fleet.missions_started"))
        assert [(c["first"], c["second"]) for c in entry.detail["conflicts"]] == [(conflict["first"], conflict["second"])]


async def test_missions_far_apart_start_without_a_question_and_strangers_are_named(api_settings: Settings) -> None:
    async with fleet(api_settings) as (api, headers, got):
        await take(api, headers, "mav-1", "mav-2")
        own = await aboard(api, headers, "mav-1", 0.0)
        other = await aboard(api, headers, "mav-2", 0.02, lon_deg=HOME[0] + 0.02, home_lon_deg=HOME[0] + 0.02)
        swapped = [{"vehicle_id": "mav-1", "mission_id": other}, {"vehicle_id": "mav-2", "mission_id": other}]
        refused = await start(api, headers, {"starts": swapped})
        assert_problem(refused, 409, "fleet_not_ready")
        assert "mav-1" in refused.json()["detail"]
        assert got == []
        starts = [{"vehicle_id": "mav-1", "mission_id": own}, {"vehicle_id": "mav-2", "mission_id": other}]
        assert (await api.http.post(f"{URL}/check", headers=headers, json={"starts": starts})).json()["conflicts"] == []
        assert (await start(api, headers, {"starts": starts})).status_code == 202
        assert sorted(got) == ["mav-1", "mav-2"]
