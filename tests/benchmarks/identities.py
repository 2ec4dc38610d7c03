"""How well things keep their number: HOTA of our way of looking against the plain loop's, on scenes whose truth is known.

Rendered streets, seen by the shipped detector: ours sees every second picture, looks some times a second as a watched source is looked
at, carries boxes in between and joins broken tracks; the peer detects in every picture and tracks with ByteTrack. Beside it stands ours
as in enforcement, which looks at all of each picture it sees. All are judged on the pictures ours sees, by `trackers`' own evaluation
(TrackEval's figures). No labelled film of a street with its pictures could be had, hence no real one here.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from anyio.to_thread import run_sync
from supervision import Detections as SupervisionDetections
from trackers import ByteTrackTracker

from sim import SceneFrame, SceneRecording, SeenObject, Stage, read_scene
from tests.benchmarks.measurement import Measurement
from vision import (
    DEFAULT_MODEL,
    KEEP_ALIVE_CONFIDENCE,
    Attention,
    CadencePlan,
    Detector,
    Frame,
    Pipeline,
    TrackScore,
    default_labels,
    open_detector,
    open_tracker,
    score_tracks,
)

SCENES = ("traffic_rules", "pedestrian_crossing", "red_light")
CONFIDENCE = 0.25
EVERY = 2
WATCHED = CadencePlan(5.0, sure=CONFIDENCE)
ENFORCED = CadencePlan(1000.0, sure=CONFIDENCE, windows=False)
LEAST_VISIBLE, LEAST_SIDE_PX = 0.5, 14.0
Row = tuple[int, int, tuple[float, float, float, float], float]  # picture, number, box, confidence


async def measure() -> Measurement:
    scores = [await run_sync(_scores, name) for name in SCENES]
    watched, enforced, peer = (mean(score[side].hota for score in scores) for side in range(3))
    detail = f"as in enforcement {enforced:.3f}; " + "; ".join(
        f"{name}: {', '.join(map(_told, score[:2]))} against {_told(score[2])}" for name, score in zip(SCENES, scores, strict=True)
    )
    return Measurement(watched, peer, "detect every picture, ByteTrack", "HOTA", detail)


def _told(score: TrackScore) -> str:
    return f"HOTA {score.hota:.3f} IDF1 {score.idf1:.3f} {score.switches} switches"


def _scores(name: str) -> list[TrackScore]:
    """Watched, enforced, the peer."""
    scene = read_scene(name)
    part = scene.cameras[0]
    detector = open_detector(DEFAULT_MODEL, confidence=KEEP_ALIVE_CONFIDENCE)
    labels = default_labels(detector.names)
    ways = [_Ours(Pipeline(detector, open_tracker(part.fps / EVERY, CONFIDENCE), labels=labels), plan) for plan in (WATCHED, ENFORCED)]
    tracker = ByteTrackTracker(frame_rate=part.fps, track_activation_threshold=CONFIDENCE, high_conf_det_threshold=CONFIDENCE)
    truth, peer = list[Row](), list[Row]()
    numbers: dict[str, int] = {}
    for index, frame in enumerate(SceneRecording(Stage(scene, None, part), part).frames()):
        judged = index % EVERY == 0
        peer += [row for row in _plain(detector, tracker, labels, frame, index) if judged]
        if judged:
            truth += _true(frame.truth.objects, labels, numbers, index)
            for way in ways:
                way.see(frame, index)
    with TemporaryDirectory() as folder:
        files = [_written(Path(folder) / f"{number}.txt", rows) for number, rows in enumerate((truth, *(way.sure for way in ways), peer))]
        return [score_tracks(files[0], file) for file in files[1:]]


class _Ours:
    """`sure`: rows that are certain; boxes of a track wait until it is confirmed, as in `vision run`."""

    def __init__(self, pipeline: Pipeline, plan: CadencePlan) -> None:
        self._attention = Attention(pipeline, plan)
        self._held: dict[int, list[Row]] = {}
        self.sure: list[Row] = []

    def see(self, frame: SceneFrame, index: int) -> None:
        for box in self._attention.process(Frame("scene", index, frame.truth.time_s, frame.image)).boxes:
            waiting = self._held.setdefault(box.track_id, [])
            if box.joined is not None:
                waiting += [(picture, box.track_id, place, score) for picture, _, place, score in self._held.pop(box.joined, [])]
            waiting.append((index, box.track_id, box.bbox_px, box.confidence))
            if box.confirmed:
                self.sure += waiting
                waiting.clear()


def _true(objects: Iterable[SeenObject], labels: Sequence[str], numbers: dict[str, int], index: int) -> Iterator[Row]:
    for one in objects:
        x1, y1, x2, y2 = one.bbox_px
        if one.label in labels and one.visible >= LEAST_VISIBLE and min(x2 - x1, y2 - y1) >= LEAST_SIDE_PX:
            yield index, numbers.setdefault(one.actor_id, len(numbers) + 1), one.bbox_px, 1.0


def _plain(detector: Detector, tracker: ByteTrackTracker, labels: Sequence[str], frame: SceneFrame, index: int) -> Iterator[Row]:
    found = detector.detect(Frame("scene", index, frame.truth.time_s, frame.image)).of(frozenset(labels))
    given = SupervisionDetections(xyxy=found.xyxy_px, confidence=found.confidence, class_id=found.class_id)
    tracked = tracker.update(given)
    for number, box, score in zip(tracked.tracker_id, tracked.xyxy.tolist(), tracked.confidence, strict=True):
        if number >= 0:
            yield index, int(number) + 1, tuple(box), float(score)


def _written(path: Path, rows: Iterable[Row]) -> Path:
    """MOTChallenge columns."""
    path.write_text(
        "".join(
            f"{index + 1},{number},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{score:.3f},1,1\n"
            for index, number, (x1, y1, x2, y2), score in sorted(rows)
        )
    )
    return path
