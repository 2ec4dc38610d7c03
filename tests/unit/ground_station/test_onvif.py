"""ONVIF cameras: found, asked for their streams, signed in to whatever their clock says, and refused in one sentence."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geo.primitives import VisionError
from ground_station.onvif import ask_camera, discover
from tests.support.onvif_camera import PASSWORD, USER, onvif_camera

pytestmark = pytest.mark.anyio


async def test_a_camera_in_the_network_is_found_with_the_name_it_gives_itself() -> None:
    with onvif_camera() as camera:
        found = await discover([camera.discovery], listen_s=60.0, enough=1)
    assert [(item.address, item.name, item.hardware) for item in found] == [(camera.device_service, "North Gate", "SO-4")]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-365 * 20), timedelta(hours=5)], ids=["right", "decades behind", "ahead"])
async def test_its_streams_are_known_whatever_its_clock_says(ahead: timedelta) -> None:
    with onvif_camera(clock_ahead=ahead) as running:
        camera = await ask_camera(running.device_service, USER, PASSWORD)
    assert (camera.manufacturer, camera.model, camera.firmware) == ("Steppe Optics", "SO-4", "2.1")
    assert camera.clock_offset_s == pytest.approx(ahead.total_seconds(), abs=20)
    assert (camera.main.codec, camera.main.width_px, camera.main.frames_per_second) == ("H265", 2560, 25)
    assert camera.main.url == "rtsp://127.0.0.1:554/main?a=1&b=2"
    assert camera.sub is not None
    assert (camera.sub.name, camera.sub.height_px) == ("Sub", 360)


async def test_a_wrong_password_is_called_one() -> None:
    with onvif_camera() as running, pytest.raises(VisionError) as raised:
        await ask_camera(running.device_service, USER, "wrong")
    assert raised.value.code == "vision.source_unauthorized"


async def test_nobody_there_and_something_else_there() -> None:
    with pytest.raises(VisionError) as raised:
        await ask_camera("http://127.0.0.1:18606/onvif/device_service", "", "")
    assert raised.value.code == "vision.onvif_unreachable"

    class Web(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'<!DOCTYPE x [<!ENTITY a "b">]><html>&a;</html>')

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(VisionError) as raised:
            await ask_camera(f"http://127.0.0.1:{server.server_port}/", "", "")
    finally:
        server.shutdown()
        server.server_close()
    assert raised.value.code == "vision.onvif_answer"
