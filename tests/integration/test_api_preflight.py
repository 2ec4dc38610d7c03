"""The checklist over HTTP with a real simulated copter behind it, the gate, and signing for what blocks."""

from datetime import timedelta
from typing import Any

import anyio
import pytest

from geo.core import AuditLog
from geo.primitives import utc_now
from ground_station.accounts import Role
from ground_station.safety.signature import Override
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from tests.integration.test_fly_through_api import HOME, VEHICLE, command, whole_chain
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]


def by_code(view: dict[str, Any]) -> dict[str, str]:
    return {check["code"]: check["severity"] for check in view["checks"]}


async def test_a_start_is_blocked_signed_for_and_let_through(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        view = (await api.http.get(f"{VEHICLE}/preflight?purpose=takeoff", headers=headers)).json()
        said = by_code(view)
        assert view["may_start"] is True, view
        assert (said["arming"], said["gnss"], said["lease"], said["airspace"]) == ("ok",) * 4

        # A no-fly zone over the place, in force now, blocks; one that was revoked does not.
        await zone(api.services.database, "zone-old", ended=True)
        await zone(api.services.database, "zone-now", ended=False)
        view = (await api.http.get(f"{VEHICLE}/preflight?purpose=takeoff&fresh=false", headers=headers)).json()
        assert view["may_start"] is False, view
        assert view["checks"][0]["code"] == "airspace.zone-now"
        assert "Сынақ" in view["checks"][0]["text"]["kk"]
        body: dict[str, Any] = {"command": "takeoff", "parameters": {"altitude_m": 12}}
        token = (await api.http.post(f"{VEHICLE}/confirmations", headers=headers, json=body)).json()["confirmation_token"]
        refused = await api.http.post(f"{VEHICLE}/commands", headers=headers, json=body | {"confirmation_token": token})
        assert_problem(refused, 409, "preflight_blocked")

        signing = {"purpose": "takeoff", "reason": "permit 12/2026 of the authority", "codes": ["airspace.zone-now"]}
        assert_problem(
            await api.http.post(f"{VEHICLE}/preflight/override", headers=headers, json=signing | {"codes": ["wind"]}),
            422,
            "blockers_changed",
        )
        other = await api.account(Role.PILOT, "bolat")
        assert_problem(await api.http.post(f"{VEHICLE}/preflight/override", headers=other, json=signing), 403, "lease_needed")
        signed = await api.http.post(f"{VEHICLE}/preflight/override", headers=headers, json=signing)
        assert signed.status_code == 201, signed.text
        assert signed.json()["may_start"] is True
        # Kept as it was signed, and the signature proves it.
        entry = next(e for e in await AuditLog(api.services.database).latest(20) if e.action == "preflight.overridden")
        kept = Override.from_json(entry.detail)
        assert (kept.user, kept.codes, kept.signature) == ("pilot", ("airspace.zone-now",), signed.json()["override"]["signature"])
        assert kept.genuine(secret_key(api_settings))
        assert not Override.from_json(entry.detail | {"reason": "another reason"}).genuine(secret_key(api_settings))
        assert (await command(api, headers, "takeoff", altitude_m=12))["state"] == "done"
        requested = next(e for e in await AuditLog(api.services.database).latest(20) if e.action == "command.requested")
        assert requested.detail["preflight"]["overridden"] == ["airspace.zone-now"]
        assert (await command(api, headers, "land"))["state"] == "done"


async def test_the_autopilots_own_reasons_and_entered_wind_are_on_the_list(api_settings: Settings) -> None:
    async with whole_chain(api_settings) as (api, headers):
        await api.http.put(f"{VEHICLE}/preflight/wind", headers=headers, json={"speed_mps": 14, "from_deg": 300})
        view = (await api.http.get(f"{VEHICLE}/preflight?purpose=takeoff", headers=headers)).json()
        assert by_code(view)["wind"] == "blocker"
        assert view["checks"][0]["code"] == "wind"
        await api.http.put(f"{VEHICLE}/preflight/wind", headers=headers, json={"speed_mps": 2, "from_deg": 300})
        with anyio.fail_after(30):
            while True:
                view = (await api.http.get(f"{VEHICLE}/preflight?purpose=mission", headers=headers)).json()
                if by_code(view).get("mission.none") == "blocker":
                    break
        assert by_code(view)["wind"] == "ok"


async def zone(database: Any, zone_id: str, *, ended: bool) -> None:
    now = utc_now()
    ends = now - timedelta(hours=1) if ended else None
    await database.execute(
        "INSERT INTO airspace_zone (id, name_kk, name_ru, name_en, kind, authority, floor_m, ceiling_m, valid_from, valid_to, area)"
        " VALUES ($1, 'Сынақ', 'Проба', 'Trial', 'no_fly', 'Authority', 0, NULL, $2, $3,"
        " ST_Buffer(ST_SetSRID(ST_MakePoint($4, $5), 4326)::geography, 500)::geometry)",
        *(zone_id, now - timedelta(days=1), ends, *HOME),
    )
