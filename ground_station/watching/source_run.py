"""Looking: one run of one source, from its opening to its end or failure. Pictures in, observations and violations into the outbox."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from time import monotonic

import anyio
from anyio import to_thread

from geo.core import VideoSource
from geo.primitives import utc_now
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import OBSERVATION
from ground_station.settings import WatchSettings
from ground_station.video import DecodedImage
from ground_station.watching.inference_desk import InferenceDesk
from ground_station.watching.plate_desk import PlateDesk, SourcePlates
from ground_station.watching.service import SourceService
from ground_station.watching.source_judge import SourceJudge
from ground_station.watching.source_models import SourceModels
from ground_station.watching.source_places import SourcePlaces
from ground_station.watching.source_rules import SourceRules
from ground_station.watching.telling import Telling
from vision import Attention, CameraMotion, Frame, Pipeline, Track, default_labels, open_tracker

RATE_WINDOW_S = 5.0
MAIN_STREAM_HZ = 25.0  # what the tracker expects of a stream taken at its full rate
OUTBOX_FULL = 2000  # while the bus is away pictures are skipped rather than observations lost
OUTBOX_PAUSE_S = 0.5


class SourceRun:
    """Tracks of one run. `latency_s`: from the instant stamped on a picture until it was analysed, None for unstamped ones."""

    def __init__(
        self,
        source: VideoSource,
        settings: WatchSettings,
        desk: InferenceDesk,
        places: SourcePlaces,
        outbox: Outbox,
        service: SourceService,
        rules: SourceRules,
        plates: PlateDesk | None = None,
        models: SourceModels | None = None,
    ) -> None:
        self._source_id, self._places, self._outbox, self._desk, self._service = source.source_id, places, outbox, desk, service
        detector = desk.detector
        self._pipeline = Pipeline(
            detector,
            open_tracker(service.frames_per_second or MAIN_STREAM_HZ, settings.minimum_confidence, settings.tracker),
            labels=default_labels(detector.names),
            ground=places.ground,
            camera=CameraMotion() if source.moves else None,
        )
        self._attention = Attention(self._pipeline, service.plan())
        self._telling = Telling(source.source_id, detector.model, utc_now(), source.vehicle_id)
        self._judge = SourceJudge(source, rules, self._telling, outbox, detector.model)
        self._plates = None if plates is None else SourcePlates(plates, outbox)
        self._models = models
        self._analysed: deque[float] = deque(maxlen=1000)
        self.latency_s: float | None = None

    @property
    def frames_per_second(self) -> float:
        since = monotonic() - RATE_WINDOW_S
        return sum(at > since for at in self._analysed) / RATE_WINDOW_S

    @property
    def moving_share(self) -> float:
        count = self._attention.count
        return count.moving / max(1, count.seen)

    async def analyse(self, image: DecodedImage) -> None:
        frame = Frame(self._source_id, image.index, image.time_s, image.picture, image.captured_at or utc_now())
        look = await to_thread.run_sync(self._attention.see, frame)
        tier = self._service.tier
        self._attention.cadence.slowed = self._service.slowed
        detections = None
        if tier == "patrol" or (look is not None and tier != "health"):
            frame = frame if tier == "patrol" or look is None else look
            detections = await self._desk.detect(frame)
        if tier == "patrol" and detections is not None:
            self._service.found(self._pipeline.followed(detections))
        view = await self._places.view(image)
        if view is not None:
            frame = replace(frame, view=view)
        if self._models is not None:
            self._models.offer(replace(frame, windows=()))
        result = self._attention.advance(frame, detections)
        if self._plates is not None and tier == "enforcement":
            await self._plates.look(frame, result.boxes)
        self._judge.note(frame)
        self._judge.judge(result.finished, self._pipeline.confirmed, self._pipeline.local)
        self._tell(result.finished, final=True)
        self._tell([track for track in self._pipeline.confirmed if self._telling.due(track)], final=False)
        self._analysed.append(monotonic())
        self._service.looked(resting=self._attention.resting(image.time_s))
        self.latency_s = (utc_now() - image.captured_at).total_seconds() if image.stamped and image.captured_at is not None else None

    async def room_in_outbox(self) -> None:
        while len(self._outbox) > OUTBOX_FULL:  # noqa: ASYNC110 -- the outbox empties when the bus is back, which is no event here
            await anyio.sleep(OUTBOX_PAUSE_S)

    def finish(self) -> None:
        """What was seen until now is finished and told; nothing here waits."""
        ended = self._pipeline.finish()
        self._judge.judge(ended, (), self._pipeline.local)
        self._tell(ended, final=True)
        if self._models is not None:
            self._models.finish()

    def _tell(self, tracks: Iterable[Track], *, final: bool) -> None:
        for track in tracks:
            observation = self._pipeline.observe(track, self._source_id)
            message = self._telling.message(track, observation, final=final)
            self._outbox.put(
                f"{OBSERVATION}.{self._source_id}", message.encode(), message_id=f"{message.observation_id}:{message.revision}"
            )
            if final and self._plates is not None:
                self._plates.tell(observation, message)
