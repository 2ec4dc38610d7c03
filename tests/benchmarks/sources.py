"""Live cameras on one machine: 16 RTSP streams of 720p, watched at once, and what each costs.

Ours is the process `watch` as it runs in service, with its database and its bus: streams over TCP, tracks told, health looked at. Three
kinds of view, as a region has them: roads, a yard, streets, and most of the time nobody. The peer is the loop one writes first: each
camera decoded whole and given to the detector picture by picture, measured on the same films with the same model and threads; it has no
network, bus or database to serve. The streams come from this machine too, which is not counted; that the machine has to make them is.

Beside the cost stand what the watched cameras got: how long they were looked at less often than promised, pictures passed over because
newer ones had come, and how long after its capture a picture was analysed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import numpy as np
from anyio.to_thread import run_sync
from nats.aio.msg import Msg

from geo.core import PrivateCluster, VideoSource, VideoSourceStore, open_database, upgrade
from geo.primitives import SettingsError
from ground_station.bus.connection import connect_bus
from ground_station.bus.private_server import PrivateNats
from ground_station.bus.subjects import SOURCE_STATUS
from ground_station.messages import SourceStatus
from ground_station.video import VideoReader
from tests.benchmarks.measurement import Measurement
from tests.support.programs import free_port
from tests.support.rtsp import SERVER
from vision import DEFAULT_MODEL, Detector, Frame, Pipeline, open_detector, open_tracker

SOURCES = 16
FILMS = ("traffic-video/overhead_highway.mp4", "traffic-video/intel_car_detection.mp4", "traffic-video/town_pedestrians.mp4")
QUIET = 10  # of the sources: views in which nothing happens
SIZE, RATE_HZ = "1280x720", 25
SETTLES_S, MEASURED_S = 45.0, 90.0
PEER_PICTURES = 100  # of each film: enough, they are much alike
CONFIDENCE = 0.25


async def measure() -> Measurement:
    data = Path(os.environ.get("SUNQAR_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    missing = [data / name for name in FILMS if not (data / name).is_file()]
    if missing:
        raise SettingsError(f"There is no '{missing[0]}'.", code="settings.test_data", hint="Set SUNQAR_TEST_DATA to the shared data.")
    with tempfile.TemporaryDirectory(prefix="sunqar-bench-") as folder:
        Path(folder).chmod(0o755)
        films = await run_sync(_films, data, Path(folder))
        peer = await run_sync(_peer_cpu_s, films)
        cpu_s, heard = await _watched(films, Path(folder))
    return Measurement(1.0 / cpu_s, 1.0 / peer, "decode all, detect every picture", "720p sources per core", heard.summary())


def _films(data: Path, folder: Path) -> list[Path]:
    """As cameras would send them, coded before the clock starts; the last is a view of nothing, a still with a sensor's noise."""
    made = []
    coding = [
        "-s",
        SIZE,
        "-r",
        str(RATE_HZ),
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-g",
        str(2 * RATE_HZ),
        "-pix_fmt",
        "yuv420p",
        "-bf",
        "0",
    ]
    still = ["-loop", "1", "-t", "20", "-i", str(folder / "still.png"), "-vf", "noise=alls=3:allf=t"]
    first = ["ffmpeg", "-v", "error", "-y", "-ss", "2", "-i", str(data / FILMS[1]), "-frames:v", "1", str(folder / "still.png")]
    subprocess.run(first, check=True)
    for number, given in enumerate([*(["-i", str(data / name)] for name in FILMS), still]):
        made.append(folder / f"{number}.ts")
        subprocess.run(["ffmpeg", "-v", "error", "-y", *given, *coding, "-an", str(made[-1])], check=True)
    return made


def _share(films: Sequence[Path]) -> list[Path]:
    """The film each of the sources shows."""
    busy = [films[number % (len(films) - 1)] for number in range(SOURCES - QUIET)]
    return [*busy, *[films[-1]] * QUIET]


def _peer_cpu_s(films: Sequence[Path]) -> float:
    """Seconds of processor time for a second of the mean source."""
    detector = open_detector(DEFAULT_MODEL, confidence=CONFIDENCE, threads=1)
    _looped(detector, films[0], 10)
    cost = {film: _looped(detector, film, PEER_PICTURES) for film in films}
    return float(np.mean([cost[film] for film in _share(films)]))


def _looped(detector: Detector, film: Path, pictures: int) -> float:
    pipeline = Pipeline(detector, open_tracker(RATE_HZ, CONFIDENCE))
    started, last_s = time.process_time(), 0.0
    with VideoReader(str(film)) as reader:
        for image in reader.images():
            pipeline.process(Frame("film", image.index, image.time_s, image.picture))
            last_s = image.time_s
            if image.index + 1 >= pictures:
                break
    return (time.process_time() - started) / max(last_s, 1.0)


@dataclass(slots=True)
class _Heard:
    """What the sources told of themselves, once a second each: the last word of each, and every latency."""

    told: dict[str, SourceStatus] = field(default_factory=dict)
    latencies_s: list[float] = field(default_factory=list)

    async def take(self, message: Msg) -> None:
        status = SourceStatus.model_validate_json(message.data)
        self.told[status.source_id] = status
        if status.latency_s is not None:
            self.latencies_s.append(status.latency_s)

    def summary(self) -> str:
        last = self.told.values()
        running = sum(status.state == "running" for status in last)
        blind = sum(status.blind_s or 0.0 for status in last) / max(1.0, sum(status.watched_s or 0.0 for status in last))
        rates = [status.frames_per_second or 0.0 for status in last]
        p50_s, p95_s = np.percentile(self.latencies_s or [np.nan], [50, 95])
        return (
            f"{running} of {SOURCES} sources of {SIZE} at {RATE_HZ} Hz running, {QUIET} of them quiet, {100 * blind:.1f} % of the time "
            f"blind; {min(rates, default=0.0):.1f} to {max(rates, default=0.0):.1f} pictures a second looked at; from capture to analysed "
            f"p50 {p50_s:.2f} s, p95 {p95_s:.2f} s of {len(self.latencies_s)}"
        )


async def _watched(films: Sequence[Path], folder: Path) -> tuple[float, _Heard]:
    """Processor seconds for a second of the mean source, and what each source told of itself last."""
    nats = PrivateNats(folder / "bus")
    bus = await nats.start()
    try:
        with ExitStack() as stack:
            cluster = stack.enter_context(PrivateCluster(folder))
            await run_sync(upgrade, cluster.url)
            addresses = {film: stack.enter_context(_served(film)) for film in films}
            async with open_database(cluster.url) as database:
                for number, film in enumerate(_share(films)):
                    source = VideoSource(f"camera-{number}", "fixed", "Камера", "Камера", "Camera", url=addresses[film])
                    await VideoSourceStore(database).upsert(source)
            environment = {"SUNQAR_DATA_DIR": str(folder / "data"), "SUNQAR_DATABASE_URL": cluster.url, "SUNQAR_NATS_URL": bus}
            async with await anyio.open_process(
                [sys.executable, "-m", "ground_station", "watch"], env={**os.environ, **environment}, stdout=None, stderr=None
            ) as watch:
                found = await _heard_of(bus, watch.pid)
                watch.terminate()
            return found
    finally:
        await nats.stop()


async def _heard_of(bus: str, pid: int) -> tuple[float, _Heard]:
    heard = _Heard()
    async with connect_bus(bus, name="benchmark") as client:
        await client.subscribe(f"{SOURCE_STATUS}.>", cb=heard.take)
        await anyio.sleep(SETTLES_S)
        heard.latencies_s.clear()
        before_s, began_s = _cpu_s(pid), time.monotonic()
        await anyio.sleep(MEASURED_S)
        return (_cpu_s(pid) - before_s) / (time.monotonic() - began_s) / SOURCES, heard


def _cpu_s(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _served(film: Path) -> Iterator[str]:
    """The film over and over as a camera's stream, not coded again."""
    port, udp_port = free_port(), free_port()
    sending = ["ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(film), "-c", "copy", "-f", "mpegts"]
    source = subprocess.Popen([*sending, f"udp://127.0.0.1:{udp_port}?pkt_size=1316"])
    server = subprocess.Popen(["/usr/bin/python3", str(SERVER), str(port), str(udp_port), "h264"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        if server.stdout.readline().strip() != "ready":
            raise AssertionError("the RTSP server did not start")
        yield f"rtsp://127.0.0.1:{port}/camera"
    finally:
        for child in (server, source):
            child.terminate()
            child.communicate(timeout=30)
