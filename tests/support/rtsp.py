"""Real RTSP streams for tests marked `rtsp`: FFmpeg makes a moving picture, GStreamer serves it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.programs import free_port

SERVER = Path(__file__).with_name("_rtsp_server.py")
FRAME_RATE = 20
ENCODERS = {
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"],
    "h265": ["-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-x265-params", "log-level=none"],
}


@contextmanager
def rtsp_server(codec: str, port: int | None = None, *, video: Path | None = None) -> Iterator[str]:
    """Serve a moving test picture, 320x240 at 20 fps with a keyframe a second, or a video file over and over; gives its address."""
    port, udp_port = port or free_port(), free_port()
    picture = ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i", f"testsrc2=size=320x240:rate={FRAME_RATE}"]
    if video is not None:
        picture = ["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(video)]
    coding = [*ENCODERS[codec], "-pix_fmt", "yuv420p", "-g", str(FRAME_RATE), "-f", "mpegts", f"udp://127.0.0.1:{udp_port}?pkt_size=1316"]
    source = subprocess.Popen([*picture, *coding])
    server = subprocess.Popen(["/usr/bin/python3", str(SERVER), str(port), str(udp_port), codec], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().strip() == "ready", "the RTSP test server did not start"
        yield f"rtsp://127.0.0.1:{port}/camera"
    finally:
        for child in (server, source):
            child.terminate()
            child.communicate(timeout=30)


@pytest.fixture(scope="session")
def rtsp_url() -> Iterator[str]:
    with rtsp_server("h264") as url:
        yield url
