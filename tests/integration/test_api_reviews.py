"""Officers' review over HTTP on a real PostGIS: one case at a time, two officers blind to each other, known-bad cases, nothing in bulk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from geo.core import AuditFilter, AuditLog, CaseFilter, LegalOrderStore, ReviewStore, ViolationStore
from geo.primitives import GeoError, utc_now
from ground_station.accounts import Role
from ground_station.settings import ReviewSettings, Settings
from tests.support.api import RunningApi, running_api
from tests.support.open_cases import found, write_cases
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

Headers = dict[str, str]


@asynccontextmanager
async def reviewing(settings: Settings, **review: Any) -> AsyncIterator[RunningApi]:
    chosen = ReviewSettings(**({"double_look_share": 0.0, "known_bad_share": 0.0} | review))
    async with running_api(settings.model_copy(update={"review": chosen})) as api:
        yield api


async def take(api: RunningApi, officer: Headers, **wanted: Any) -> dict[str, Any] | None:
    answer = await api.http.post("/api/v1/reviews/next", json=wanted, headers=officer)
    assert answer.status_code == 200, answer.text
    case: dict[str, Any] | None = answer.json()["case"]
    return case


async def decide(api: RunningApi, officer: Headers, case: dict[str, Any] | None, decision: str, **more: Any) -> Any:
    assert case is not None
    return await api.http.post(
        f"/api/v1/violations/{case['violation_id']}/reviews",
        json={"look_id": case["look_id"], "decision": decision} | more,
        headers=officer | {"If-Match": f'"{case["revision"]}"'},
    )


async def state(api: RunningApi, violation_id: UUID) -> str:
    case = await ViolationStore(api.services.database).get(violation_id)
    assert case is not None
    return case.state


async def test_officers_take_one_case_each_oldest_first_and_decide_only_what_is_before_them(api_settings: Settings) -> None:
    async with reviewing(api_settings) as api:
        first, second, statistics = await write_cases(api.services.database, [found(1), found(2), found(0, legal_order=None)])
        aigul, timur = await api.account(Role.OFFICER, "aigul"), await api.account(Role.OFFICER, "timur")
        viewer = await api.account(Role.VIEWER)
        assert_problem(await api.http.post("/api/v1/reviews/next", json={}, headers=viewer), 403, "role_needed")

        queue = (await api.http.get("/api/v1/reviews/queue", headers=aigul)).json()
        assert [one["violation_id"] for one in queue["items"]] == [str(first), str(second), str(statistics)]
        assert queue["counts"] == {"red_light": 3}
        case, other = await take(api, aigul), await take(api, timur)
        assert case is not None
        assert other is not None
        assert (case["violation_id"], other["violation_id"]) == (str(first), str(second))
        assert (case["measure"], case["legal_order"]["number"]) == ({"value": 1.4, "uncertainty": 0.2, "limit": 0.5, "unit": "s"}, "12-3")
        assert await take(api, aigul) == case, "the page loaded again shows the same case, with the time it had"
        taken = await api.http.post("/api/v1/reviews/next", json={"violation_id": str(second)}, headers=aigul)
        assert_problem(taken, 409, "case_taken")

        assert_problem(await decide(api, timur, case, "accept"), 409, "look_over")
        assert_problem(await decide(api, aigul, case | {"revision": "2026"}, "accept"), 412, "stale_revision")
        assert (await decide(api, aigul, case, "reject")).status_code == 422, "a rejection needs its reason"
        assert (await decide(api, aigul, case, "reject", reason="other")).status_code == 422, "and 'other' a note"
        done = await decide(api, aigul, case, "reject", reason="wrong_vehicle", note="the lorry behind")
        assert done.status_code == 201, done.text
        assert (await decide(api, timur, other, "accept")).status_code == 201
        assert (await state(api, first), await state(api, second)) == ("rejected", "accepted")
        assert_problem(await decide(api, aigul, case, "accept"), 409, "look_over")

        (row,) = (await api.http.get(f"/api/v1/violations/{first}/reviews", headers=viewer)).json()["items"]
        assert (row["reviewer"], row["decision"], row["reason"], row["note"]) == ("aigul", "reject", "wrong_vehicle", "the lorry behind")
        assert 0 <= row["seconds_spent"] < 60
        entries = await AuditLog(api.services.database).search(AuditFilter(subject=f"violation/{first}"))
        assert [(entry.actor, entry.action) for entry in entries] == [("aigul", "violation.rejected"), ("aigul", "violation.reviewed")]


async def test_two_officers_accept_together_and_neither_learns_what_the_other_did(api_settings: Settings) -> None:
    async with reviewing(api_settings, two_person_rules=["red_light"]) as api:
        (case_id,) = await write_cases(api.services.database, [found(1)])
        officers = [await api.account(Role.OFFICER, name) for name in ("aigul", "timur", "dana")]
        case, same = await take(api, officers[0]), await take(api, officers[1])
        assert case is not None
        assert same is not None
        assert case["violation_id"] == same["violation_id"], "the second look may be taken at the same time"
        assert await take(api, officers[2]) is None, "a third is not needed"
        assert (await decide(api, officers[0], case, "accept")).status_code == 201
        assert await state(api, case_id) == "new", "one officer alone accepts nothing"
        assert await take(api, officers[0]) is None, "and is not his own second"
        seen = [(await api.http.get(f"/api/v1/violations/{case_id}/reviews", headers=one)).json() for one in officers[:2]]
        assert [(len(one["items"]), one["complete"]) for one in seen] == [(1, False), (0, False)]
        log = await AuditLog(api.services.database).search(AuditFilter(subject=f"violation/{case_id}"))
        assert "accept" not in str([entry.detail for entry in log]), "officers read the log too"

        assert (await decide(api, officers[1], same, "unclear")).status_code == 201
        assert await state(api, case_id) == "unclear"
        assert (await decide(api, officers[2], await take(api, officers[2]), "accept")).status_code == 201
        assert await state(api, case_id) == "accepted"
        told = (await api.http.get(f"/api/v1/violations/{case_id}/reviews", headers=officers[2])).json()
        assert [(one["reviewer"], one["decision"], one["blind"]) for one in told["items"]] == [
            ("aigul", "accept", False),
            ("timur", "unclear", True),
            ("dana", "accept", True),
        ]


async def test_a_case_left_lying_goes_to_another_officer(api_settings: Settings) -> None:
    async with reviewing(api_settings, look_s=60) as api:
        (case_id,) = await write_cases(api.services.database, [found(1)])
        aigul, timur = await api.account(Role.OFFICER, "aigul"), await api.account(Role.OFFICER, "timur")
        case = await take(api, aigul)
        assert case is not None
        assert await take(api, timur) is None
        store, later = ReviewStore(api.services.database), utc_now() + timedelta(seconds=61)
        look = await store.take("timur", later, later + timedelta(seconds=60), CaseFilter(), lambda _: 1)
        assert look is not None
        assert (look.violation_id, look.reviewer) == (case_id, "timur")
        assert_problem(await decide(api, aigul, case, "accept"), 409, "look_over")
        assert await take(api, aigul) is None
        mine = await take(api, timur)
        assert mine is not None
        put_back = await api.http.delete(f"/api/v1/reviews/looks/{mine['look_id']}", headers=timur)
        assert put_back.status_code == 204
        again = await take(api, aigul)
        assert again is not None
        assert again["violation_id"] == str(case_id)


async def test_a_case_withdrawn_while_it_is_looked_at_is_not_decided(api_settings: Settings) -> None:
    async with reviewing(api_settings) as api:
        (case_id,) = await write_cases(api.services.database, [found(1)])
        aigul = await api.account(Role.OFFICER, "aigul")
        case = await take(api, aigul)
        order = await LegalOrderStore(api.services.database).get("order-1")
        assert order is not None
        await LegalOrderStore(api.services.database).revoke(
            "order-1", "admin", "the sign stood wrongly", void_from=None, expected=order.updated_at
        )
        assert_problem(await decide(api, aigul, case, "accept"), 412, "stale_revision")
        assert await state(api, case_id) == "withdrawn"
        with pytest.raises(GeoError, match="no officer has accepted"):
            await api.services.database.execute("UPDATE violation SET state = 'accepted' WHERE id = $1", case_id)


async def test_known_bad_cases_and_double_looks_make_the_figures_and_change_no_case(api_settings: Settings) -> None:
    async with reviewing(api_settings, known_bad_share=0.5, double_look_share=0.5) as api:
        cases = await write_cases(api.services.database, [found(number) for number in range(12)])
        aigul, timur = await api.account(Role.OFFICER, "aigul"), await api.account(Role.OFFICER, "timur")
        marked = await api.http.put(f"/api/v1/violations/{cases[0]}/known-bad", json={"why": "an ambulance"}, headers=aigul)
        assert_problem(marked, 409, "not_rejected")
        # Aigul rejects everything, Timur accepts what is left for him: the sampled half.
        while case := await take(api, aigul):
            assert (await decide(api, aigul, case, "reject", reason="special_vehicle")).status_code == 201
        shown_twice = set()
        while case := await take(api, timur):
            shown_twice.add(case["violation_id"])
            assert (await decide(api, timur, case, "accept")).status_code == 201
        assert 0 < len(shown_twice) < 12
        alone = [case for case in cases if str(case) not in shown_twice]
        for case_id in alone:
            marked = await api.http.put(f"/api/v1/violations/{case_id}/known-bad", json={"why": "an ambulance"}, headers=aigul)
            assert marked.status_code == 204, marked.text
        await write_cases(api.services.database, [found(number) for number in range(20, 40)])
        seeded = 0
        while case := await take(api, timur):
            hidden = case["violation_id"] in {str(one) for one in alone}
            seeded += hidden
            assert "state" not in case, "nothing tells it from the others"
            decision = {"decision": "reject", "reason": "no_violation"} if seeded % 2 else {"decision": "accept"}
            assert (await decide(api, timur, case, **decision)).status_code == 201
        assert seeded > 0
        assert [await state(api, case_id) for case_id in alone] == ["rejected"] * len(alone), "whatever was said of them again"
        (figures,) = (await api.http.get("/api/v1/reviews/figures", headers=aigul)).json()["items"]
        assert figures["known_bad_shown"] == seeded
        assert figures["known_bad_found"]["share"] == pytest.approx((seeded + 1) // 2 / seeded)
        assert figures["doubles"] == len(shown_twice)
        assert figures["disagreement"]["share"] == 1.0
        assert figures["reasons"]["special_vehicle"] == 12
        assert 0 < figures["precision"]["low"] < figures["precision"]["share"] < figures["precision"]["high"] < 1
        assert figures["median_seconds"] >= 0
