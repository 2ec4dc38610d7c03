"""A log after the flight: what it covered of the mission, and a proposed mission over the gaps."""

from pathlib import Path

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from ground_station.accounts import Role
from ground_station.settings import Settings
from missions import MissionPlan, coverage_target, plan_from_json, planned_shots
from tests.integration.test_api_fleet_missions import survey
from tests.support.api import running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

START_US = 1_767_225_600_000_000


def tlog(plan: MissionPlan, share: float) -> bytes:
    """Every expected photograph up to a share of them, one a second, as a ground station would have heard it."""
    sender, out = mavlink.MAVLink(None, 1, 1), b""
    shots = planned_shots(coverage_target(plan).legs)
    for number, shot in enumerate(shots[: int(share * len(shots))]):
        lat, lon, height = round(shot.position.lat_deg * 1e7), round(shot.position.lon_deg * 1e7), shot.height_m
        heard = [
            mavlink.MAVLink_heartbeat_message(2, 3, 209, 3, 4, 3),
            mavlink.MAVLink_global_position_int_message(
                *(number * 1000, lat, lon, round(height * 1e3) + 20_000, round(height * 1e3), 0, 0, 0, round(shot.heading_deg * 100))
            ),
            mavlink.MAVLink_camera_feedback_message(0, 1, 0, number, lat, lon, height + 20.0, height, 0, 0, 0, 0, 0, number),
        ]
        for message in heard:
            at_us = START_US + number * 1_000_000
            out += at_us.to_bytes(8, "big") + message.pack(sender)
    return out


async def test_a_log_is_measured_and_its_gaps_become_a_proposed_mission(api_settings: Settings, tmp_path: Path) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        made = (await api.http.post("/api/v1/missions", headers=headers, json={"name": "Field", "request": survey(0.0)})).json()
        url = f"/api/v1/missions/{made['id']}"
        row = (await api.services.database.row("SELECT plan FROM mission WHERE id = $1", made["id"])) or {}
        plan = plan_from_json(row["plan"])
        whole = (await api.http.post(f"{url}/coverage?name=flight.tlog", headers=headers, content=tlog(plan, 1.0))).json()
        assert whole["share"] > 0.99, whole
        assert (whole["gap_count"], whole["source"]) == (0, "photos")
        half = tlog(plan, 0.5)
        seen = (await api.http.post(f"{url}/coverage?name=flight.tlog", headers=headers, content=half)).json()
        assert seen["share"] < 0.8
        assert seen["gaps"]["type"] == "MultiPolygon"
        form = {"file": ("flight.tlog", half)}
        kept = (await api.http.post("/api/v1/flights/import", headers=headers, files=form)).json()["flights"][0]["flight_id"]
        recorded = (await api.http.post(f"{url}/coverage?flight={kept}", headers=headers)).json()
        assert recorded == seen
        assert_problem(await api.http.post(f"{url}/coverage", headers=headers), 422, "log_missing")
        proposed = await api.http.post(f"{url}/refly?name=flight.tlog", headers=headers, content=half)
        assert proposed.status_code == 201, proposed.text
        assert (proposed.json()["state"], proposed.json()["name"]) == ("proposed", "Field: gaps")
        nothing = await api.http.post(f"{url}/refly?name=flight.tlog", headers=headers, content=tlog(plan, 1.0))
        assert_problem(nothing, 422, "refly_nothing_left")


async def test_photographs_of_a_log_count_into_the_run_after_landing(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        made = (await api.http.post("/api/v1/missions", headers=headers, json={"name": "Field", "request": survey(0.0)})).json()
        row = (await api.services.database.row("SELECT plan FROM mission WHERE id = $1", made["id"])) or {}
        plan = plan_from_json(row["plan"])
        approval = {"content_hash": made["content_hash"]}
        approved = await api.http.post(f"/api/v1/missions/{made['id']}/approval", headers=headers, json=approval)
        assert approved.status_code == 200, approved.text
        run = (await api.http.post("/api/v1/runs", headers=headers, json={"missions": [{"mission_id": made["id"]}]})).json()
        url = f"/api/v1/runs/{run['run_id']}/slots/1"
        half = (await api.http.post(f"{url}/photos?name=flight.tlog", headers=headers, content=tlog(plan, 0.5))).json()
        assert 0.3 < half["slots"][0]["share"] < 0.8
        assert half["slots"][0]["shots_by"] == "photos"
        again = (await api.http.post(f"{url}/photos?name=flight.tlog", headers=headers, content=tlog(plan, 0.5))).json()
        assert again["slots"][0]["shots"] == half["slots"][0]["shots"]
        gaps = await api.http.post(f"{url}/refly", headers=headers)
        assert gaps.status_code == 201, gaps.text
        assert gaps.json()["state"] == "proposed"
        whole = (await api.http.post(f"{url}/photos?name=flight.tlog", headers=headers, content=tlog(plan, 1.0))).json()
        assert whole["slots"][0]["share"] > 0.99
        assert_problem(await api.http.post(f"{url}/refly", headers=headers), 422, "refly_nothing_left")
