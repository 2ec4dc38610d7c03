"""Control changes hands between two named people: asked for, granted, refused, taken over; everyone sees it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from geo.core import AuditLog
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

VEHICLE = "/api/v1/vehicles/mav-1"
Headers = dict[str, str]


@asynccontextmanager
async def two_pilots(settings: Settings) -> AsyncIterator[tuple[RunningApi, Headers, Headers]]:
    """`aigul` holds mav-1, `bolat` does not."""
    async with running_api(settings) as api:
        aigul, bolat = await api.account(Role.PILOT, "aigul"), await api.account(Role.PILOT, "bolat")
        await api.hear(vehicle_state())
        assert (await api.http.post(f"{VEHICLE}/lease", headers=aigul)).status_code == 200
        yield api, aigul, bolat
        for headers in (aigul, bolat):
            await api.http.delete(f"{VEHICLE}/lease", headers=headers)


async def test_control_asked_for_is_granted_and_moves_at_once(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, aigul, bolat):
        asked = await api.http.post(f"{VEHICLE}/lease/request", headers=bolat, json={"reason": "shift change"})
        assert asked.status_code == 202, asked.text
        assert (asked.json()["holder"], asked.json()["asked"]["user"], asked.json()["asked"]["reason"]) == (
            "aigul",
            "bolat",
            "shift change",
        )
        # A renewal keeps the request; the holder still has to answer it.
        await api.http.post(f"{VEHICLE}/lease", headers=aigul)
        assert (await api.http.get(f"{VEHICLE}/lease", headers=aigul)).json()["asked"]["user"] == "bolat"
        assert_problem(await api.http.post(f"{VEHICLE}/lease/grant", headers=bolat), 403, "lease_needed")
        granted = await api.http.post(f"{VEHICLE}/lease/grant", headers=aigul)
        assert (granted.json()["holder"], granted.json()["asked"]) == ("bolat", None)
        await api.services.leases.check_holder("mav-1", "bolat")
        assert_problem(await api.http.post(f"{VEHICLE}/lease", headers=aigul), 409, "lease_held")


async def test_control_refused_stays_where_it_is(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, aigul, bolat):
        await api.http.post(f"{VEHICLE}/lease/request", headers=bolat, json={})
        refused = await api.http.post(f"{VEHICLE}/lease/refuse", headers=aigul, json={"reason": "landing now"})
        body = refused.json()
        assert (body["holder"], body["asked"], body["change"]["to"], body["change"]["reason"]) == ("aigul", None, "bolat", "landing now")
        assert_problem(await api.http.post(f"{VEHICLE}/lease/grant", headers=aigul), 404, "lease_not_asked")


async def test_control_given_back_goes_to_whoever_asked(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, aigul, bolat):
        await api.http.post(f"{VEHICLE}/lease/request", headers=bolat, json={})
        await api.http.delete(f"{VEHICLE}/lease", headers=aigul)
        assert (await api.http.get(f"{VEHICLE}/lease", headers=aigul)).json()["holder"] == "bolat"


async def test_asking_nobody_oneself_or_second_is_refused(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, aigul, bolat):
        assert_problem(await api.http.post(f"{VEHICLE}/lease/request", headers=aigul, json={}), 409, "lease_yours")
        await api.http.post(f"{VEHICLE}/lease/request", headers=bolat, json={})
        third = await api.account(Role.PILOT, "dana")
        assert_problem(await api.http.post(f"{VEHICLE}/lease/request", headers=third, json={}), 409, "lease_asked")
        await api.http.delete(f"{VEHICLE}/lease/request", headers=bolat)
        await api.http.delete(f"{VEHICLE}/lease", headers=aigul)
        assert_problem(await api.http.post(f"{VEHICLE}/lease/request", headers=third, json={}), 409, "lease_free")


async def test_only_an_administrator_takes_over_and_only_with_a_reason(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, _, bolat):
        admin = await api.account(Role.ADMIN)
        assert_problem(await api.http.post(f"{VEHICLE}/lease/take-over", headers=bolat, json={"reason": "I want it"}), 403, "role_needed")
        assert_problem(await api.http.post(f"{VEHICLE}/lease/take-over", headers=admin, json={"reason": " "}), 422, "invalid_request")
        taken = await api.http.post(f"{VEHICLE}/lease/take-over", headers=admin, json={"reason": "pilot does not answer"})
        assert taken.json()["holder"] == "admin"
        assert taken.json()["change"] == {
            "kind": "taken_over",
            "by": "admin",
            "to": "admin",
            "of": "aigul",
            "reason": "pilot does not answer",
        }
        await api.http.delete(f"{VEHICLE}/lease", headers=admin)


async def test_every_change_is_live_and_in_the_audit_log(api_settings: Settings) -> None:
    async with two_pilots(api_settings) as (api, aigul, bolat), api.socket("/ws/live", "bolat") as socket:
        assert json.loads(await socket.recv()) == {"type": "ready"}
        await socket.send(json.dumps({"type": "subscribe", "topics": ["vehicle.lease"]}))
        with anyio.fail_after(30):
            while not any("vehicle.lease" in subscriber.topics for subscriber in api.services.live.subscribers):
                await anyio.sleep(0.01)
        await api.http.post(f"{VEHICLE}/lease/request", headers=bolat, json={"reason": "my turn"})
        await api.http.post(f"{VEHICLE}/lease/grant", headers=aigul)
        heard: list[dict[str, Any]] = []
        with anyio.fail_after(30):
            while len(heard) < 2:
                message = json.loads(await socket.recv())
                if message.get("topic") == "vehicle.lease":
                    heard.append(message["data"])
        assert [(state["change"]["kind"], state["holder"]) for state in heard] == [("asked", "aigul"), ("granted", "bolat")]
        entries = [(entry.action, entry.actor) for entry in await AuditLog(api.services.database).latest(2)]
        assert entries == [("lease.granted", "aigul"), ("lease.asked", "bolat")]
