"""The simulated cameras: each makes one stamped access unit at a time, and one loop paces it onto its RTSP mount."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from geo.primitives import LonLat
from sim.camera_view import SceneView, stabilised_camera
from sim.clock import SimClock
from sim.fleet import TrueMoment
from sim.frame_time import stamped
from sim.gate import gate_camera
from sim.rtsp import RtspServer
from sim.scenario import Scenario
from sim.video_encoder import H264Encoder, LoopedVideo

logger = logging.getLogger(__name__)

DRONE_SIZE_PX = (960, 540)
DRONE_HFOV_DEG = 60.0
FRAMES_PER_SECOND = 10.0


class CameraSource(Protocol):
    """One camera. `next_unit` takes as long as rendering and encoding take."""

    fps: float

    def next_unit(self) -> bytes: ...


class DroneCamera:
    """The stabilised camera of one vehicle, looking where its gimbal does.

    A frame carries the instant of the very step whose true place it was painted from.
    """

    fps = FRAMES_PER_SECOND

    def __init__(self, scenario: Scenario, home: LonLat, moment: Callable[[], TrueMoment], *, seed: int = 0) -> None:
        self._view = SceneView(scenario, home, seed=seed)
        self._moment = moment
        self._encoder = H264Encoder(*DRONE_SIZE_PX, self.fps)
        self._last: TrueMoment | None = None  # what a stalled camera goes on showing, with its instant

    def next_unit(self) -> bytes:
        moment = self._moment()
        if not moment.camera_works and self._last is not None:
            moment = self._last
        self._last = moment
        position = moment.state.position
        heading_deg = moment.state.heading_deg if moment.camera_heading_deg is None else moment.camera_heading_deg
        camera = stabilised_camera(
            position.east, position.north, position.up, heading_deg, DRONE_HFOV_DEG, DRONE_SIZE_PX, moment.camera_pitch_deg
        )
        return self._encoder.encode(self._view.render(camera, moment.unix_us / 1e6), moment.unix_us)


class StreetCamera:
    """The fixed camera over a rendered street: what stands still is painted once."""

    fps = FRAMES_PER_SECOND

    def __init__(self, scenario: Scenario, clock: SimClock, *, seed: int = 0) -> None:
        self._clock = clock
        self._camera = gate_camera(scenario.gate)
        self._view = SceneView(scenario, scenario.gate_place, seed=seed)
        self._background = self._view.background(self._camera)
        self._view.forget_ground()
        self._encoder = H264Encoder(*scenario.gate.image_size_px, self.fps)

    def next_unit(self) -> bytes:
        unix_us = self._clock.unix_us
        return self._encoder.encode(self._view.render_traffic(self._background, self._camera, unix_us / 1e6), unix_us)


class FilmCamera:
    """A fixed camera that shows a real video for ever, stamped with the simulated clock."""

    def __init__(self, path: Path, clock: SimClock) -> None:
        video = LoopedVideo(path)
        self.fps = video.facts.fps
        self._clock = clock
        self._units = video.access_units()

    def next_unit(self) -> bytes:
        return stamped(next(self._units), self._clock.unix_us)


def serve(source: CameraSource, server: RtspServer, mount: str, stop: threading.Event) -> None:
    """Send the source's frames at its rate until `stop`; a camera that is late skips the frames it missed."""
    period_s = 1.0 / source.fps
    due_s = time.monotonic()
    skipped = 0
    while not stop.wait(max(0.0, due_s - time.monotonic())):
        server.send(mount, source.next_unit(), time.monotonic_ns() // 1000)
        due_s += period_s
        late = int((time.monotonic() - due_s) / period_s)
        if late > 0:
            due_s += late * period_s
            skipped += late
    if skipped:
        logger.info("camera %s skipped %d frames", mount, skipped)
