"""One live source: opened, looked at, and opened again when it fails. Newest picture wins; observations are all kept.

Opening is in `source_pictures`, looking in `source_run`, judging in `source_judge`, telling in `telling`, places in `source_places`,
health in `source_health`, what it is judged by in `source_rules`.
"""

import logging
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any, Literal

import anyio
from anyio import CancelScope

from geo.core import VideoSource
from geo.primitives import SunqarError, utc_now
from geo.terrain import Heights
from ground_station.bus.outbox import Outbox
from ground_station.messages import SourceCause, SourceStatus, SourceTrouble
from ground_station.settings import WatchSettings
from ground_station.video import LiveVideo, cause_of
from ground_station.watching.drone_camera import PoseFeed
from ground_station.watching.inference_desk import InferenceDesk
from ground_station.watching.model_desks import ModelDesks
from ground_station.watching.plate_desk import PlateDesk
from ground_station.watching.service import SourceService
from ground_station.watching.source_drift import SourceDrift
from ground_station.watching.source_events import SourceEvents
from ground_station.watching.source_health import SourceHealth
from ground_station.watching.source_models import SourceModels
from ground_station.watching.source_pictures import SourcePictures, in_loop, opened
from ground_station.watching.source_places import SourcePlaces
from ground_station.watching.source_record import SourceRecord, standing_of
from ground_station.watching.source_rules import SourceRules
from ground_station.watching.source_run import SourceRun

logger = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 20.0  # a source that ran so long starts again without a growing pause

CHOSEN: dict[str, Any] = {"tier": None, "rules": (), "models": ()}  # what may be chosen anew while a source is watched

State = Literal["starting", "running", "no_model", "unreachable", "ended"]


class SourceWatch:
    """Follows one row of `video_source` until cancelled."""

    def __init__(
        self,
        source: VideoSource,
        settings: WatchSettings,
        poses: PoseFeed | None,
        outbox: Outbox,
        heights: Heights | None = None,
        record: SourceRecord | None = None,
        plates: PlateDesk | None = None,
        desks: ModelDesks | None = None,
    ) -> None:
        self.source = source
        self._settings, self._outbox, self._record = settings, outbox, record
        self._plates, self._desks = plates, desks
        self.service = SourceService(source, settings)
        self._reading = CancelScope()
        self.rules = SourceRules(source.source_id)
        self._began_at = utc_now()
        self._clock_right_at: datetime | None = None
        self._state: State = "starting"
        self._detail = ""
        self._cause: SourceCause | None = None
        self._events = SourceEvents(source.source_id, outbox)
        self._skipped_before = 0
        self._pictures: SourcePictures | None = None
        self._run: SourceRun | None = None
        self._models: SourceModels | None = None
        self._health = SourceHealth(source.source_id, fixed=not source.moves)
        self._places = SourcePlaces(source, poses, heights, settings)
        self._drift = SourceDrift(source.source_id, record if source.calibration and not source.moves else None, self._places)

    def status(self) -> SourceStatus:
        run = self._run if self._state == "running" else None
        if self._pictures is not None:
            self.service.withheld(self._pictures.withheld_s)
        clock = None if self._pictures is None else self._pictures.clock
        offset = self._places.offset
        return SourceStatus(
            source_id=self.source.source_id,
            process="watch",
            at=utc_now(),
            state=self._state,
            detail=self._detail,
            cause=self._cause if self._state == "unreachable" else None,
            frames_per_second=None if run is None else round(run.frames_per_second, 2),
            frames_skipped=self._skipped_before + (0 if self._pictures is None else self._pictures.skipped),
            models=[] if run is None or self._models is None else self._models.status(),
            latency_s=None if run is None or run.latency_s is None else round(run.latency_s, 3),
            tier=self.service.tier,
            tier_why=self.service.why,
            tier_rules=list(self.service.wanted.rules),
            promoted=self.service.promoted,
            blind_s=None if self._state in ("ended", "no_model") else round(self.service.blind_s(), 1),
            watched_s=None if self._state in ("ended", "no_model") else round(self.service.watched_s(), 1),
            troubles=[] if run is None else self._troubles(),
            poses_by=None if run is None else self._places.teller,
            pose_offset_s=None if run is None or offset is None else round(offset.offset_s, 3),
            pose_offset_sigma_s=None if run is None or offset is None else round(offset.sigma_s, 3),
            clock_offset_s=None if run is None or clock is None else round(clock.offset_s, 3),
        )

    @property
    def moving_share(self) -> float:
        """Of the pictures of this run, those in which something moved."""
        return 0.0 if self._run is None else self._run.moving_share

    def _troubles(self) -> list[SourceTrouble]:
        clock = None if self._pictures is None else self._pictures.clock
        wrong_clock: tuple[SourceTrouble, ...] = ("clock",) if clock is not None and not clock.right else ()
        moved: tuple[SourceTrouble, ...] = ("moved",) if self._drift.moved else ()
        return [*wrong_clock, *self._health.troubles, *moved]

    def take_up(self, source: VideoSource) -> bool:
        """How closely and with what it is looked at may change meanwhile; False: more has changed, and it is to be watched anew."""
        if replace(source, **CHOSEN) != replace(self.source, **CHOSEN):
            return False
        self.source = source
        if self.service.take_up(source):
            self._reading.cancel()
        return True

    def without_model(self, detail: str) -> None:
        """Nothing to analyse with: say so instead of reading the source."""
        self._state, self._detail = "no_model", detail

    async def run(self, desk: InferenceDesk) -> None:
        """Analyse until cancelled, or until a file has been played to its end."""
        standing = await standing_of(self._record, self.source.source_id)
        self._events.restore(standing, utc_now(), monotonic())
        for event in standing:
            if event.what == "moved":
                self._drift.restore(event.at)
        pause_s = FIRST_PAUSE_S
        while True:
            began = monotonic()
            self._state = "starting"
            self._reading = CancelScope()
            try:
                with self._reading:
                    await self._run_once(desk)
                if self._reading.cancelled_caught:  # another of its streams is to be read
                    continue
            except SunqarError as error:
                self._fail(error.one_line(), cause_of(error))
            except Exception as error:  # one camera must not blind the others
                logger.exception("source %s failed", self.source.source_id, extra={"source_id": self.source.source_id})
                self._fail(f"{type(error).__name__}: {error}", "other")
            else:
                self._state, self._detail = "ended", ""
                return
            pause_s = FIRST_PAUSE_S if monotonic() - began > STEADY_S else min(2 * pause_s, LONGEST_PAUSE_S)
            await anyio.sleep(pause_s)

    def _fail(self, detail: str, cause: SourceCause) -> None:
        if self._detail != detail:
            logger.warning("source %s: %s", self.source.source_id, detail, extra={"source_id": self.source.source_id})
        self._state, self._detail, self._cause = "unreachable", detail, cause
        self._events.lost(cause, detail, monotonic())

    def _sees(self) -> None:
        self._events.seen(monotonic())
        troubles = self._troubles()
        self._events.troubles(troubles, monotonic(), doubtful_since=self._drift.good_at)
        self._doubt(troubles)
        if self._state != "running":
            logger.info("source %s is running", self.source.source_id, extra={"source_id": self.source.source_id})
            self._state, self._detail = "running", ""

    def _doubt(self, troubles: list[SourceTrouble]) -> None:
        """Whether the rules of the source can be trusted, and since when not."""
        if "clock" not in troubles:
            self._clock_right_at = utc_now()
        known: dict[SourceTrouble, datetime | None] = {"moved": self._drift.good_at, "clock": self._clock_right_at}
        since = {name: known.get(name, self._health.good_at) or self._began_at for name in troubles}
        asked = self._health.good_at is not None and self._drift.asked
        self.rules.look(since, sure=asked)

    async def _run_once(self, desk: InferenceDesk) -> None:
        url = self.source.url if self.service.main_stream else self.source.sub_url or self.source.url
        assert url is not None, "only sources with a url are watched"
        models = self._models = None if self._desks is None else self._models_by(self._desks)
        run = self._run = SourceRun(
            self.source, self._settings, desk, self._places, self._outbox, self.service, self.rules, self._plates, models
        )
        self.service.gate.mode = "all"
        rate_hz, gate = self.service.frames_per_second, self.service.gate
        on_data = in_loop(self._places.put) if self.source.moves else None
        async with opened(
            lambda on_change: LiveVideo(url, frames_per_second=rate_hz, on_change=on_change, gate=gate, on_data=on_data)
        ) as pictures:
            self._pictures = pictures
            try:
                async for image in pictures.newest():
                    await self._health.look(image)
                    await self._drift.look(image)
                    await run.analyse(image)
                    self._sees()
                    await run.room_in_outbox()
            finally:
                run.finish()  # whatever ends the run
                self._skipped_before += pictures.skipped
                self._pictures = None

    def _models_by(self, desks: ModelDesks) -> SourceModels:
        return SourceModels(self.source, self._settings, desks, self._places, self._outbox, self.service)
