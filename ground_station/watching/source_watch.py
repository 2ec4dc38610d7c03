"""One live source: opened, analysed, told, and opened again when it fails. Newest picture wins; observations are all kept."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Literal

import anyio
from anyio import CapacityLimiter, to_thread

from geo.core import VideoSource
from geo.primitives import SunqarError, VisionError, utc_now
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import OBSERVATION
from ground_station.messages import SourceStatus
from ground_station.settings import WatchSettings
from ground_station.video import DecodedImage, LiveVideo
from ground_station.watching.drone_camera import DroneCamera, PoseFeed, mount_of
from ground_station.watching.telling import Telling
from vision import (
    CameraView,
    Detector,
    Frame,
    GroundModel,
    PictureHealth,
    Pipeline,
    PosedGround,
    Track,
    Trouble,
    default_labels,
    ground_of,
    open_tracker,
)

logger = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 20.0  # a source that ran so long starts again without a growing pause
SILENCE_S = 15.0
RATE_WINDOW_S = 5.0
HEALTH_PERIOD_S = 1.0
OUTBOX_FULL = 2000  # while the bus is away pictures are skipped rather than observations lost
OUTBOX_PAUSE_S = 0.5

State = Literal["starting", "running", "no_model", "unreachable", "ended"]


class SourceWatch:
    """Follows one row of `video_source` until cancelled. `inference` is shared by all sources so that cores are not oversubscribed."""

    def __init__(
        self, source: VideoSource, settings: WatchSettings, poses: PoseFeed | None, outbox: Outbox, inference: CapacityLimiter
    ) -> None:
        self.source = source
        self._settings, self._poses, self._outbox, self._inference = settings, poses, outbox, inference
        self._state: State = "starting"
        self._detail = ""
        self._analysed: deque[float] = deque(maxlen=1000)
        self._skipped_before = 0
        self._live: LiveVideo | None = None
        self._latency_s: float | None = None
        self._health = PictureHealth(fixed=source.vehicle_id is None)
        self._looked_s = float("-inf")
        self._troubles: tuple[Trouble, ...] = ()
        self._camera, self._ground = self._geometry()

    def status(self) -> SourceStatus:
        since = monotonic() - RATE_WINDOW_S
        running = self._state == "running"
        return SourceStatus(
            source_id=self.source.source_id,
            process="watch",
            at=utc_now(),
            state=self._state,
            detail=self._detail,
            frames_per_second=round(sum(at > since for at in self._analysed) / RATE_WINDOW_S, 2) if running else None,
            frames_skipped=self._skipped_before + (self._live.skipped if self._live is not None else 0),
            latency_s=round(self._latency_s, 3) if running and self._latency_s is not None else None,
            troubles=list(self._troubles) if running else [],
        )

    def without_model(self, detail: str) -> None:
        """Nothing to analyse with: say so instead of reading the source."""
        self._state, self._detail = "no_model", detail

    async def run(self, detector: Detector) -> None:
        """Analyse until cancelled, or until a file has been played to its end."""
        pause_s = FIRST_PAUSE_S
        while True:
            began = monotonic()
            self._state = "starting"
            try:
                await self._analyse(detector)
            except SunqarError as error:
                self._fail(error.one_line())
            except Exception as error:  # one camera must not blind the others
                logger.exception("source %s failed", self.source.source_id, extra={"source_id": self.source.source_id})
                self._fail(f"{type(error).__name__}: {error}")
            else:
                self._state, self._detail = "ended", ""
                return
            pause_s = FIRST_PAUSE_S if monotonic() - began > STEADY_S else min(2 * pause_s, LONGEST_PAUSE_S)
            await anyio.sleep(pause_s)

    def _fail(self, detail: str) -> None:
        if self._detail != detail:
            logger.warning("source %s: %s", self.source.source_id, detail, extra={"source_id": self.source.source_id})
        self._state, self._detail = "unreachable", detail

    async def _analyse(self, detector: Detector) -> None:
        assert self.source.url is not None, "only sources with a url are watched"
        started_at = utc_now()
        pipeline = Pipeline(
            detector,
            open_tracker(self._settings.frames_per_second, self._settings.minimum_confidence),
            labels=default_labels(detector.names),
            ground=self._ground,
        )
        telling = Telling(self.source.source_id, detector.model, started_at, self.source.vehicle_id)
        fresh = anyio.Event()

        def renew() -> None:
            nonlocal fresh
            fresh.set()

        loop = asyncio.get_running_loop()
        with LiveVideo(
            self.source.url, frames_per_second=self._settings.frames_per_second, on_change=lambda: _call_soon(loop, renew)
        ) as live:
            self._live = live
            try:
                while True:
                    image = live.take()
                    if image is None and live.ended:
                        if live.info is not None and live.info.live:
                            # A camera has no end: its sender went away, and will be back.
                            raise VisionError(
                                "The stream was closed by its sender.", code="vision.source_closed", hint="It is opened again by itself."
                            )
                        return
                    if image is None:
                        with anyio.move_on_after(SILENCE_S) as waited:
                            await fresh.wait()
                        if waited.cancelled_caught:
                            raise VisionError(
                                f"No picture came for {SILENCE_S:g} s.",
                                code="vision.source_silent",
                                hint="Check the camera and the network.",
                            )
                        fresh = anyio.Event()
                        continue
                    await self._look_after(image)
                    await self._analyse_one(pipeline, telling, image)
            finally:
                # Whatever ends the run, what was seen until then is finished and told; nothing here waits.
                self._tell(pipeline, telling, pipeline.finish(), final=True)
                self._skipped_before += live.skipped
                self._live = None
                live.stop()

    async def _look_after(self, image: DecodedImage) -> None:
        """Over reconnections too: a camera may have been turned while it was away."""
        now_s = monotonic()
        if now_s - self._looked_s < HEALTH_PERIOD_S:
            return
        self._looked_s = now_s
        troubles = await to_thread.run_sync(self._health.look, image.image, now_s, limiter=self._inference)
        for trouble in troubles:
            if trouble not in self._troubles:
                logger.warning("source %s: %s", self.source.source_id, trouble, extra={"source_id": self.source.source_id})
        self._troubles = troubles

    async def _analyse_one(self, pipeline: Pipeline, telling: Telling, image: DecodedImage) -> None:
        frame = Frame(self.source.source_id, image.index, image.time_s, image.image, image.captured_at or utc_now())
        detections = await to_thread.run_sync(pipeline.detect, frame, limiter=self._inference)
        view = await self._view(image)
        if view is not None:
            frame = Frame(frame.source, frame.index, frame.time_s, frame.image, frame.captured_at, view)
        result = pipeline.advance(frame, detections)
        self._tell(pipeline, telling, result.finished, final=True)
        self._tell(pipeline, telling, [track for track in pipeline.confirmed if telling.due(track)], final=False)
        if self._state != "running":
            logger.info("source %s is running", self.source.source_id, extra={"source_id": self.source.source_id})
            self._state, self._detail = "running", ""
        self._analysed.append(monotonic())
        self._latency_s = (utc_now() - image.captured_at).total_seconds() if image.stamped and image.captured_at is not None else None
        while len(self._outbox) > OUTBOX_FULL:  # noqa: ASYNC110 -- the outbox empties when the bus is back, which is no event here
            await anyio.sleep(OUTBOX_PAUSE_S)

    async def _view(self, image: DecodedImage) -> CameraView | None:
        if self._camera is None or self._poses is None or image.captured_at is None:
            return None
        pose = await self._poses.pose_at(image.captured_at)
        if pose is None:
            return None
        height, width = image.image.shape[:2]
        look = self._camera.look(image.captured_at, pose, self._poses.gimbals)
        return self._camera.view(pose, look, (width, height), stamped=image.stamped)

    def _tell(self, pipeline: Pipeline, telling: Telling, tracks: "list[Track] | tuple[Track, ...]", *, final: bool) -> None:
        for track in tracks:
            message = telling.message(track, pipeline.observe(track, self.source.source_id), final=final)
            self._outbox.put(
                f"{OBSERVATION}.{self.source.source_id}", message.encode(), message_id=f"{message.observation_id}:{message.revision}"
            )

    def _geometry(self) -> tuple[DroneCamera | None, GroundModel | None]:
        """How boxes become places. A source whose calibration is wrong is watched all the same, without places."""
        source = self.source
        try:
            if source.vehicle_id is not None:
                if source.hfov_deg is None:
                    return None, None
                return DroneCamera(source.hfov_deg, mount_of(source.calibration, name=source.source_id)), PosedGround()
            if source.calibration:
                return None, ground_of(source.calibration, name=source.source_id)
        except VisionError as error:
            logger.warning("source %s has no places: %s", source.source_id, error.one_line(), extra={"source_id": source.source_id})
        return None, None


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    """From the reading thread; the loop may be gone by then."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)
