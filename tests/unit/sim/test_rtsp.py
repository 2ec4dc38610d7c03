"""The real RTSP server with a real reader: the stream plays, carries its instants, and shows the truth."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from geo.primitives import LinkError, LonLat, SettingsError
from sim.airframes import BodyState
from sim.cameras import CarriedCamera, FilmCamera, PoleCamera, TruthLog, serve
from sim.clock import SimClock
from sim.fleet import TrueMoment
from sim.frame_time import UUID, precision_time_nal
from sim.rtsp import RtspServer
from sim.scenes.instants import SceneTime
from sim.scenes.model import DroneCamera, FixedCamera
from sim.scenes.stage import Stage
from sim.vector import Vector
from tests.support.magenta_square import COARSE, SIZE, magenta_centre, magenta_scene, predicted_pixel
from tests.support.programs import free_port

pytestmark = pytest.mark.rtsp

PLACE = LonLat(51.16015, 43.65062)
STATE = BodyState(position=Vector(4, 5, 55), heading_deg=25.0, on_ground=False)
LIVE = {"fflags": "nobuffer", "flags": "low_delay", "analyzeduration": "0", "probesize": "32768"}


@pytest.fixture(scope="module")
def drone_stream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hovering drone's camera, live; its clock is the machine's."""
    scene = magenta_scene(tmp_path_factory.mktemp("scene"), PLACE)
    part = scene.cameras[0]
    assert isinstance(part, DroneCamera)
    seconds = SceneTime(time.time_ns() // 1000, scene.duration_s)
    camera = CarriedCamera(Stage(scene, COARSE, part), part, (0.0, 0.0), lambda: TrueMoment(time.time_ns() // 1000, STATE), seconds)
    stop = threading.Event()
    with RtspServer("127.0.0.1", free_port(), ["/mav-1"]) as server:
        thread = threading.Thread(target=serve, args=(camera, server, "/mav-1", stop))
        thread.start()
        try:
            yield server.url("/mav-1")
        finally:
            stop.set()
            thread.join()


def frames(url: str, transport: str, count: int) -> list[tuple[np.ndarray, int | None, float]]:
    """(picture, stamped microseconds, arrival) of the first frames."""
    read = []
    with av.open(url, options={"rtsp_transport": transport, **LIVE}, timeout=15) as container:
        container.streams.video[0].thread_type = "NONE"
        for frame in container.decode(video=0):
            stamps = [bytes(data) for data in frame.side_data if bytes(data).startswith(UUID)]
            read.append((frame.to_ndarray(format="bgr24"), _time_of(stamps[0]) if stamps else None, time.time()))
            if len(read) == count:
                break
    return read


def _time_of(payload: bytes) -> int:
    """Microseconds of an ST 0604 message; its markers are checked, too."""
    body = payload[len(UUID) + 1 :]
    assert [body[2], body[5], body[8]] == [0xFF, 0xFF, 0xFF]
    return int.from_bytes(body[0:2] + body[3:5] + body[6:8] + body[9:11], "big")


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_every_frame_carries_its_instant(drone_stream: str, transport: str) -> None:
    read = frames(drone_stream, transport, 15)
    stamps = [stamp for _, stamp, _ in read]
    assert None not in stamps
    gaps = np.diff(np.array(stamps, dtype=np.int64)) / 1e6
    assert gaps.min() > 0.0
    assert np.median(gaps) == pytest.approx(0.1, abs=0.03)
    ages = [arrival - (stamp or 0) / 1e6 for _, stamp, arrival in read]
    assert 0.0 < np.median(ages) < 1.5


def test_the_object_is_at_the_pixel_its_truth_predicts(drone_stream: str) -> None:
    image = frames(drone_stream, "tcp", 8)[-1][0]
    assert image.shape == (SIZE[1], SIZE[0], 3)
    expected = predicted_pixel(PLACE, 4, 5, 55, 25, -90, 60)
    assert magenta_centre(image) == pytest.approx(expected, abs=1.5)


def test_several_readers_share_one_stream_with_one_that_comes_late(drone_stream: str) -> None:
    results: dict[str, int] = {}
    readers = [
        threading.Thread(target=lambda name=name, way=way: results.__setitem__(name, len(frames(drone_stream, way, 25))))
        for name, way in (("first", "tcp"), ("second", "udp"))
    ]
    for reader in readers:
        reader.start()
    assert len(frames(drone_stream, "tcp", 1)) == 1
    for reader in readers:
        reader.join()
    assert results == {"first": 25, "second": 25}


def test_a_camera_works_only_while_somebody_watches(shared_data: Path) -> None:
    film = FilmCamera(shared_data / "traffic-video" / "intel_car_detection.mp4", SimClock(time.time_ns() // 1000))
    made: list[bytes] = []

    class Counting:
        fps = film.fps

        def next_unit(self) -> bytes:
            made.append(film.next_unit())
            return made[-1]

    stop = threading.Event()
    with RtspServer("127.0.0.1", free_port(), ["/cam"]) as server:
        thread = threading.Thread(target=serve, args=(Counting(), server, "/cam", stop))
        thread.start()
        try:
            assert server.answers()
            assert not server.wait_watched("/cam", 0.0)
            assert made == []
            assert len(frames(server.url("/cam"), "tcp", 3)) == 3
            while server.wait_watched("/cam", 0.0):  # until it hears that the reader has left
                time.sleep(0.05)
        finally:
            stop.set()
            thread.join()


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LinkError, match=f"Port {port} on 127.0.0.1 is taken"), RtspServer("127.0.0.1", port, ["/x"]):
            pass


def test_missing_gstreamer_is_told_with_the_packages_to_install() -> None:
    with pytest.raises(SettingsError) as raised, RtspServer("127.0.0.1", free_port(), ["/x"], python="/nonexistent/python3"):
        pass
    assert "apt-get install -y python3-gi" in raised.value.one_line()


def test_a_film_loops_without_a_gap(shared_data: Path) -> None:
    camera = FilmCamera(shared_data / "traffic-video" / "overhead_highway.mp4", SimClock(0))
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_type = "NONE"
    count = 0
    for _ in range(480 + 480 + 30):
        count += len(decoder.decode(av.Packet(camera.next_unit())))
    assert count == 990


def test_a_film_that_is_no_video_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video")
    with pytest.raises(SettingsError, match=r"broken\.mp4 cannot be used"):
        FilmCamera(broken, SimClock(0))


def test_the_truth_of_every_live_frame_is_written_beside_it(tmp_path: Path) -> None:
    scene, clock = magenta_scene(tmp_path, PLACE), SimClock(1_767_225_600_000)
    part = scene.cameras[1]
    assert isinstance(part, FixedCamera)
    with TruthLog(tmp_path / "truth" / "pole.jsonl") as log:
        camera = PoleCamera(Stage(scene, COARSE, part), part, clock, SceneTime(clock.unix_us, scene.duration_s), log)
        units = []
        for _ in range(3):
            units.append(camera.next_unit())
            clock.advance()
    lines = [json.loads(line) for line in (tmp_path / "truth" / "pole.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == [0, 1, 2]
    assert [precision_time_nal(line["unix_us"]) in unit for line, unit in zip(lines, units, strict=True)] == [True] * 3
    assert [one["id"] for one in lines[0]["objects"]] == ["square"]


def test_a_stalled_camera_goes_on_showing_what_it_saw(tmp_path: Path) -> None:
    scene = magenta_scene(tmp_path, PLACE)
    part = scene.cameras[0]
    assert isinstance(part, DroneCamera)
    moments = iter([TrueMoment(1_000_000, STATE), TrueMoment(2_000_000, STATE, camera_works=False), TrueMoment(3_000_000, STATE)])
    camera = CarriedCamera(Stage(scene, COARSE, part), part, (0.0, 0.0), lambda: next(moments), SceneTime(0, 60.0))
    assert [precision_time_nal(us) in camera.next_unit() for us in (1_000_000, 1_000_000, 3_000_000)] == [True] * 3
