"""Leases, confirmations and commands, with a station that answers on the real bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread
from nats.aio.msg import Msg

from geo.core import AuditLog, PrivateCluster, upgrade
from geo.primitives import utc_now
from ground_station.accounts import Role
from ground_station.messages import CommandRequest, CommandState, CommandUpdate
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

VEHICLE = "/api/v1/vehicles/mav-1"


@asynccontextmanager
async def answering_station(api: RunningApi) -> AsyncIterator[list[CommandRequest]]:
    """Answers every command of mav-1 with `sent`, then publishes `done`; gives the requests it got."""
    got: list[CommandRequest] = []

    async def on_request(message: Msg) -> None:
        request = CommandRequest.model_validate_json(message.data)
        got.append(request)
        await message.respond(update_of(request, CommandState.SENT).encode())
        done = update_of(request, CommandState.DONE, effect="seen in telemetry")
        await api.bus.publish(f"command.update.{request.vehicle_id}", done.encode())

    subscription = await api.bus.subscribe("command.request.mav-1", cb=on_request)
    yield got
    await subscription.unsubscribe()


def update_of(request: CommandRequest, state: CommandState, effect: str | None = None) -> CommandUpdate:
    return CommandUpdate(
        command_id=request.command_id,
        vehicle_id=request.vehicle_id,
        command=request.command,
        state=state,
        at=utc_now(),
        effect=effect,
        requested_by=request.requested_by,
    )


async def confirmed(api: RunningApi, headers: dict[str, str], command: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"command": command, "parameters": parameters or {}}
    answer = await api.http.post(f"{VEHICLE}/confirmations", headers=headers, json=body)
    assert answer.status_code == 200, answer.text
    return body | {"confirmation_token": answer.json()["confirmation_token"]}


@asynccontextmanager
async def pilot_with_lease(settings: Settings) -> AsyncIterator[tuple[RunningApi, dict[str, str]]]:
    async with running_api(settings) as api:
        headers = await api.account(Role.PILOT)
        await api.hear(vehicle_state())
        assert (await api.http.post(f"{VEHICLE}/lease", headers=headers)).status_code == 200
        yield api, headers
        await api.http.delete(f"{VEHICLE}/lease", headers=headers)


async def test_a_lease_is_held_by_one_pilot_until_released(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        first, second = await api.account(Role.PILOT, "aigul"), await api.account(Role.PILOT, "bolat")
        await api.hear(vehicle_state())
        assert (await api.http.post(f"{VEHICLE}/lease", headers=first)).json()["holder"] == "aigul"
        assert (await api.http.post(f"{VEHICLE}/lease", headers=first)).status_code == 200, "renewing is taking again"
        assert_problem(await api.http.post(f"{VEHICLE}/lease", headers=second), 409, "lease_held")
        assert_problem(await api.http.delete(f"{VEHICLE}/lease", headers=second), 409, "lease_held")
        assert (await api.http.get(VEHICLE, headers=second)).json()["lease"]["holder"] == "aigul"
        assert (await api.http.delete(f"{VEHICLE}/lease", headers=first)).status_code == 204
        assert (await api.http.get(VEHICLE, headers=second)).json()["lease"] is None
        assert (await api.http.post(f"{VEHICLE}/lease", headers=second)).json()["holder"] == "bolat"
        await api.http.delete(f"{VEHICLE}/lease", headers=second)


async def test_a_lease_outlives_the_api(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT, "aigul")
        await api.hear(vehicle_state("mav-9"))
        await api.http.post("/api/v1/vehicles/mav-9/lease", headers=headers)
    async with running_api(api_settings) as api:
        other = await api.account(Role.PILOT, "bolat")
        await api.hear(vehicle_state("mav-9"))
        assert_problem(await api.http.post("/api/v1/vehicles/mav-9/lease", headers=other), 409, "lease_held")
        await api.http.delete("/api/v1/vehicles/mav-9/lease", headers=headers)


async def test_a_command_without_the_lease_is_refused(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        await api.hear(vehicle_state())
        async with answering_station(api) as got:
            answer = await api.http.post(f"{VEHICLE}/commands", headers=headers, json={"command": "hold"})
        assert_problem(answer, 403, "lease_needed")
        assert got == []


async def test_a_confirmed_command_goes_round_and_is_audited(api_settings: Settings) -> None:
    async with pilot_with_lease(api_settings) as (api, headers), answering_station(api) as got:
        body = await confirmed(api, headers, "takeoff", {"altitude_m": 30})
        answer = await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body)
        assert answer.status_code == 202, answer.text
        command_id = answer.json()["command_id"]
        assert got[0].parameters == {"altitude_m": 30.0}
        assert got[0].requested_by == "pilot"
        with anyio.fail_after(30):
            while (update := (await api.http.get(f"{VEHICLE}/commands/{command_id}", headers=headers)).json())["state"] != "done":
                await anyio.sleep(0.02)
        assert update["effect"] == "seen in telemetry"
        entry = (await AuditLog(api.services.database).latest(1))[0]
        assert (entry.actor, entry.action, entry.subject) == ("pilot", "command.requested", f"vehicle/mav-1/command/{command_id}")


async def test_hold_and_return_need_no_confirmation(api_settings: Settings) -> None:
    async with pilot_with_lease(api_settings) as (api, headers), answering_station(api) as got:
        for command in ("hold", "rtl"):
            assert (await api.http.post(f"{VEHICLE}/commands", headers=headers, json={"command": command})).status_code == 202
        assert [request.command for request in got] == ["hold", "rtl"]


async def test_a_dangerous_command_needs_a_token_for_exactly_it_and_only_once(api_settings: Settings) -> None:
    async with pilot_with_lease(api_settings) as (api, headers), answering_station(api) as got:
        bare = await api.http.post(f"{VEHICLE}/commands", headers=headers, json={"command": "arm"})
        assert_problem(bare, 403, "confirmation_needed")

        higher = await confirmed(api, headers, "takeoff", {"altitude_m": 30}) | {"parameters": {"altitude_m": 300}}
        assert_problem(await api.http.post(f"{VEHICLE}/commands", headers=headers, json=higher), 403, "confirmation_mismatch")

        body = await confirmed(api, headers, "arm")
        assert (await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body)).status_code == 202
        assert_problem(await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body), 403, "confirmation_expired")
        assert [request.command for request in got] == ["arm"]


async def test_without_a_station_the_command_is_refused_and_nothing_is_pending(api_settings: Settings) -> None:
    async with pilot_with_lease(api_settings) as (api, headers):
        answer = await api.http.post(f"{VEHICLE}/commands", headers=headers, json={"command": "rtl"})
        assert_problem(answer, 503, "station_unreachable")
        entry = (await AuditLog(api.services.database).latest(1))[0]
        assert entry.action == "command.not_sent"
        async with answering_station(api) as got:
            await api.bus.flush()
            assert got == []


async def test_while_the_database_is_away_hold_and_return_still_go_out_and_nothing_else(api_settings: Settings, tmp_path: Path) -> None:
    with PrivateCluster(tmp_path / "own", durable=False) as cluster:
        await to_thread.run_sync(upgrade, cluster.url)
        api_settings.database_url = cluster.url
        async with pilot_with_lease(api_settings) as (api, headers), answering_station(api) as got:
            body = await confirmed(api, headers, "land")
            await to_thread.run_sync(cluster.stop)
            assert_problem(await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body), 503, "geo.database_lost")
            for command in ("hold", "rtl"):
                assert (await api.http.post(f"{VEHICLE}/commands", headers=headers, json={"command": command})).status_code == 202
            assert [request.command for request in got] == ["hold", "rtl"]
            ready = await api.http.get("/readyz")
            assert (ready.status_code, ready.json()["processes"]["database"]["ready"]) == (503, False)


@pytest.mark.parametrize(
    ("command", "parameters", "named"),
    [
        ("takeoff", {}, "altitude_m"),
        ("takeoff", {"altitude_m": -5}, "altitude_m"),
        ("goto", {"lon_deg": 51, "lat_deg": 143, "altitude_m": 30}, "lat_deg"),
        ("hold", {"altitude_m": 3}, "altitude_m"),
        ("upload_mission", {"mission_id": "no-uuid"}, "mission_id"),
    ],
)
async def test_wrong_parameters_are_named(api_settings: Settings, command: str, parameters: dict[str, Any], named: str) -> None:
    async with pilot_with_lease(api_settings) as (api, headers):
        body = {"command": command, "parameters": parameters}
        answer = await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body)
        assert_problem(answer, 422, "command_parameters")
        assert named in answer.json()["detail"]


async def test_an_unknown_vehicle_is_not_found(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        assert_problem(await api.http.get("/api/v1/vehicles/mav-77", headers=headers), 404, "vehicle_unknown")
        assert_problem(await api.http.post("/api/v1/vehicles/mav-77/lease", headers=headers), 404, "vehicle_unknown")
