"""A fixed camera is calibrated over HTTP: tried without being kept, kept with its history, refused where the points fix none."""

import base64

import cv2
import numpy as np
import pytest

from geo.core import CameraCalibrationStore, VideoSourceStore
from geo.primitives import LocalFrame, LonLat
from ground_station.accounts import Role
from ground_station.settings import Settings
from sim.projection import Camera
from tests.support.api import running_api
from tests.support.gate_camera import CALIBRATION, CAMERA
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]


async def test_a_camera_is_calibrated_by_points_and_its_history_is_kept(api_settings: Settings) -> None:
    """Points of a camera 8 m up that looks north-east, made by the simulator's own projection."""
    camera, frame = Camera(3.0, -4.0, 8.0, 30.0, -24.0, 70.0, 1280, 720), LocalFrame(LonLat(51.16, 43.65))
    points = []
    for u, v in [(150, 690), (1150, 680), (240, 300), (1050, 290), (640, 480), (420, 380), (900, 560)]:
        ray = np.append(camera.straightened(np.array([[u, v]]))[0], 1.0) @ camera.world_to_camera()[:, :3]
        reach = -8.0 / ray[2]
        points.append({"px": [u, v], "lonlat": list(frame.place(3.0 + reach * float(ray[0]), -4.0 + reach * float(ray[1])).as_tuple())})
    body = {"image_size_px": [1280, 720], "points": points}
    still = base64.b64encode(cv2.imencode(".jpg", np.full((72, 128, 3), 90, np.uint8))[1].tobytes()).decode()
    path = "/api/v1/video-sources/yard/calibrations"
    async with running_api(api_settings) as api:
        keeper, viewer = await api.account(Role.OPERATOR, "dana"), await api.account(Role.VIEWER)
        assert (await api.http.post(f"{path}/fit", json=body, headers=viewer)).status_code == 404
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=keeper)

        fitted = (await api.http.post(f"{path}/fit", json=body, headers=viewer)).json()
        assert fitted["kind"] == "pinhole"
        assert fitted["residual_px"] < 0.5
        assert fitted["camera"]["height_m"] == pytest.approx(8.0, abs=0.2)
        assert fitted["camera"]["heading_deg"] == pytest.approx(30.0, abs=0.5)
        assert all(point["left_out_m"] < 4.0 for point in fitted["points"])
        assert len(fitted["seen"]) >= 4
        assert (await api.http.get(path, headers=viewer)).json() == {"items": []}, "nothing is kept by trying"

        assert (await api.http.post(path, json=body, headers=viewer)).status_code == 403
        assert_problem(await api.http.post(path, json=body | {"still": "bm8="}, headers=keeper), 422, "vision.calibration_still")
        for note in ("first", "after the storm"):
            assert (await api.http.post(path, json=body | {"note": note, "still": still}, headers=keeper)).status_code == 201
        history = (await api.http.get(path, headers=viewer)).json()["items"]
        assert [(one["note"], one["made_by"], one["has_still"]) for one in history] == [
            ("after the storm", "dana", True),
            ("first", "dana", True),
        ]
        source = await VideoSourceStore(api.services.database).get("yard")
        assert source is not None
        assert source.calibration is not None
        assert len(source.calibration["points"]) == 7
        kept = await CameraCalibrationStore(api.services.database).still_in_force("yard")
        assert kept is not None
        assert kept[0] == base64.b64decode(still)


async def test_points_that_fix_no_camera_are_refused_with_the_way_out(api_settings: Settings) -> None:
    path = "/api/v1/video-sources/yard/calibrations"
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OPERATOR, "dana")
        await api.http.put("/api/v1/video-sources/yard", json=CAMERA, headers=headers)
        three = {"image_size_px": [640, 360], "points": CALIBRATION["points"][:3]}
        assert_problem(await api.http.post(path, json=three, headers=headers), 422, "vision.calibration_points")
        line = [{"px": [50 * n, 200], "lonlat": [51.16 + n * 1e-5, 43.65]} for n in range(5)]
        answer = await api.http.post(f"{path}/fit", json={"image_size_px": [640, 360], "points": line}, headers=headers)
        assert_problem(answer, 422, "vision.calibration_degenerate")
