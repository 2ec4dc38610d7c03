"""What surrounds a plan: its revisions and what differs, approval of exactly one content, templates, proposals that wait for a person."""

from typing import Any
from uuid import UUID

import pytest

from geo.core import AuditFilter, AuditLog, MissionStore
from geo.primitives import new_id
from ground_station.accounts import Role
from ground_station.api.errors import Conflict
from ground_station.api.mission_upload import upload_parameters
from ground_station.settings import Settings
from missions import plan_from_json
from tests.integration.test_api_missions import MISSIONS, POLYGON, created, survey
from tests.support.api import RunningApi, running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

POINT = {"type": "Point", "coordinates": [51.1612, 43.6511]}
DUMP = {"source": {"kind": "observation", "id": "o-17"}, "geometry": POINT, "reason": "Smoke seen by the mast camera"}
ITS_OWN_WORDS: dict[str, Any] = {"code": None, "values": {}}  # a person's reason is shown as it was said


async def approve(api: RunningApi, headers: dict[str, str], mission: dict[str, Any]) -> None:
    body = {"content_hash": mission["content_hash"]}
    answer = await api.http.post(f"{MISSIONS}/{mission['id']}/approval", headers=headers, json=body)
    assert answer.status_code == 200, answer.text


async def revised(api: RunningApi, headers: dict[str, str], mission: dict[str, Any], **changes: Any) -> dict[str, Any]:
    tag = {"If-Match": f'"{mission["revision"]}"'}
    body = {"name": "Beach, lower", "request": survey(**changes)}
    answer = await api.http.put(f"{MISSIONS}/{mission['id']}", headers=headers | tag, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_every_revision_is_kept_compared_and_taken_up_again(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        first = await created(api, headers)
        await approve(api, headers, first)
        second = await revised(api, headers, first, altitude_m=30)
        url = f"{MISSIONS}/{first['id']}/revisions"
        listed = (await api.http.get(url, headers=headers)).json()["items"]
        assert [(one["revision"], one["name"], one["revised_by"]) for one in listed] == [
            (2, "Beach, lower", "pilot"),
            (1, "Beach", "pilot"),
        ]
        assert [[approval["by"] for approval in one["approvals"]] for one in listed] == [[], ["pilot"]]
        assert listed[1]["content_hash"] == first["content_hash"]
        one = (await api.http.get(f"{url}/1", headers=headers)).json()
        assert (one["request"]["altitude_m"], one["path"]["type"]) == (40, "LineString")

        found = (await api.http.get(f"{url}/2/difference", headers=headers)).json()
        assert (found["before"], found["after"], found["same_flight"]) == (1, 2, False)
        assert found["request"]["altitude_m"] == {"before": 40, "after": 30}
        assert found["statistics"]["photos"]["after"] > found["statistics"]["photos"]["before"]
        assert found["items"]
        assert found["only_after"]["coordinates"]

        stale = await api.http.post(f"{url}/1/restoration", headers=headers | {"If-Match": '"1"'})
        assert_problem(stale, 412, "geo.revision")
        again = await api.http.post(f"{url}/1/restoration", headers=headers | {"If-Match": f'"{second["revision"]}"'})
        assert again.status_code == 201, again.text
        restored = again.json()
        assert (restored["revision"], restored["state"], restored["approved_by"]) == (3, "draft", None)
        assert restored["content_hash"] == first["content_hash"]
        assert (await api.http.get(url, headers=headers)).json()["items"][0]["note"] == "restored from 1"
        same = (await api.http.get(f"{url}/3/difference", headers=headers, params={"against": 1})).json()
        assert (same["same_flight"], same["items"], same["only_before"]["coordinates"]) == (True, [], [])
        assert_problem(await api.http.get(f"{url}/9", headers=headers), 404, "geo.not_found")


async def test_what_is_uploaded_is_what_was_approved_and_nothing_else(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        await approve(api, headers, mission)
        row = await MissionStore(api.services.database).get(UUID(mission["id"]))
        assert row is not None
        plan = plan_from_json(row.content.plan)
        sent = await upload_parameters(api.services.database, row.mission_id)
        assert plan.content_hash() == mission["content_hash"]
        assert sent["items"] == [item.to_json() for item in plan.items]

        other = await created(api, headers, "Another")
        higher = await revised(api, headers, other, altitude_m=70)
        # Somebody with access to the database puts another flight, with its right hash, in the place of the approved one.
        await api.services.database.execute(
            "UPDATE mission m SET plan = o.plan, content_hash = o.content_hash FROM mission o WHERE m.id = $1 AND o.id = $2",
            *(row.mission_id, UUID(higher["id"])),
        )
        with pytest.raises(Conflict) as caught:
            await upload_parameters(api.services.database, row.mission_id)
        assert caught.value.code == "mission_altered"


async def test_a_template_keeps_how_and_forgets_where(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        url = f"{MISSIONS}/templates"
        body = {"name": "Dumps", "request": survey(altitude_m=25)}
        made = await api.http.post(url, headers=headers, json=body)
        assert made.status_code == 201, made.text
        template = made.json()
        assert (template["pattern"], template["request"]["altitude_m"]) == ("survey", 25)
        assert not {"polygon", "home", "avoid", "fence", "name"} & set(template["request"])
        assert_problem(await api.http.post(url, headers=headers, json=body), 409, "geo.exists")
        changed = await api.http.put(f"{url}/{template['id']}", headers=headers, json=body | {"name": "Dumps, low"})
        assert changed.json()["name"] == "Dumps, low"
        assert [one["name"] for one in (await api.http.get(url, headers=headers)).json()["items"]] == ["Dumps, low"]
        mission = await api.http.post(f"{MISSIONS}/proposals", headers=headers, json=DUMP | {"template_id": template["id"]})
        assert mission.json()["statistics"]["altitude_m"] == 25
        assert (await api.http.delete(f"{url}/{template['id']}", headers=headers)).status_code == 204
        assert_problem(await api.http.get(f"{url}/{template['id']}", headers=headers), 404, "geo.not_found")
        viewer = await api.account(Role.VIEWER)
        assert_problem(await api.http.post(url, headers=viewer, json=body), 403, "role_needed")


@pytest.mark.parametrize(
    "geometry",
    [POINT, POLYGON, {"type": "LineString", "coordinates": [[51.16, 43.65], [51.163, 43.651], [51.163, 43.653]]}],
    ids=["point", "area", "line"],
)
async def test_an_event_proposes_a_mission_and_a_person_decides(api_settings: Settings, geometry: dict[str, Any]) -> None:
    async with running_api(api_settings) as api:
        officer, pilot = await api.account(Role.OFFICER), await api.account(Role.PILOT)
        proposals = f"{MISSIONS}/proposals"
        answer = await api.http.post(proposals, headers=officer, json=DUMP | {"geometry": geometry})
        assert answer.status_code == 201, answer.text
        mission = answer.json()
        assert (mission["state"], mission["created_by"], mission["approved_by"]) == ("proposed", "officer", None)
        assert mission["proposal"] == {"source_kind": "observation", "source_id": "o-17", "reason": DUMP["reason"], **ITS_OWN_WORDS}
        assert mission["statistics"]["photos"] > 0
        with pytest.raises(Conflict):
            await upload_parameters(api.services.database, UUID(mission["id"]))
        assert_problem(await api.http.post(proposals, headers=officer, json=DUMP), 409, "proposal_open")
        approval = {"content_hash": mission["content_hash"]}
        url = f"{MISSIONS}/{mission['id']}/approval"
        assert_problem(await api.http.post(url, headers=officer, json=approval), 403, "role_needed")
        await approve(api, pilot, mission)
        actions = [entry.action for entry in await AuditLog(api.services.database).search(AuditFilter(action="mission"))]
        assert actions == ["mission.approved", "mission.proposed"]


async def test_a_proposal_without_a_usable_place_is_refused(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        for geometry, code in (({"type": "Point"}, "mission.place"), ({"type": "Point", "coordinates": [51, 143]}, "geo.latitude")):
            answer = await api.http.post(f"{MISSIONS}/proposals", headers=headers, json=DUMP | {"geometry": geometry})
            assert_problem(answer, 422, code)
        unknown = DUMP | {"template_id": str(new_id())}
        assert_problem(await api.http.post(f"{MISSIONS}/proposals", headers=headers, json=unknown), 404, "geo.not_found")
        assert (await api.http.get(MISSIONS, headers=await api.account(Role.VIEWER))).json()["items"] == []
