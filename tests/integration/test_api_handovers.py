"""Accepted cases leave for a real HTTP server, signed, with retries and a receipt; or by file. Tier C never leaves."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest

from geo.core import AuditFilter, AuditLog, HandoverStore, LegalOrderStore
from geo.primitives import GeoError, utc_now
from ground_station.accounts import Role
from ground_station.review.outbox import Outbox
from ground_station.review.webhook import is_genuine, signature
from ground_station.settings import HandoverSettings, Settings
from tests.integration.test_api_reviews import decide, reviewing, state, take
from tests.support.api import RunningApi
from tests.support.open_cases import found, outside_system, write_cases
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

SECRET = "known to us and to the outside system only"


async def accepted(api: RunningApi, officer: dict[str, str], *cases: Any) -> list[UUID]:
    ids = await write_cases(api.services.database, cases)
    for case_id in ids:
        assert (await decide(api, officer, await take(api, officer, violation_id=str(case_id)), "accept")).status_code == 201
    return ids


async def test_a_case_is_sent_again_until_it_is_taken_and_the_receipt_is_kept(api_settings: Settings) -> None:
    clock = [utc_now()]
    with outside_system(SECRET, clock[0]) as outside:
        outside.answers = [503, 503]
        handover = HandoverSettings(url="http://127.0.0.1:9/", secret=SECRET, first_retry_s=30)  # the api's own sender reaches nobody
        async with reviewing(api_settings.model_copy(update={"handover": handover})) as api, httpx.AsyncClient(trust_env=False) as client:
            officer = await api.account(Role.OFFICER, "aigul")
            case_id, statistics = await accepted(api, officer, found(1), found(2, legal_order=None))
            store, at = HandoverStore(api.services.database), f"/api/v1/violations/{case_id}/handover"
            assert_problem(await api.http.post(f"/api/v1/violations/{statistics}/handover", headers=officer), 409, "handover_tier_c")
            with pytest.raises(GeoError, match="tier_c"):
                await store.ask(statistics, "outside", "aigul", clock[0], clock[0] + timedelta(hours=1))

            await store.ask(case_id, "outside", "aigul", clock[0] + timedelta(minutes=1), clock[0] + timedelta(hours=1))
            outbox = Outbox(api.services.database, api.bus, handover.model_copy(update={"url": outside.url}), now=lambda: clock[0])
            assert await outbox.send_what_is_due(client) == 0, "not before its time"
            for after_s, tries, waits_s in [(60, 1, 30), (30, 2, 60)]:
                clock[0] += timedelta(seconds=after_s)
                outside.now_s = clock[0].timestamp()
                assert await outbox.send_what_is_due(client) == 1
                (row,) = (await api.http.get(at, headers=officer)).json()["items"]
                assert (row["state"], row["tries"], row["trouble"]) == ("waiting", tries, "answered 503")
                assert datetime.fromisoformat(row["next_try_at"]) == clock[0] + timedelta(seconds=waits_s)
            assert await state(api, case_id) == "accepted"
            clock[0] += timedelta(seconds=60)
            outside.now_s = clock[0].timestamp()
            assert await outbox.send_what_is_due(client) == 1
            (row,) = (await api.http.get(at, headers=officer)).json()["items"]
            assert (row["state"], row["receipt"]["answer"]) == ("delivered", {"number": "KZ-1"})
            assert await state(api, case_id) == "handed_over"
            (taken,) = outside.taken
            assert (taken["violation_id"], taken["legal_order"]["number"], taken["measure"]["limit"]) == (str(case_id), "12-3", 0.5)
            assert [(one["reviewer"], one["decision"]) for one in taken["reviews"]] == [("aigul", "accept")]
            assert "искусственный интеллект" in taken["ai_notice"]["ru"]
            assert outside.forged == 0

            # The order turns out to be void: whoever was handed the case is told.
            order = await LegalOrderStore(api.services.database).get("order-1")
            assert order is not None
            await LegalOrderStore(api.services.database).revoke(
                "order-1", "admin", "the sign stood wrongly", void_from=None, expected=order.updated_at
            )
            assert await outbox.send_what_is_due(client) == 1
            assert (outside.taken[1]["kind"], outside.taken[1]["withdrawn"]) == ("withdrawal", True)
            assert await outbox.send_what_is_due(client) == 0, "once"
            log = await AuditLog(api.services.database).search(AuditFilter(action="violation.handover_delivered"))
            assert len(log) == 2


async def test_what_is_refused_or_never_reached_is_told_and_can_be_asked_for_again(api_settings: Settings) -> None:
    clock = [utc_now()]
    with outside_system("another secret, at least as long as this", clock[0]) as outside:
        handover = HandoverSettings(url="http://127.0.0.1:9/", secret=SECRET, give_up_h=1, first_retry_s=1800)
        async with reviewing(api_settings.model_copy(update={"handover": handover})) as api, httpx.AsyncClient(trust_env=False) as client:
            officer = await api.account(Role.OFFICER, "aigul")
            refused, unreached = await accepted(api, officer, found(1), found(2))
            store = HandoverStore(api.services.database)
            later = clock[0] + timedelta(minutes=1)
            await store.ask(refused, "outside", "aigul", later, later + timedelta(hours=1))
            clock[0] = later
            outbox = Outbox(api.services.database, api.bus, handover.model_copy(update={"url": outside.url}), now=lambda: clock[0])
            outside.now_s = clock[0].timestamp()
            assert await outbox.send_what_is_due(client) == 1
            (row,) = await store.of_violation(refused)
            assert (row.state, row.trouble, outside.forged) == ("refused", "answered 401", 1)

            await store.ask(unreached, "outside", "aigul", clock[0], clock[0] + timedelta(hours=1))
            outbox.settings = handover
            for _ in range(2):
                await outbox.send_what_is_due(client)
                clock[0] += timedelta(seconds=1800)
            (row,) = await store.of_violation(unreached)
            assert (row.state, row.tries) == ("expired", 2)
            assert "cannot be reached" in row.trouble
            assert await state(api, unreached) == "accepted"
            listed = (await api.http.get("/api/v1/handovers", params={"state": "expired"}, headers=officer)).json()
            assert ([one["violation_id"] for one in listed["items"]], listed["target"]) == ([str(unreached)], "outside")
            again = await api.http.post(f"/api/v1/violations/{unreached}/handover", headers=officer)
            assert (again.status_code, again.json()["state"]) == (202, "waiting")


async def test_accepted_cases_leave_by_file_all_or_none(api_settings: Settings) -> None:
    async with reviewing(api_settings) as api:
        officer, viewer = await api.account(Role.OFFICER, "aigul"), await api.account(Role.VIEWER)
        first, second, statistics = await accepted(api, officer, found(1), found(2), found(3, legal_order=None))
        (waiting,) = await write_cases(api.services.database, [found(4)])
        assert_problem(await api.http.post(f"/api/v1/violations/{first}/handover", headers=officer), 409, "handover_no_target")

        async def ask(*ids: UUID, **more: Any) -> httpx.Response:
            body = {"violation_ids": [str(one) for one in ids], "recipient": "Road police"} | more
            return await api.http.post("/api/v1/handovers/file", json=body, headers=officer)

        assert_problem(await ask(first, statistics), 409, "handover_tier_c")
        assert_problem(await ask(first, waiting), 409, "handover_not_accepted")
        assert await state(api, first) == "accepted", "none of them left"
        assert (await api.http.post("/api/v1/handovers/file", json={}, headers=viewer)).status_code == 403
        answer = await ask(first, second)
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            assert {name: sha256(archive.read(name)).hexdigest() for name in manifest["files"]} == manifest["files"]
            assert json.loads(archive.read(f"cases/{first}.json"))["reviews"][0]["reviewer"] == "aigul"
        assert [await state(api, one) for one in (first, second)] == ["handed_over"] * 2
        (row,) = (await api.http.get(f"/api/v1/violations/{first}/handover", headers=officer)).json()["items"]
        assert (row["target"], row["receipt"]["sha256"]) == ("file:Road police", sha256(answer.content).hexdigest())
        assert [one["violation_id"] for one in (await ask(first, format="json")).json()] == [str(first)], "a lost file is had again"


def test_a_signature_is_of_the_body_the_time_and_the_secret() -> None:
    signed = signature(SECRET, "1000", b"{}")
    assert is_genuine(SECRET, "1000", b"{}", signed, now_s=1100)
    assert not is_genuine(SECRET, "1000", b"{ }", signed, now_s=1100)
    assert not is_genuine(SECRET, "1001", b"{}", signed, now_s=1100)
    assert not is_genuine(SECRET + "!", "1000", b"{}", signed, now_s=1100)
    assert not is_genuine(SECRET, "1000", b"{}", signed, now_s=2000), "an old message played again"
    assert not is_genuine(SECRET, "soon", b"{}", signed, now_s=1000)
