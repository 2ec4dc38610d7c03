"""What lies on the ground in one run of one source: the models it is looked at with besides the default one, each at its own rhythm.

They see the same pictures beside the default model and hold nothing up: the newest picture wins, for each of them.
"""

import logging
from collections import deque
from time import monotonic

import anyio
from anyio import CancelScope, to_thread

from geo.core import VideoSource
from geo.primitives import utc_now
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import OBSERVATION
from ground_station.messages import ModelLooks
from ground_station.settings import WatchSettings
from ground_station.watching.inference_desk import InferenceDesk
from ground_station.watching.model_desks import ModelDesks
from ground_station.watching.service import SourceService
from ground_station.watching.source_places import SourcePlaces
from ground_station.watching.telling import Telling
from vision import Attention, CadencePlan, CameraMotion, Frame, Pipeline, Track, default_labels, open_tracker

logger = logging.getLogger(__name__)

# A drone at 10 m/s over a view of 50 m shows each place for five seconds: a look a second finds it the three times that confirm it. What
# lies on the ground before a fixed camera stays for hours; it is looked for on pictures decoded anyway, in a quiet view the keyframes.
PERIOD_MOVING_S, PERIOD_FIXED_S = 1.0, 10.0
LOOKS_REMEMBERED = 3.0  # a thing missed so many looks in a row is over
PICTURE_HZ = 25.0  # what the tracker expects of a stream taken at its full rate
RATE_WINDOW_S = 30.0


def look_period_s(*, moves: bool) -> float:
    return PERIOD_MOVING_S if moves else PERIOD_FIXED_S


class _ModelRun:
    """One model in one run. `offer` pictures; `run` looks at the newest until cancelled, then `finish`."""

    def __init__(
        self,
        source: VideoSource,
        settings: WatchSettings,
        desk: InferenceDesk,
        places: SourcePlaces,
        outbox: Outbox,
        service: SourceService,
    ) -> None:
        self.desk = desk
        self._source_id, self._outbox, self._service = source.source_id, outbox, service
        detector, period_s = desk.detector, look_period_s(moves=source.moves)
        self._pipeline = Pipeline(
            detector,
            open_tracker(
                service.frames_per_second or PICTURE_HZ,
                settings.minimum_confidence,
                settings.tracker,
                memory_s=LOOKS_REMEMBERED * period_s,
            ),
            labels=default_labels(detector.names),
            ground=places.ground,
            camera=CameraMotion() if source.moves else None,
        )
        plan = CadencePlan(1.0 / period_s, fixed=not source.moves, sure=settings.minimum_confidence, steady=True)
        self._attention = Attention(self._pipeline, plan)
        self._telling = Telling(source.source_id, detector.model, utc_now(), source.vehicle_id)
        self._newest: Frame | None = None
        self._offered = anyio.Event()
        self._looks: deque[float] = deque()

    @property
    def looks_per_second(self) -> float:
        while self._looks and self._looks[0] < monotonic() - RATE_WINDOW_S:
            self._looks.popleft()
        return len(self._looks) / RATE_WINDOW_S

    def offer(self, frame: Frame) -> None:
        self._newest = frame
        self._offered.set()

    async def run(self) -> None:
        while True:
            while self._newest is None:
                self._offered = anyio.Event()
                await self._offered.wait()
            frame, self._newest = self._newest, None
            try:
                await self._see(frame)
            except Exception:  # one picture, or one model, must not blind the source
                logger.exception("a picture of %s was not looked at by %s", self._source_id, self._pipeline.model)

    async def _see(self, frame: Frame) -> None:
        self._attention.cadence.slowed = self._service.slowed
        look = await to_thread.run_sync(self._attention.see, frame)
        detections = None
        if look is not None:
            detections = await self.desk.detect(look)
            self._looks.append(monotonic())
        result = self._attention.advance(look or frame, detections)
        for track in result.finished:
            self._tell(track, final=True)
        for track in self._pipeline.confirmed:
            if self._telling.due(track):
                self._tell(track, final=False)

    def finish(self) -> None:
        for track in self._pipeline.finish():
            self._tell(track, final=True)

    def _tell(self, track: Track, *, final: bool) -> None:
        message = self._telling.message(track, self._pipeline.observe(track, self._source_id), final=final)
        self._outbox.put(f"{OBSERVATION}.{self._source_id}", message.encode(), message_id=f"{message.observation_id}:{message.revision}")


class SourceModels:
    """Those chosen for the source now, over one run; a choice is taken up with the next picture."""

    def __init__(
        self,
        source: VideoSource,
        settings: WatchSettings,
        desks: ModelDesks,
        places: SourcePlaces,
        outbox: Outbox,
        service: SourceService,
    ) -> None:
        self._source, self._settings, self._places, self._outbox = source, settings, places, outbox
        self._desks, self._service = desks, service
        self._runs: dict[str, tuple[_ModelRun, CancelScope]] = {}

    def offer(self, frame: Frame) -> None:
        """A picture with its view. A source looked at for its health alone is not searched."""
        self._take_up()
        if self._service.tier != "health":
            for run, _ in self._runs.values():
                run.offer(frame)

    def status(self) -> list[ModelLooks]:
        return [self._looks(name) for name in self._service.models]

    def finish(self) -> None:
        """What was seen until now is finished and told; nothing here waits."""
        for name in list(self._runs):
            self._close(name)

    def _take_up(self) -> None:
        wanted = {name: desk for name in self._service.models if (desk := self._desks.desk(name)) is not None}
        for name, (run, _) in list(self._runs.items()):
            if wanted.get(name) is not run.desk:
                self._close(name)
        for name, desk in wanted.items():
            if name not in self._runs:
                run = _ModelRun(self._source, self._settings, desk, self._places, self._outbox, self._service)
                self._runs[name] = (run, self._desks.start(run.run))

    def _close(self, name: str) -> None:
        run, scope = self._runs.pop(name)
        scope.cancel()
        run.finish()

    def _looks(self, name: str) -> ModelLooks:
        if name not in self._runs:
            return ModelLooks(name=name, trouble=self._desks.trouble(name))
        run, _ = self._runs[name]
        return ModelLooks(name=name, looks_per_second=round(run.looks_per_second, 3), look_s=round(run.desk.picture_s, 4))
