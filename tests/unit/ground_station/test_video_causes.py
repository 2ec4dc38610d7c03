"""Why a source gives no pictures: one cause in one word for each, told apart by what really happens on the wire."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geo.primitives import VisionError
from ground_station.video import VideoReader, cause_of
from ground_station.video.address import parse_address
from tests.support.senders import tcp_sender, write_clip

TS_PACKET = 188


def _cause(source: str, **timeouts: float) -> str:
    with pytest.raises(VisionError) as raised, VideoReader(source, **timeouts) as reader:
        list(reader.images())
    assert raised.value.hint
    return cause_of(raised.value)


@pytest.mark.parametrize("scheme", ["rtsp", "http", "rtmp"])
def test_a_name_that_nobody_knows(scheme: str) -> None:
    assert _cause(f"{scheme}://no-such-camera.invalid/live/1", open_timeout_s=30.0) == "dns"


@pytest.mark.parametrize("scheme", ["rtsp", "rtspt", "http", "rtmp", "tcp"])
def test_a_port_where_nothing_listens(scheme: str) -> None:
    assert _cause(f"{scheme}://127.0.0.1:18609/live/1", open_timeout_s=30.0) == "refused"


def test_a_machine_that_takes_the_call_and_says_nothing() -> None:
    with tcp_sender([], stay=True) as address:
        assert _cause(address, open_timeout_s=1.0) == "no_answer"
    with tcp_sender([], stay=True) as address:
        assert _cause(address.replace("tcp://", "rtsp://") + "/1", open_timeout_s=1.0) == "no_answer"


@pytest.mark.parametrize("address", ["udp://127.0.0.1:18607", "rtmp://0.0.0.0:18607/live/drone"])
def test_a_port_we_listen_at_and_nobody_sends_to(address: str) -> None:
    assert _cause(address, open_timeout_s=1.0) == "no_sender"


@pytest.mark.parametrize(("status", "cause"), [(401, "auth"), (404, "no_stream")])
def test_a_camera_that_refuses_the_password_or_knows_no_such_stream(status: int, cause: str) -> None:
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert _cause(f"http://user:wrong@127.0.0.1:{server.server_port}/stream") == cause
    finally:
        server.shutdown()
        server.server_close()


def test_a_stream_that_stops_without_closing_has_stalled(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.ts", format="mpegts").read_bytes()
    with tcp_sender([film], stay=True) as address:
        assert _cause(address, read_timeout_s=1.5) == "stalled"


def test_a_stream_without_a_keyframe_says_so(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.ts", frames=400, gop=10_000, format="mpegts").read_bytes()
    headless = film[: 3 * TS_PACKET] + film[len(film) // 8 // TS_PACKET * TS_PACKET :]
    with tcp_sender([headless] * 4, stay=True) as address:
        assert _cause(address, picture_timeout_s=0.0) == "no_keyframe"


def test_a_codec_nobody_can_decode(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.mp4").read_bytes()
    (tmp_path / "odd.mp4").write_bytes(film.replace(b"avc1", b"zzz1"))
    assert _cause(str(tmp_path / "odd.mp4")) == "codec"


def test_a_usb_camera_that_is_not_there() -> None:
    assert parse_address("usb:97").url == "/dev/video97"
    assert _cause("usb:97") == "missing"


@pytest.mark.parametrize(
    ("source", "transport"), [("rtsp://c/1", "tcp+udp"), ("rtspt://c/1", "tcp"), ("rtspu://c/1", "udp"), ("rtsps://c/1", "tcp")]
)
def test_the_transport_of_rtsp_may_be_asked_for(source: str, transport: str) -> None:
    address = parse_address(source)
    assert address.options["rtsp_transport"] == transport
    assert address.url == ("rtsps://c/1" if source.startswith("rtsps") else "rtsp://c/1")
