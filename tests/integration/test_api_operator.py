"""Operator control, arm authorisation, remote identification and cancelling over HTTP, with the whole chain behind it."""

from typing import Any

import anyio
import pytest

from geo.core import AuditLog
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.integration.test_api_preflight import zone
from tests.integration.test_fly_through_api import VEHICLE, whole_chain
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

OPERATOR = f"{VEHICLE}/operator"


async def eventually(ask: Any, wanted: Any, within_s: float = 30.0) -> Any:
    with anyio.fail_after(within_s):
        while not wanted(answer := (await ask()).json()):
            await anyio.sleep(0.2)
    return answer


async def parameter(api: Any, headers: dict[str, str], name: str, value: float) -> None:
    answer = await api.http.put(f"{VEHICLE}/parameters", headers=headers, json={"name": name, "value": value})
    assert answer.status_code == 200, answer.text


async def test_the_lease_and_operator_control_are_two_things(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        before = (await api.http.get(OPERATOR, headers=headers)).json()["control"]
        assert (before["supported"], before["controller"]) == (True, None), "taking the lease takes no operator control"
        other = await api.account(Role.PILOT, "bolat")
        assert_problem(await api.http.post(f"{OPERATOR}/control", headers=other, json={}), 403, "lease_needed")
        taken = await api.http.post(f"{OPERATOR}/control", headers=headers, json={})
        assert taken.status_code == 200, taken.text
        assert taken.json()["control"]["ours"] is True
        assert_problem(
            await api.http.post(f"{OPERATOR}/control/answer", headers=headers, json={"grant": True}), 409, "operator_control.not_asked"
        )
        assert (await api.http.delete(f"{OPERATOR}/control", headers=headers)).json()["control"]["controller"] is None
        done = [entry.action for entry in await AuditLog(api.services.database).latest(20)]
        assert {"take_operator_control.done", "release_operator_control.done"} <= set(done)


async def test_an_aircraft_that_asks_is_answered_by_the_preflight_checks(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        await zone(api.services.database, "zone-asked", ended=False)
        await parameter(api, headers, "AUTH_SYSID", 254)
        await parameter(api, headers, "AUTH_ENABLE", 1)

        async def ask() -> Any:
            return await api.http.get(OPERATOR, headers=headers)

        told = await eventually(ask, lambda answer: answer["arm_authorisation"]["state"] == "denied")
        assert told["arm_authorisation"]["reason"] == "airspace_in_use"
        entry = next(e for e in await AuditLog(api.services.database).latest(20) if e.action.startswith("arm_authorisation"))
        assert (entry.actor, entry.action, entry.detail["codes"]) == ("arm gate", "arm_authorisation.denied", ["airspace.zone-asked"])
        # What the holder of the lease signs for counts for the aircraft's question too.
        signing = {"purpose": "takeoff", "reason": "permit 12/2026 of the authority"}
        view = (await api.http.get(f"{VEHICLE}/preflight?purpose=takeoff", headers=headers)).json()
        codes = [check["code"] for check in view["checks"] if check["severity"] == "blocker"]
        signed = await api.http.post(f"{VEHICLE}/preflight/override", headers=headers, json=signing | {"codes": codes})
        assert signed.status_code == 201, signed.text
        told = await eventually(ask, lambda answer: answer["arm_authorisation"]["state"] == "granted")
        assert told["arm_authorisation"]["valid_until"] is not None


async def test_remote_identification_blocks_until_the_operators_place_is_given_and_a_calibration_is_cancelled(
    api_settings: Settings,
) -> None:
    async with whole_chain(api_settings) as (api, headers):
        await parameter(api, headers, "DID_ENABLE", 1)

        async def checks() -> Any:
            return await api.http.get(f"{VEHICLE}/preflight?purpose=takeoff", headers=headers)

        def said(answer: Any) -> str | None:
            return next((check["severity"] for check in answer["checks"] if check["code"] == "remote_id"), None)

        view = await eventually(checks, lambda answer: said(answer) == "blocker")
        assert any("operator location must be set" in check["text"]["kk"] for check in view["checks"])
        body = {"lon_deg": 51.1601, "lat_deg": 43.6506, "operator_id": "KAZ-OP-0001", "purpose": "fibre survey"}
        told = await api.http.put(f"{OPERATOR}/remote-id", headers=headers, json=body)
        assert told.json()["remote_id"]["operator"]["operator_id"] == "KAZ-OP-0001", told.text
        await eventually(checks, lambda answer: said(answer) == "ok")
        wrong = await api.http.put(f"{OPERATOR}/remote-id", headers=headers, json=body | {"operator_id": "номер"})
        assert wrong.status_code == 422

        order = {"command": "calibrate", "parameters": {"sensor": "compass"}}
        sent = await api.http.post(f"{VEHICLE}/commands", headers=headers, json=order)
        assert sent.status_code == 202, sent.text
        address = f"{VEHICLE}/commands/{sent.json()['command_id']}"

        async def ask() -> Any:
            return await api.http.get(address, headers=headers)

        running = await eventually(ask, lambda answer: answer["state"] in ("running", "failed"))
        assert (running["state"], running["result"]) == ("running", "in progress")
        assert (await api.http.delete(address, headers=headers)).status_code == 204
        ended = await eventually(ask, lambda answer: answer["state"] == "failed")
        assert ended["result"] == "cancelled"
        assert ended["reason"].startswith("Cancelled: mav-1 stopped the compass calibration.")
