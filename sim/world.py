"""Everything simulated at once: the vehicles of a scene, its cameras and their RTSP server."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import cv2

from geo.primitives import LocalFrame, LonLat
from sim.addresses import Address
from sim.cameras import CameraSource, CarriedCamera, FilmCamera, PoleCamera, TruthLog, serve
from sim.docks import DockServer, SimulatedDock, VehicleBay
from sim.faults import FaultSpec, parse_fault
from sim.fleet import Fleet, FleetVehicle, row_of
from sim.rtsp import RtspServer
from sim.scenes.crew import Crew, aim
from sim.scenes.instants import SceneTime
from sim.scenes.model import DroneCamera, Scene
from sim.scenes.mounts import LiveCamera, live_cameras
from sim.scenes.stage import Detail, Stage
from sim.wind import parse_wind

logger = logging.getLogger(__name__)

CHECK_PERIOD_S = 5.0
SPARE_M = 6.0  # vehicles that are no part of the scene wait this far east of its first


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """What to simulate. `out` is where the vehicles speak MAVLink.

    `fleet` vehicles fly: those of the scene, and beside its first one copters that wait for a pilot; 0 leaves all of them out. `home` moves
    the vehicles that wait. `fixed_camera_video` is shown by the first fixed camera. `truth` is a folder for the truth of every frame.
    Docks are served on `dock_port`, where there is one.
    """

    scene: Scene
    out: Address
    fleet: int = 1
    home: LonLat | None = None
    rtsp_host: str = "127.0.0.1"
    rtsp_port: int = 8554
    dock_port: int | None = None
    fixed_camera_video: Path | None = None
    truth: Path | None = None
    speedup: float = 1.0
    seed: int | None = None
    dem: Path | None = None
    detail: Detail | None = None


class World:
    """`run` until cancelled; `readiness` answers at once."""

    def __init__(self, settings: WorldSettings) -> None:
        self._settings = settings
        self._flying = False
        self._video_answers = False
        self._vehicles = _vehicles(settings)
        self.cameras = live_cameras(settings.scene, vehicles_fly=bool(self._vehicles))
        fixed = [one for one in self.cameras if one.system_id is None]
        self._filmed = fixed[0] if fixed and settings.fixed_camera_video is not None else None

    def readiness(self) -> tuple[bool, str]:
        if not self._flying:
            return False, "starting"
        if not self._video_answers:
            return False, "the RTSP server does not answer yet"
        return True, f"{len(self._vehicles)} vehicles, video on port {self._settings.rtsp_port}"

    async def run(self) -> None:
        """Raises a `SunqarError` for a port that is taken, a broken picture or video, and missing GStreamer."""
        chosen, scene = self._settings, self._settings.scene
        # One thread: two cameras on a small machine gain nothing from OpenCV's pool, which only fights the encoder.
        cv2.setNumThreads(1)
        stop = threading.Event()
        server = RtspServer(chosen.rtsp_host, chosen.rtsp_port, [one.mount for one in self.cameras])
        with (
            ExitStack() as logs,
            Fleet(
                len(self._vehicles),
                self._vehicles[0].home if self._vehicles else LonLat(*scene.origin),
                chosen.out,
                seed=chosen.seed,
                speedup=chosen.speedup,
                wind=parse_wind(scene.weather.wind),
                dem=chosen.dem,
                video_uris={one.system_id: server.url(one.mount) for one in reversed(self.cameras) if one.system_id is not None},
                vehicles=self._vehicles,
            ) as fleet,
        ):
            seconds = SceneTime(fleet.clock.unix_us, scene.duration_s)
            for act in _crews(scene, fleet, seconds):
                fleet.before_step(act)
            try:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._stop_when_cancelled, stop)
                    tasks.start_soon(fleet.run)
                    if chosen.dock_port is not None:
                        tasks.start_soon(self._run_docks, fleet, chosen.dock_port)
                    self._flying = True
                    await anyio.to_thread.run_sync(server.__enter__)
                    tasks.start_soon(self._watch_video, server)
                    limiter = anyio.CapacityLimiter(max(1, len(self.cameras)))
                    for camera in self.cameras:
                        log = None
                        if chosen.truth is not None and camera is not self._filmed:
                            log = logs.enter_context(TruthLog(chosen.truth / f"{camera.mount[1:]}.jsonl"))
                        source = await anyio.to_thread.run_sync(self._source, camera, fleet, seconds, log)
                        serving = partial(serve, source, server, camera.mount, stop, unwatched=log is not None)
                        tasks.start_soon(partial(anyio.to_thread.run_sync, serving, limiter=limiter))
                        logger.info("camera serves %s", server.url(camera.mount))
            finally:
                server.close()

    def _source(self, camera: LiveCamera, fleet: Fleet, seconds: SceneTime, log: TruthLog | None) -> CameraSource:
        """Paints the camera's ground: about a second of work."""
        chosen, part = self._settings, camera.part
        if chosen.fixed_camera_video is not None and camera is self._filmed:
            return FilmCamera(chosen.fixed_camera_video, fleet.clock)
        stage = Stage(chosen.scene, chosen.detail, part)
        if not isinstance(part, DroneCamera):
            return PoleCamera(stage, part, fleet.clock, seconds, log)
        system_id = camera.system_id or 1
        home_m = stage.frame.offset_m(self._vehicles[system_id - 1].home)
        return CarriedCamera(stage, part, home_m, lambda: fleet.true_moment(system_id), seconds, log)

    @staticmethod
    async def _run_docks(fleet: Fleet, port: int) -> None:
        """A dock below each vehicle, by its number."""
        docks = {vehicle.system_id: SimulatedDock(bay=VehicleBay(vehicle)) for vehicle in fleet.vehicles}
        with DockServer(docks, port) as server:
            await server.run(lambda: fleet.clock.boot_s)

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


def _vehicles(settings: WorldSettings) -> list[FleetVehicle]:
    """Those of the scene, then the spare ones."""
    scene = settings.scene
    if settings.fleet == 0:
        return []
    frame = LocalFrame(LonLat(*scene.origin))
    placed = [
        FleetVehicle(settings.home if settings.home and not one.legs else frame.place(*one.home), one.autopilot, one.type)
        for one in scene.vehicles
    ]
    missing = settings.fleet - len(placed)
    if missing > 0:
        beside = placed[0].home if placed else settings.home or LonLat(*scene.origin)
        first = LocalFrame(beside).place(SPARE_M, 0.0) if placed else beside
        placed += [FleetVehicle(home) for home in row_of(missing, first)]
    return placed


def _crews(scene: Scene, fleet: Fleet, seconds: SceneTime) -> list[Callable[[], None]]:
    """What is done for the scene at each step: vehicles sent along their legs, gimbals as the scene has them, faults at their second."""
    frame = LocalFrame(LonLat(*scene.origin))
    faults = [parse_fault(text) for text in scene.faults]
    vehicles = dict(zip((one.name for one in scene.vehicles), fleet.vehicles, strict=False))
    crews = [Crew(plan, frame, vehicles[plan.name], brings_home=True) for plan in scene.vehicles if plan.legs and plan.name in vehicles]
    for part in reversed(scene.cameras):
        if isinstance(part, DroneCamera) and part.vehicle in vehicles:
            vehicle = vehicles[part.vehicle]
            aim(part, frame.offset_m(vehicle.home), vehicle)

    def plan_faults() -> None:
        for vehicle in fleet.vehicles:
            for fault in faults:
                vehicle.faults.add(_later(fault, fleet.clock.boot_s))

    if not crews:
        plan_faults()
        return []
    lead, was_under_way = crews[0], False

    def act() -> None:
        nonlocal was_under_way
        for crew in crews:
            crew.update()
        if lead.under_way and not was_under_way:
            seconds.restart(fleet.clock.unix_us)
            plan_faults()
        was_under_way = lead.under_way

    return [act]


def _later(fault: FaultSpec, by_s: float) -> FaultSpec:
    return replace(fault, start_s=fault.start_s + by_s, end_s=None if fault.end_s is None else fault.end_s + by_s)
