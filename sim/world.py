"""Everything simulated at once: the fleet, its camera, the fixed camera and their RTSP server."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import cv2

from geo.primitives import LonLat
from sim.addresses import Address
from sim.cameras import CameraSource, DroneCamera, FilmCamera, StreetCamera, serve
from sim.docks import DockServer, SimulatedDock, VehicleBay
from sim.faults import FaultSpec
from sim.fleet import Fleet
from sim.rtsp import RtspServer
from sim.scenario import read_scenario
from sim.wind import MeanWind

logger = logging.getLogger(__name__)

DRONE_MOUNT, GATE_MOUNT = "/mav-1", "/gate"
CHECK_PERIOD_S = 5.0


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """What to simulate. `out` is where the vehicles speak MAVLink."""

    count: int
    home: LonLat
    out: Address
    rtsp_host: str = "127.0.0.1"
    rtsp_port: int = 8554
    dock_port: int = 8560
    fixed_camera_video: Path | None = None
    scenario: Path | None = None
    speedup: float = 1.0
    seed: int | None = None
    wind: MeanWind | None = None
    autopilot: str = "ardupilot"
    vehicle_type: str = "copter"
    faults: tuple[FaultSpec, ...] = ()
    dem: Path | None = None


class World:
    """`run` until cancelled; `readiness` answers at once."""

    def __init__(self, settings: WorldSettings) -> None:
        self._settings = settings
        self._flying = False
        self._video_answers = False

    def readiness(self) -> tuple[bool, str]:
        if not self._flying:
            return False, "starting"
        if not self._video_answers:
            return False, "the RTSP server does not answer yet"
        return True, f"{self._settings.count} vehicles, video on port {self._settings.rtsp_port}"

    async def run(self) -> None:
        """Raises a `SunqarError` for a port that is taken, a broken scenario or video, and missing GStreamer."""
        chosen = self._settings
        # One thread: two cameras on a small machine gain nothing from OpenCV's pool, which only fights the encoder.
        cv2.setNumThreads(1)
        scenario = read_scenario(chosen.scenario)
        stop = threading.Event()
        mounts = ([DRONE_MOUNT] if chosen.count else []) + [GATE_MOUNT]
        server = RtspServer(chosen.rtsp_host, chosen.rtsp_port, mounts)
        with Fleet(
            chosen.count,
            chosen.home,
            chosen.out,
            autopilot=chosen.autopilot,
            vehicle_type=chosen.vehicle_type,
            seed=chosen.seed,
            speedup=chosen.speedup,
            wind=chosen.wind,
            faults=chosen.faults,
            dem=chosen.dem,
            video_uris={1: server.url(DRONE_MOUNT)},
        ) as fleet:
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._stop_when_cancelled, stop)
                    tasks.start_soon(fleet.run)
                    tasks.start_soon(self._run_docks, fleet)
                    self._flying = True
                    await anyio.to_thread.run_sync(server.__enter__)
                    sources: dict[str, CameraSource] = {}
                    if chosen.count:
                        sources[DRONE_MOUNT] = await anyio.to_thread.run_sync(
                            lambda: DroneCamera(scenario, chosen.home, lambda: fleet.true_moment(1), seed=chosen.seed or 0)
                        )
                    film = chosen.fixed_camera_video
                    sources[GATE_MOUNT] = await anyio.to_thread.run_sync(
                        lambda: FilmCamera(film, fleet.clock) if film else StreetCamera(scenario, fleet.clock, seed=chosen.seed or 0)
                    )
                    limiter = anyio.CapacityLimiter(len(sources))
                    for mount, source in sources.items():
                        tasks.start_soon(self._serve, source, server, mount, stop, limiter)
                        logger.info("camera serves %s", server.url(mount))
                    tasks.start_soon(self._watch_video, server)
            finally:
                server.close()

    async def _run_docks(self, fleet: Fleet) -> None:
        """A dock below each vehicle, by its number."""
        docks = {vehicle.system_id: SimulatedDock(bay=VehicleBay(vehicle)) for vehicle in fleet.vehicles}
        with DockServer(docks, self._settings.dock_port) as server:
            await server.run(lambda: fleet.clock.boot_s)

    @staticmethod
    async def _serve(source: CameraSource, server: RtspServer, mount: str, stop: threading.Event, limiter: anyio.CapacityLimiter) -> None:
        await anyio.to_thread.run_sync(serve, source, server, mount, stop, limiter=limiter)

    @staticmethod
    async def _stop_when_cancelled(stop: threading.Event) -> None:
        """Threads do not hear of cancellation; this tells them."""
        try:
            await anyio.sleep_forever()
        finally:
            stop.set()

    async def _watch_video(self, server: RtspServer) -> None:
        while True:
            self._video_answers = await anyio.to_thread.run_sync(server.answers)
            await anyio.sleep(CHECK_PERIOD_S if self._video_answers else 0.5)
