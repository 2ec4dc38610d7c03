"""A camera is connected by one request, and what cannot work is refused before it is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from geo.core import SourceEventRow, SourceEventStore, VideoSourceStore
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import running_api
from tests.support.gate_camera import CALIBRATION, CAMERA
from tests.support.onvif_camera import PASSWORD, USER, onvif_camera
from tests.support.problems import assert_problem
from tests.support.senders import tcp_sender, write_clip

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]


async def test_a_camera_put_is_on_the_map_and_will_be_watched(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        assert (await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)).status_code == 204
        feature = (await api.http.get("/api/v1/video-sources/yard", headers=headers)).json()
        assert feature["geometry"]["coordinates"] == [51.16, 43.65]
        assert feature["properties"]["live"] is True
        assert "secret" not in str(feature)
        live = await VideoSourceStore(api.services.database).live()
        assert [source.calibration for source in live] == [CALIBRATION]


async def test_changing_a_camera_without_its_address_keeps_the_address(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.ADMIN)
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        body = {name: value for name, value in CAMERA.items() if name not in {"url", "calibration"}} | {"name_en": "Yard"}
        assert (await api.http.put("/api/v1/video-sources/yard", json=body, headers=headers)).status_code == 204
        source = await VideoSourceStore(api.services.database).get("yard")
        assert source is not None
        assert (source.name_en, source.url, source.calibration) == ("Yard", CAMERA["url"], CALIBRATION)


async def test_three_points_are_no_calibration_and_nothing_is_kept(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.ADMIN)
        body = CAMERA | {"calibration": CALIBRATION | {"points": CALIBRATION["points"][:3]}}
        answer = await api.http.put("/api/v1/video-sources/yard", json=body, headers=headers)
        assert answer.status_code == 422
        assert "3 points" in answer.json()["detail"]
        assert await VideoSourceStore(api.services.database).get("yard") is None


async def test_viewers_may_not_change_cameras(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.VIEWER, "aigul")
        assert_problem(await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers), 403, "role_needed")


async def test_a_camera_is_asked_for_its_streams_tried_put_with_both_and_removed(api_settings: Settings, tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.ts", frames=100, format="mpegts").read_bytes()
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        with onvif_camera(clock_ahead=timedelta(hours=2)) as camera:
            question = {"address": camera.device_service, "user": USER, "password": PASSWORD}
            streams = (await api.http.post("/api/v1/cameras/profiles", json=question, headers=headers)).json()
        assert (streams["main"], streams["sub"]) == ("main", "sub")
        assert streams["clock_offset_s"] == pytest.approx(7200, abs=60)
        with tcp_sender([film], stay=True) as address:
            trial = (await api.http.post("/api/v1/cameras/trial", json={"url": address}, headers=headers)).json()
        assert (trial["works"], trial["width_px"], trial["height_px"]) == (True, 160, 120)
        dead = (await api.http.post("/api/v1/cameras/trial", json={"url": "rtsp://127.0.0.1:18605/x"}, headers=headers)).json()
        assert (dead["works"], dead["cause"]) == (False, "refused")
        urls = {profile["token"]: profile["url"] for profile in streams["profiles"]}
        body = CAMERA | {"url": urls["main"], "sub_url": urls["sub"]}
        assert (await api.http.put("/api/v1/video-sources/yard", json=body, headers=headers)).status_code == 204
        store = VideoSourceStore(api.services.database)
        source = await store.get("yard")
        assert source is not None
        assert (source.url, source.sub_url) == (urls["main"], urls["sub"])
        assert (await api.http.delete("/api/v1/video-sources/yard", headers=headers)).status_code == 204
        assert await store.get("yard") is None
        assert_problem(await api.http.delete("/api/v1/video-sources/yard", headers=headers), 404, "not_found")


async def test_what_happened_to_a_source_is_listed_newest_first(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.VIEWER, "aigul")
        noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
        rows = [
            SourceEventRow(uuid4(), "yard", noon, "lost", "critical", "auth", "It asks for a password."),
            SourceEventRow(uuid4(), "yard", noon + timedelta(minutes=5), "back", "info", "auth", "Pictures come again.", 300.0),
            SourceEventRow(uuid4(), "gate", noon, "trouble", "warning", "dark", "The picture is dark."),
        ]
        store = SourceEventStore(api.services.database)
        assert len(await store.record(rows)) == 3
        assert await store.record(rows) == []
        told = (await api.http.get("/api/v1/source-events", params={"source_id": "yard"}, headers=headers)).json()
        assert [(event["kind"], event["what"], event["lasted_s"]) for event in told] == [("back", "auth", 300.0), ("lost", "auth", None)]


async def test_who_looks_at_findings_can_read_what_found_them_and_how_often_it_is_wrong(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        (first, *_) = (await api.http.get("/api/v1/detectors", headers=headers)).json()["items"]
        assert (first["used"], first["trouble"]) == (True, None)
        assert {"person", "car"} <= set(first["card"]["classes"].values())
        assert first["card"]["licence"]
        assert all(0 < one["map50"] <= 1 and one["boxes"] > 0 for one in first["card"]["measured"])
        assert (await api.http.get("/api/v1/detectors")).status_code == 401


async def test_a_tier_is_chosen_for_a_camera_raised_by_its_rules_and_left_to_the_settings_again(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        chosen = (await api.http.put("/api/v1/video-sources/yard/tier", json={"tier": "patrol"}, headers=headers)).json()
        assert (chosen["chosen"], chosen["wanted"], chosen["why"]) == ("patrol", "patrol", "chosen")
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        switch_on = "INSERT INTO source_rule (source_id, rule, enabled, changed_by) VALUES ('yard', 'red_light', true, 'dana')"
        await api.services.database.execute(switch_on)
        raised = (await api.http.get("/api/v1/video-sources/yard/tier", headers=headers)).json()
        assert (raised["chosen"], raised["wanted"], raised["why"], raised["rules"]) == ("patrol", "enforcement", "rules", ["red_light"])
        assert [cost["tier"] for cost in raised["costs"] if cost["fits_rules"]] == ["enforcement"]
        left = (await api.http.put("/api/v1/video-sources/yard/tier", json={"tier": None}, headers=headers)).json()
        assert (left["chosen"], left["default"]) == (None, "watch")
        unknown = await api.http.put("/api/v1/video-sources/nowhere/tier", json={"tier": "patrol"}, headers=headers)
        assert_problem(unknown, 404, "not_found")


async def test_models_are_chosen_for_a_camera_with_what_is_known_of_their_errors_and_outlive_a_change_of_it(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        offered = (await api.http.get("/api/v1/video-sources/yard/models", headers=headers)).json()["models"]
        assert {one["name"]: (one["chosen"], one["card"]["experimental"]) for one in offered} == {
            "road_damage": (False, True),
            "waste": (False, True),
        }
        assert all(one["card"]["measured"] for one in offered)
        chosen = await api.http.put("/api/v1/video-sources/yard/models", json={"models": ["waste"]}, headers=headers)
        assert [one["name"] for one in chosen.json()["models"] if one["chosen"]] == ["waste"]
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        kept = (await api.http.get("/api/v1/video-sources/yard/models", headers=headers)).json()
        assert [one["name"] for one in kept["models"] if one["chosen"]] == ["waste"]
        wrong = await api.http.put("/api/v1/video-sources/yard/models", json={"models": ["wast"]}, headers=headers)
        assert_problem(wrong, 422, "bad_request")
        assert "'wast'" in wrong.json()["detail"]
        assert "road_damage, waste" in wrong.json()["hint"]
        viewer = await api.account(Role.VIEWER, "vera")
        assert (await api.http.put("/api/v1/video-sources/yard/models", json={"models": []}, headers=viewer)).status_code == 403
