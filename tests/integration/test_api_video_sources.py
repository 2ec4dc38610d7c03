"""A camera is connected by one request, and what cannot work is refused before it is kept."""

from typing import Any

import pytest

from geo.core import VideoSourceStore
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

CORNERS = [(0, 0), (640, 0), (640, 360), (0, 360)]
CALIBRATION = {
    "image_size_px": [640, 360],
    "points": [{"px": [u, v], "lonlat": [51.16 + u * 1e-6, 43.65 - v * 1e-6]} for u, v in CORNERS],
    "date": "2026-05-01",
}
CAMERA: dict[str, Any] = {
    "name_kk": "Қақпа",
    "name_ru": "Ворота",
    "name_en": "Gate",
    "url": "rtsp://operator:secret@192.0.2.7/stream",
    "position": [51.16, 43.65],
    "heading_deg": 90.0,
    "calibration": CALIBRATION,
}


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
