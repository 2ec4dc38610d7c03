"""Plates over HTTP on a real PostGIS: officers only and on record, forgotten with a receipt, kept by a case or a wanted list."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from geo.core import AuditFilter, AuditLog, Database, FoundPlate, PlateStore, ViolationStore
from geo.primitives import GeoError, LonLat, derived_id, utc_now
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import running_api
from tests.support.open_cases import found, write_cases
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

AKTAU, ZHANAOZEN = LonLat(51.17, 43.65), LonLat(52.86, 43.34)


def plate(text: str, at: datetime, **changes: Any) -> FoundPlate:
    read = FoundPlate(derived_id("gate", text, at.isoformat()), "gate", 1, at, text, "kz_2012", "car", (0.99,) * 8, 3, AKTAU, 2.0)
    return replace(read, **changes)


async def texts(database: Database) -> list[str]:
    return [row.found.text for row in await PlateStore(database).reads()]


async def test_reads_are_for_officers_and_each_look_is_on_record(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        now, store = utc_now(), PlateStore(api.services.database)
        await store.ingest([plate("123ABC12", now), plate("777QQQ02", now)])
        for role in (Role.VIEWER, Role.INSPECTOR, Role.PILOT, Role.OPERATOR):
            refused = await api.http.get("/api/v1/plates/reads", headers=await api.account(role))
            assert_problem(refused, 403, "role_needed")
        aigul = await api.account(Role.OFFICER, "aigul")

        answer = await api.http.get("/api/v1/plates/reads", params={"text": "123 авс 12"}, headers=aigul)

        assert answer.status_code == 200, answer.text
        (item,) = answer.json()["items"]
        assert (item["text"], item["grammar"], item["votes"], item["violation_id"]) == ("123ABC12", "kz_2012", 3, None)
        assert datetime.fromisoformat(item["expires_at"]) - now == timedelta(hours=72)
        (entry,) = await AuditLog(api.services.database).search(AuditFilter(action="plates.read"))
        assert (entry.actor, entry.detail["text"], entry.detail["found"]) == ("aigul", "123ABC12", 1)


async def test_what_nothing_keeps_is_forgotten_with_a_receipt(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        database, now = api.services.database, utc_now()
        store, old = PlateStore(database), now - timedelta(hours=80)
        observation, rejected = derived_id("gate", "seen"), derived_id("gate", "seen too")
        await write_cases(database, [found(1, observation_id=observation), found(2, observation_id=rejected)])
        await store.ingest(
            [
                plate("123ABC12", old),
                plate("200BBB12", old, source_id="yard"),
                plate("300CCC12", now),
                plate("400DDD12", old, observation_id=observation),
                plate("500EEE12", old, observation_id=rejected),
            ]
        )
        assert await store.ingest([plate("300CCC12", now)]) == [], "told again it is the same read"
        await database.execute("UPDATE violation SET state = 'rejected' WHERE observation_id = $1", rejected)

        receipt = await store.forget(now)

        assert receipt is not None
        assert (receipt.count, receipt.before, receipt.by_source) == (3, now, {"gate": 2, "yard": 1})
        assert sorted(await texts(database)) == ["300CCC12", "400DDD12"]
        assert await store.forget(now) is None
        officer = await api.account(Role.OFFICER)
        (told,) = (await api.http.get("/api/v1/plates/receipts", headers=officer)).json()["items"]
        assert (told["count"], told["receipt_id"]) == (3, str(receipt.receipt_id))
        case = await ViolationStore(database).get(found(1).violation_id)
        assert case is not None
        assert case.plate is not None
        assert case.plate["text"] == "400DDD12"
        with pytest.raises(GeoError, match="seventy_two_hours"):
            await database.execute("UPDATE plate_read SET expires_at = at + interval '73 hours' WHERE text = '300CCC12'")


async def test_a_case_that_comes_after_its_read_keeps_it(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        database, now = api.services.database, utc_now()
        store, observation = PlateStore(database), derived_id("gate", "seen")
        await store.ingest([plate("400DDD12", now - timedelta(hours=80), observation_id=observation)])
        await write_cases(database, [found(1, observation_id=observation)])

        assert await store.forget(now) is None
        (row,) = await store.reads()
        assert row.violation_id == found(1).violation_id


async def test_a_wanted_plate_is_kept_until_its_end_and_a_permitted_one_no_longer_than_others(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        now, store = utc_now(), PlateStore(api.services.database)
        officer = await api.account(Role.OFFICER, "aigul")
        end = (now + timedelta(days=10)).isoformat()
        body = {"text": "123 авс 12", "kind": "wanted", "reason": "left an accident, case 12", "expires_at": end}
        assert_problem(await api.http.post("/api/v1/plates/watches", json=body, headers=await api.account(Role.VIEWER)), 403, "role_needed")
        late = body | {"expires_at": (now + timedelta(days=800)).isoformat()}
        assert_problem(await api.http.post("/api/v1/plates/watches", json=late, headers=officer), 422, "plate_watch_end")
        assert (await api.http.post("/api/v1/plates/watches", json=body | {"reason": ""}, headers=officer)).status_code == 422
        wanted = await api.http.post("/api/v1/plates/watches", json=body, headers=officer)
        assert wanted.status_code == 201, wanted.text
        assert (wanted.json()["owner"], wanted.json()["text"]) == ("aigul", "123ABC12")
        permitted = body | {"text": "777 QQQ 02", "kind": "permitted", "reason": "works at the port"}
        assert (await api.http.post("/api/v1/plates/watches", json=permitted, headers=officer)).status_code == 201
        seen = utc_now()
        await store.ingest([plate("123ABC12", seen), plate("777QQQ02", seen)])

        assert await store.forget(seen + timedelta(hours=73)) is not None
        (item,) = (await api.http.get("/api/v1/plates/reads", headers=officer)).json()["items"]
        assert (item["text"], item["watch_id"]) == ("123ABC12", wanted.json()["watch_id"])
        address = f"/api/v1/plates/watches/{wanted.json()['watch_id']}"
        assert (await api.http.delete(address, headers=officer)).status_code == 204
        assert_problem(await api.http.delete(address, headers=officer), 404, "unknown_plate_watch")
        assert await store.forget(seen + timedelta(hours=73)) is not None
        assert await texts(api.services.database) == []


async def test_one_plate_at_two_far_places_is_told_to_officers(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        now, store = utc_now(), PlateStore(api.services.database)
        await store.ingest(
            [
                plate("123ABC12", now - timedelta(minutes=30)),
                plate("123ABC12", now - timedelta(minutes=10), source_id="post", position=ZHANAOZEN),
                plate("777QQQ02", now - timedelta(minutes=30)),
                plate("777QQQ02", now - timedelta(minutes=10), source_id="post"),
            ]
        )

        (item,) = (await api.http.get("/api/v1/plates/clones", headers=await api.account(Role.OFFICER))).json()["items"]

        assert (item["text"], item["why"], item["first"]["source_id"], item["second"]["source_id"]) == (
            *("123ABC12", "impossible_speed"),
            *("gate", "post"),
        )
        assert 100 < item["speed_mps"] < 130
