"""Live video reaches the detector and the browser over real RTSP."""

from typing import Any

import httpx
import pytest

from geo.primitives import LocalFrame, LonLat, distance_m
from tests.support.browser import open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.timeout(400)]

FIXED_CAMERA = "gate"
# The looped film shows a yard of about 30 by 20 m from above its lower edge.
FILM_SIZE_PX = (768, 432)
YARD_M = {(0, 0): (-22.0, 32.0), (768, 0): (22.0, 32.0), (768, 432): (9.0, 6.0), (0, 432): (-9.0, 6.0)}
NEAR_THE_CAMERA_M = 45.0


def calibrate(http: httpx.Client, camera: dict[str, Any]) -> LonLat:
    """Tell the camera which places its corners show; where it stands comes back."""
    at = LonLat(*camera["geometry"]["coordinates"][:2])
    frame = LocalFrame(at)
    points = [{"px": list(px), "lonlat": list(frame.place(*en_m).as_tuple())} for px, en_m in YARD_M.items()]
    known = camera["properties"]
    body = {name: known[name] for name in ("category", "name_kk", "name_ru", "name_en", "enabled", "hfov_deg", "vehicle_id")}
    body |= {"position": list(at.as_tuple()), "heading_deg": 0.0}
    body["calibration"] = {"image_size_px": list(FILM_SIZE_PX), "points": points, "date": "2026-05-01"}
    http.put(f"/api/v1/video-sources/{FIXED_CAMERA}", json=body).raise_for_status()
    return at


def test_vehicles_before_the_fixed_camera_become_places_with_an_accuracy(stack: Stack) -> None:
    with stack.client() as http:
        sources = http.get("/api/v1/video-sources", params={"limit": 5000}).raise_for_status().json()["features"]
        camera = next(feature for feature in sources if feature["properties"]["id"] == FIXED_CAMERA)
        at = calibrate(http, camera)
        found = wait_for(
            "an observation of the fixed camera with a place",
            lambda: [
                feature
                for feature in http.get("/api/v1/observations", params={"source_id": FIXED_CAMERA, "limit": 1000}).json()["features"]
                if feature["geometry"] and feature["properties"]["label"] in {"car", "truck", "bus"}
            ],
            120.0,
        )
    for feature in found:
        assert distance_m(at, LonLat(*feature["geometry"]["coordinates"][:2])) < NEAR_THE_CAMERA_M
        assert feature["properties"]["accuracy_m"] > 0.0


@pytest.mark.browser
def test_live_video_of_the_camera_plays_beside_the_map(stack: Stack) -> None:
    with open_page(stack.url, width_px=1180, height_px=760) as page:
        sign_in(page, ADMIN_PASSWORD)
        page.get_by_test_id("nav-cameras").click()
        page.get_by_test_id(f"camera-row-{FIXED_CAMERA}").click()
        page.get_by_test_id("video-pane").wait_for(state="visible", timeout=45_000)
        page.wait_for_function(
            "() => { const video = document.querySelector('[data-testid=video-pane] video');"
            " return video && video.videoWidth > 0 && video.currentTime > 1.0; }",
            timeout=60_000,
        )
