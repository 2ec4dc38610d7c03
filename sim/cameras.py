"""The live cameras: each makes one stamped access unit at a time, and one loop paces it onto its RTSP mount."""

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from geo.primitives import SettingsError
from sim.clock import SimClock
from sim.fleet import TrueMoment
from sim.frame_time import stamped
from sim.rtsp import RtspServer
from sim.scenes.airborne import ground_shift_px
from sim.scenes.instants import SceneTime
from sim.scenes.model import DroneCamera, FixedCamera
from sim.scenes.painting import Eye
from sim.scenes.poses import carried_camera
from sim.scenes.stage import Stage
from sim.scenes.truth import FrameTruth, frame_truth
from sim.scenes.view import FixedView, MovingView
from sim.video_encoder import H264Encoder, LoopedVideo

LOOK_S = 0.5  # how soon a camera that nobody watches hears that all is to stop

logger = logging.getLogger(__name__)


class CameraSource(Protocol):
    """One camera. `next_unit` takes as long as rendering and encoding take."""

    fps: float

    def next_unit(self) -> bytes: ...


class TruthLog:
    """A file with one line of truth a frame. A context manager: leaving it closes the file."""

    def __init__(self, path: Path) -> None:
        """Raises `SettingsError` when it cannot be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise SettingsError(f"'{path}' cannot be written ({error.strerror}).", code="settings.file", hint="Check the path.") from error

    def add(self, truth: FrameTruth) -> None:
        self._file.write(json.dumps(truth.to_json(), separators=(",", ":")) + "\n")

    def __enter__(self) -> "TruthLog":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


class CarriedCamera:
    """Under a vehicle, where its gimbal points. A frame carries the instant of the very step whose true place it was painted from."""

    def __init__(
        self,
        stage: Stage,
        part: DroneCamera,
        home_m: tuple[float, float],
        moment: Callable[[], TrueMoment],
        seconds: SceneTime,
        log: TruthLog | None = None,
    ) -> None:
        """`home_m` is where the vehicle's own metres begin, east and north in the scene."""
        self.fps = part.fps
        self._stage, self._part, self._home_m, self._log = stage, part, home_m, log
        self._moment, self._seconds = moment, seconds
        self._view = MovingView(stage, part.lens, part.size_px)
        self._encoder = H264Encoder(*part.size_px, part.fps, part.compression)
        self._last: TrueMoment | None = None  # what a stalled camera goes on showing, with its instant
        self._count = 0

    def next_unit(self) -> bytes:
        moment = self._moment()
        if not moment.camera_works and self._last is not None:
            moment = self._last
        self._last = moment
        state, part, stage = moment.state, self._part, self._stage
        place, at_s = state.position, self._seconds.second_at(moment.unix_us)
        east, north = self._home_m
        heading_deg = state.heading_deg if moment.camera_heading_deg is None else moment.camera_heading_deg
        camera = carried_camera(part, east + place.east, north + place.north, place.up, heading_deg, moment.camera_pitch_deg)
        image = self._view.picture(camera, at_s, self._count, ground_shift_px(camera, state.velocity, part.lens.exposure_s))
        if self._log is not None:
            eye = Eye(camera, stage.light, stage.scene.weather.haze_m)
            self._log.add(frame_truth(stage, eye, self._count, at_s, moment.unix_us, None))
        self._count += 1
        return self._encoder.encode(image, moment.unix_us)


class PoleCamera:
    """A fixed camera: what stands still is painted once."""

    def __init__(self, stage: Stage, part: FixedCamera, clock: SimClock, seconds: SceneTime, log: TruthLog | None = None) -> None:
        self.fps = part.fps
        self._stage, self._clock, self._seconds, self._log = stage, clock, seconds, log
        self._view = FixedView(stage, part)
        stage.forget_ground()
        self._eye = Eye(self._view.camera, stage.light, stage.scene.weather.haze_m)
        self._encoder = H264Encoder(*part.size_px, part.fps, part.compression)
        self._count = 0

    def next_unit(self) -> bytes:
        unix_us = self._clock.unix_us
        at_s = self._seconds.second_at(unix_us)
        image = self._view.picture(at_s, self._count)
        if self._log is not None:
            self._log.add(frame_truth(self._stage, self._eye, self._count, at_s, unix_us, self._view.depth))
        self._count += 1
        return self._encoder.encode(image, unix_us)


class FilmCamera:
    """A fixed camera that shows a real video for ever, stamped with the simulated clock."""

    def __init__(self, path: Path, clock: SimClock) -> None:
        video = LoopedVideo(path)
        self.fps = video.facts.fps
        self._clock = clock
        self._units = video.access_units()

    def next_unit(self) -> bytes:
        return stamped(next(self._units), self._clock.unix_us)


def serve(source: CameraSource, server: RtspServer, mount: str, stop: threading.Event, *, unwatched: bool = False) -> None:
    """Send the source's frames at its rate until `stop`; a camera that is late skips the frames it missed.

    Nothing is made while nobody watches, unless `unwatched`: its frames are kept by somebody else.
    """
    period_s = 1.0 / source.fps
    due_s = time.monotonic()
    skipped = 0
    while not stop.wait(max(0.0, due_s - time.monotonic())):
        if not unwatched and not server.wait_watched(mount, LOOK_S):
            due_s = time.monotonic()
            continue
        server.send(mount, source.next_unit(), time.monotonic_ns() // 1000)
        due_s += period_s
        late = int((time.monotonic() - due_s) / period_s)
        if late > 0:
            due_s += late * period_s
            skipped += late
    if skipped:
        logger.info("camera %s skipped %d frames", mount, skipped)
