"""Judging: one run of one source. Tracks that have ended in, violations into the outbox with absolute instants."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from geo.core import VideoSource
from geo.primitives import LocalFrame, derived_id
from ground_station.bus.subjects import VIOLATION
from ground_station.messages import ViolationMeasure, ViolationMessage
from ground_station.watching.rule_book import NO_PLAN, RulePlan
from ground_station.watching.source_events import Letters
from ground_station.watching.source_rules import SourceRules
from ground_station.watching.telling import Telling
from vision import Frame, Judge, Track, Violation, road_scene, scene_by_clock, scene_on_timeline, verdicts_hash

EPOCHS = 50  # pictures whose stamps tell together when the timeline began: single ones come late
EPOCH_MOVES_S = 0.15  # signals by the clock are laid on the timeline anew beyond that


class SourceJudge:
    """`judge` takes the tracks that end, in order of time, with those still alive."""

    def __init__(self, source: VideoSource, rules: SourceRules, telling: Telling, outbox: Letters, model: str) -> None:
        self._source, self._rules, self._telling, self._outbox, self._model = source, rules, telling, outbox, model
        self._epochs: deque[float] = deque(maxlen=EPOCHS)
        self._plan: RulePlan = NO_PLAN
        self._judge: Judge | None = None
        self._epoch_s: float | None = None

    def note(self, frame: Frame) -> None:
        """The instant of a picture: together they tell when the source's timeline began."""
        if frame.captured_at is not None:
            self._epochs.append(frame.captured_at.timestamp() - frame.time_s)

    def judge(self, ended: Iterable[Track], alive: Sequence[Track], local: LocalFrame | None) -> None:
        tracks = {track.track_id: track for track in ended if self._answerable(track)}
        if not tracks or local is None or not self._rules.judging:
            return
        judge = self._ready(local)
        for found in judge.judge(tracks.values(), alive):
            message = self._message(found, tracks[found.track_id], local)
            self._outbox.put(f"{VIOLATION}.{self._source.source_id}", message.encode(), message_id=str(message.violation_id))

    def _answerable(self, track: Track) -> bool:
        """Whether all of it happened under what holds now."""
        began = track.first.captured_at
        return began is not None and began >= self._rules.since

    def _ready(self, local: LocalFrame) -> Judge:
        plan, epoch_s = self._rules.plan, median(self._epochs)
        moved = self._epoch_s is None or abs(epoch_s - self._epoch_s) > EPOCH_MOVES_S
        if self._judge is None or self._plan is not plan or (moved and scene_by_clock(plan.features)):
            features = scene_on_timeline(plan.features, datetime.fromtimestamp(epoch_s, self._rules.since.tzinfo))
            self._judge = Judge(plan.rules, road_scene(features, local), plan.terms)
            self._plan, self._epoch_s = plan, epoch_s
        return self._judge

    def _message(self, found: Violation, track: Track, local: LocalFrame) -> ViolationMessage:
        source_id = self._source.source_id
        shown = min(track.points, key=lambda point: abs(point.time_s - found.at_s))
        place = local.place(*found.en_m)
        at = _instant(track, found.at_s)
        measure = found.measure
        return ViolationMessage(
            violation_id=derived_id(str(self._telling.observation_id(track)), found.rule, found.feature, at.isoformat()),
            rule=found.rule,
            rule_edition=found.edition,
            source_id=source_id,
            vehicle_id=self._source.vehicle_id,
            observation_id=self._telling.observation_id(track),
            track_id=track.track_id,
            scene_edition=self._plan.scene_edition,
            model=self._model,
            label=track.label,
            confidence=track.confidence,
            from_at=min(at, _instant(track, found.from_s)),
            at=at,
            until_at=max(at, _instant(track, found.proof_s[-1])),
            proof_at=[_instant(track, time_s) for time_s in found.proof_s],
            bbox_px=shown.bbox_px,
            lon_deg=place.lon_deg,
            lat_deg=place.lat_deg,
            accuracy_m=found.accuracy_m,
            measure=None
            if measure is None
            else ViolationMeasure(value=measure.value, uncertainty=measure.uncertainty, limit=measure.limit, unit=measure.unit),
            feature=found.feature,
            legal_order=found.legal_order,
            verdict_hash=verdicts_hash([found]),
        )


def _instant(track: Track, time_s: float) -> datetime:
    """By the stamp of the picture next to it."""
    near = min(track.points, key=lambda point: abs(point.time_s - time_s))
    assert near.captured_at is not None, "every picture of a live source is dated"
    return near.captured_at + timedelta(seconds=time_s - near.time_s)
