"""Links and signing over HTTP: what a station tells, opens, closes and refuses, with a simulated vehicle behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from geo.core import AuditLog
from ground_station.accounts import Role
from ground_station.processes import station
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api
from tests.support.simulated_vehicles import free_udp_port, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

LINKS, SIGNING = "/api/v1/links", "/api/v1/vehicles/mav-1/signing"


@asynccontextmanager
async def station_with_a_vehicle(settings: Settings) -> AsyncIterator[tuple[RunningApi, dict[str, str], Any]]:
    """A station, its api and an administrator, with one vehicle heard. Speed 1: time stamps of signatures are real time's."""
    async with simulated(1, speedup=1.0) as simulation:
        settings.station.links = [f"udpin:127.0.0.1:{simulation.port}"]
        async with running_api(settings) as api, anyio.create_task_group() as tasks:
            tasks.start_soon(station.run, settings)
            headers = await api.account(Role.ADMIN)
            with anyio.fail_after(45):
                while (await api.http.get("/api/v1/vehicles/mav-1", headers=headers)).status_code != 200:
                    await anyio.sleep(0.05)
            yield api, headers, simulation.fleet.vehicles[0]
            tasks.cancel_scope.cancel()


async def states(api: RunningApi, headers: dict[str, str], wanted: dict[str, str]) -> None:
    """Wait until the links are told to be in these states."""
    told: dict[str, str] = {}
    with anyio.move_on_after(30):
        while True:
            told = {item["url"]: item["state"] for item in (await api.http.get(LINKS, headers=headers)).json()["items"]}
            if all(told.get(url, "closed") == state for url, state in wanted.items()):
                return
            await anyio.sleep(0.1)
    pytest.fail(f"{wanted} was not told, but {told}")


async def test_a_link_is_opened_told_and_closed_and_what_is_none_is_refused_with_its_reason(api_settings: Settings) -> None:
    async with station_with_a_vehicle(api_settings) as (api, headers, _):
        busy, added = api_settings.station.links[0], f"udpin:127.0.0.1:{free_udp_port()}"
        opened = await api.http.put(LINKS, headers=headers, json={"url": added})
        assert opened.status_code == 204, opened.text
        await states(api, headers, {busy: "open", added: "open"})
        for body, status, words in (
            ({"url": "foo:1"}, 422, "foo"),
            ({"url": "udpin:127.0.0.1:70000"}, 422, "70000"),
            ({"url": busy}, 409, "open already"),
            ({"url": "x"}, 422, "url"),
            ({"url": added, "speed": 9}, 422, "speed"),
        ):
            refused = await api.http.put(LINKS, headers=headers, json=body)
            assert refused.status_code == status, refused.text
            problem = refused.json()
            assert words in refused.text
            assert problem["code"]
            assert problem["hint"]
        closed = await api.http.delete(LINKS, headers=headers, params={"url": added})
        assert closed.status_code == 204, closed.text
        await states(api, headers, {busy: "open", added: "closed"})
        again = await api.http.delete(LINKS, headers=headers, params={"url": added})
        assert again.status_code == 404, again.text
        assert "There is no link" in again.json()["detail"]


async def test_only_an_administrator_changes_links_and_keys(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        pilot = await api.account(Role.PILOT)
        assert (await api.http.get(LINKS, headers=pilot)).json() == {"items": []}
        assert (await api.http.put(LINKS, headers=pilot, json={"url": "udpin:127.0.0.1:1"})).status_code == 403
        assert (await api.http.delete(LINKS, headers=pilot, params={"url": "udpin:127.0.0.1:1"})).status_code == 403
        assert (await api.http.put(SIGNING, headers=pilot, json={})).status_code == 403
        assert (await api.http.delete(SIGNING, headers=pilot)).status_code == 403
        assert (await api.http.get(LINKS)).status_code == 401
        admin = await api.account(Role.ADMIN)
        alone = await api.http.put(LINKS, headers=admin, json={"url": "udpin:127.0.0.1:1"})
        assert (alone.status_code, alone.json()["detail"]) == (503, "No ground station is running.")


async def test_a_key_is_put_on_told_and_taken_off_and_never_leaves_the_station(api_settings: Settings) -> None:
    async with station_with_a_vehicle(api_settings) as (api, headers, vehicle):
        assert (await api.http.get(SIGNING, headers=headers)).json()["has_key"] is False
        unleased = await api.http.put(SIGNING, headers=headers, json={"required": True})
        assert (unleased.status_code, unleased.json()["code"]) == (403, "lease_needed")
        assert (await api.http.post("/api/v1/vehicles/mav-1/lease", headers=headers)).status_code == 200
        put = await api.http.put(SIGNING, headers=headers, json={"required": True})
        assert put.status_code == 200, put.text
        report = put.json()
        assert (report["has_key"], report["required"], report["signed"]) == (True, True, True)
        assert set(report) == {"vehicle_id", "has_key", "required", "made_at", "signed"}
        assert vehicle.signing.active
        off = await api.http.delete(SIGNING, headers=headers)
        assert off.json()["has_key"] is False
        assert not vehicle.signing.active
        actions = [entry.action for entry in await AuditLog(api.services.database).latest()]
        assert any("signing" in action for action in actions)
        unknown = await api.http.get("/api/v1/vehicles/mav-9/signing", headers=headers)
        assert unknown.status_code == 404
        assert unknown.json()["hint"]
