"""Who may see and do what, on the real database and bus."""

import pytest

from geo.core import AuditLog
from ground_station.accounts import Role
from ground_station.api.throttle import FREE_ATTEMPTS
from ground_station.settings import Settings
from tests.support.api import PASSWORD, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

# Reachable without signing in: health, sign-in, the page itself and the shell of the API's description.
PUBLIC = {"/healthz", "/readyz", "/api/v1/auth/token", "/docs", "/docs/docs.js", "/docs/docs.css", "/{path:path}"}


async def test_anonymous_callers_get_nothing_but_health_and_the_page(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.ADMIN)
        document = (await api.http.get("/openapi.json", headers=headers)).json()
        assert len(document["paths"]) > 10
        for path, methods in document["paths"].items():
            for method in methods:
                if path in PUBLIC:
                    continue
                url = path.replace("{", "").replace("}", "")
                answer = await api.http.request(method.upper(), url, json={})
                assert_problem(answer, 401, "unauthenticated")
        assert_problem(await api.http.get("/openapi.json"), 401, "unauthenticated")
        assert (await api.http.get("/healthz")).json() == {"status": "ok"}


async def test_wrong_password_and_unknown_name_are_told_apart_by_nothing(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER, "aigul")
        wrong = await api.http.post("/api/v1/auth/token", data={"username": "aigul", "password": "x" * 12})
        unknown = await api.http.post("/api/v1/auth/token", data={"username": "nobody", "password": "x" * 12})
        assert_problem(wrong, 401, "wrong_credentials")
        assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down_for_that_name_and_address(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER, "aigul")
        await api.account(Role.VIEWER, "bolat")
        for _ in range(FREE_ATTEMPTS):
            await api.http.post("/api/v1/auth/token", data={"username": "aigul", "password": "x" * 12})
        answer = await api.http.post("/api/v1/auth/token", data={"username": "aigul", "password": PASSWORD})
        assert_problem(answer, 429, "too_many_attempts")
        assert int(answer.headers["retry-after"]) >= 1
        other = await api.http.post("/api/v1/auth/token", data={"username": "bolat", "password": PASSWORD})
        assert other.status_code == 200


async def test_me_tells_name_and_role_and_sign_in_is_audited(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.INSPECTOR, "dana")
        assert (await api.http.get("/api/v1/auth/me", headers=headers)).json() == {"name": "dana", "role": "inspector"}
        entry = (await AuditLog(api.services.database).latest(1))[0]
        assert (entry.actor, entry.action) == ("dana", "signed_in")


async def test_a_forged_token_opens_nothing(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER, "dana")
        head, body, _ = api.tokens["dana"].split(".")
        forged = {"Authorization": f"Bearer {head}.{body}.AAAA"}
        assert_problem(await api.http.get("/api/v1/vehicles", headers=forged), 401, "token_invalid")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.INSPECTOR, Role.OFFICER, Role.OPERATOR])
async def test_only_pilots_and_administrators_command(api_settings: Settings, role: Role) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(role)
        await api.hear(vehicle_state())
        for path, body in (
            ("/api/v1/vehicles/mav-1/lease", None),
            ("/api/v1/vehicles/mav-1/confirmations", {"command": "arm"}),
            ("/api/v1/vehicles/mav-1/commands", {"command": "hold"}),
        ):
            assert_problem(await api.http.post(path, headers=headers, json=body), 403, "role_needed")
        assert (await api.http.get("/api/v1/vehicles", headers=headers)).status_code == 200


async def test_every_answer_carries_the_security_headers(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        for path in ("/", "/healthz", "/api/v1/vehicles", "/nowhere.js"):
            headers = (await api.http.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


async def test_unknown_paths_and_wrong_methods_are_problems(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.VIEWER)
        assert_problem(await api.http.get("/api/v1/nothing", headers=headers), 404, "not_found")
        assert_problem(await api.http.delete("/api/v1/auth/me", headers=headers), 405, "method_not_allowed")


async def test_why_a_process_is_not_ready_is_told_on_this_machine_only(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        here = (await api.http.get("/readyz")).json()["processes"]["station"]
        beyond = (await api.http.get("/readyz", headers={"X-Forwarded-For": "10.0.0.1"})).json()["processes"]["station"]
        assert (here["ready"], here["detail"]) == (False, "not heard yet")
        assert (beyond["ready"], beyond["detail"]) == (False, "")
