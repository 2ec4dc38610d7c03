"""What rules would have found in what was recorded, held against the cases they did find: before a rule or a scene is put into force.

Tracks as they are stored carry no rule: they are simplified and have lost the error of each place. So the recording is looked at again, as
closely as in enforcement, and judged by the same code as live pictures are. Nothing is written, told or kept.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.core import FOOTAGE_GAP_S, FootageSegmentRow, VideoSource, ViolationRow
from geo.primitives import VisionError
from ground_station.footage.hiding import pictures
from ground_station.footage.shelf import Shelf
from ground_station.messages import ViolationMessage
from ground_station.watching.rule_book import RulePlan
from ground_station.watching.service import EVERY_PICTURE_HZ
from ground_station.watching.source_judge import SourceJudge
from ground_station.watching.source_rules import SourceRules
from ground_station.watching.telling import Telling
from vision import Attention, CadencePlan, Detector, Frame, Pipeline, default_labels, ground_of, open_tracker

SAME_DEED_S = 2.0  # the same deed seen twice is dated so alike
Going = Callable[[float], bool]  # told the share that is done; False: give it up


class DryRunAbandoned(VisionError):
    """Whoever asked for it has given it up."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """`found` in order of time; `looked` are the stretches that were recorded, outside of which nothing can be said."""

    found: tuple[ViolationMessage, ...]
    looked: tuple[tuple[datetime, datetime], ...]

    @property
    def looked_s(self) -> float:
        return sum((end - start).total_seconds() for start, end in self.looked)


@dataclass(frozen=True, slots=True)
class DryRunDifference:
    """What would be new, what would no longer be found, and what is found by both."""

    added: tuple[ViolationMessage, ...]
    gone: tuple[ViolationRow, ...]
    same: tuple[tuple[ViolationMessage, ViolationRow], ...]


class _Kept:
    """Takes what a source would tell."""

    def __init__(self) -> None:
        self.messages: list[ViolationMessage] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        self.messages.append(ViolationMessage.model_validate_json(data))


def dry_run(
    source: VideoSource,
    plan: RulePlan,
    segments: Sequence[FootageSegmentRow],
    shelf: Shelf,
    detector: Detector,
    *,
    frames_per_second: float,
    confidence: float,
    going: Going = lambda _share: True,
) -> DryRun:
    """Look at the segments of a fixed, calibrated source again. Raises: `VisionError` for a source without places, `DryRunAbandoned`."""
    if source.calibration is None or source.moves:
        raise VisionError(
            f"What '{source.source_id}' recorded cannot be judged again: only a fixed camera with a calibration has places.",
            code="vision.dry_run_places",
            hint="Calibrate the camera, or export the clip and run `sunqar vision run` on it with its poses.",
        )
    kept, looked = _Kept(), list[tuple[datetime, datetime]]()
    whole_s, done_s = sum(_length_s(segment) for segment in segments), 0.0
    for stretch in _stretches(segments):
        rules = SourceRules(source.source_id)
        rules.adopt(plan)
        rules.since = stretch[0].started_at
        pipeline = Pipeline(
            detector,
            open_tracker(frames_per_second, confidence),
            labels=default_labels(detector.names),
            ground=ground_of(source.calibration, name=source.source_id),
        )
        attention = Attention(pipeline, CadencePlan(EVERY_PICTURE_HZ, sure=confidence, windows=False))
        telling = Telling(source.source_id, detector.model, stretch[0].started_at, None)
        judge = SourceJudge(source, rules, telling, kept, detector.model)
        end = stretch[0].started_at
        for frame in _frames(source.source_id, stretch, shelf, frames_per_second):
            assert frame.captured_at is not None, "dated by its segment"
            end = frame.captured_at
            judge.note(frame)
            judge.judge(attention.process(frame).finished, pipeline.confirmed, pipeline.local)
            if not going(min(1.0, (done_s + frame.time_s) / max(whole_s, 1.0))):
                raise DryRunAbandoned("The dry run was given up.", code="vision.dry_run_abandoned", hint="Nothing was changed by it.")
        judge.judge(pipeline.finish(), (), pipeline.local)
        looked.append((stretch[0].started_at, end))
        done_s += sum(_length_s(segment) for segment in stretch)
    return DryRun(tuple(sorted(kept.messages, key=lambda one: (one.at, one.rule, one.track_id))), tuple(looked))


def difference(run: DryRun, stored: Sequence[ViolationRow], rules: Sequence[str]) -> DryRunDifference:
    """Of the rules that ran, within what was looked at. Deeds are the same when rule and feature are and their instants nearly."""
    left = [row for row in stored if row.found.rule in rules and any(start <= row.found.at <= end for start, end in run.looked)]
    same, added = list[tuple[ViolationMessage, ViolationRow]](), list[ViolationMessage]()
    for one in run.found:
        alike = [
            row for row in left if (row.found.rule, row.found.feature) == (one.rule, one.feature) and _apart_s(row, one) <= SAME_DEED_S
        ]
        if not alike:
            added.append(one)
            continue
        nearest = min(alike, key=lambda row: _apart_s(row, one))
        left.remove(nearest)
        same.append((one, nearest))
    return DryRunDifference(tuple(added), tuple(left), tuple(same))


def _apart_s(row: ViolationRow, one: ViolationMessage) -> float:
    return abs((row.found.at - one.at).total_seconds())


def _length_s(segment: FootageSegmentRow) -> float:
    return 0.0 if segment.ended_at is None else (segment.ended_at - segment.started_at).total_seconds()


def _stretches(segments: Sequence[FootageSegmentRow]) -> Iterator[list[FootageSegmentRow]]:
    """Segments that follow one another without a hole; the one still being written is left out."""
    stretch: list[FootageSegmentRow] = []
    for segment in sorted((one for one in segments if one.ended_at is not None), key=lambda one: one.started_at):
        before = stretch[-1].ended_at if stretch else None
        if before is not None and (segment.started_at - before).total_seconds() > FOOTAGE_GAP_S:
            yield stretch
            stretch = []
        stretch.append(segment)
    if stretch:
        yield stretch


def _frames(source_id: str, stretch: Sequence[FootageSegmentRow], shelf: Shelf, frames_per_second: float) -> Iterator[Frame]:
    """The pictures on one timeline, which begins with the stretch."""
    index, last_s = 0, -1.0
    for segment in stretch:
        offset_s = (segment.started_at - stretch[0].started_at).total_seconds()
        for image in pictures(shelf.segment(segment.path), frames_per_second=frames_per_second):
            time_s = offset_s + image.time_s
            if time_s > last_s:  # segments may share the picture they were parted at
                yield Frame(source_id, index, time_s, image.picture, stretch[0].started_at + timedelta(seconds=time_s))
                index, last_s = index + 1, time_s
