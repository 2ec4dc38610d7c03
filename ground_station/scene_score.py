"""How well the chain sees a scene: its camera through detector, tracker and ground model, judged against the scene's truth.

Offline, faster than real time, and the same result every run. Without a detector model the boxes are the truth's own, so that what is
scored is tracking and places alone; the score says so.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame
from ground_station.scene_actors import ActorsOfTracks
from ground_station.scene_speeds import SpeedScore, errors_of
from ground_station.scene_verdicts import Tell, VerdictScore, VerdictTally, nobody
from sim import FixedCamera, FrameTruth, Scene, SceneRecording, SeenObject, Stage, scene_file
from vision import (
    KEEP_ALIVE_CONFIDENCE,
    CameraMotion,
    CameraView,
    Detections,
    Detector,
    Frame,
    FrameResult,
    Pipeline,
    PosedGround,
    Track,
    TrackedBox,
    default_labels,
    ground_of,
    open_detector,
    open_tracker,
)

PERFECT = "perfect detector (boxes of the truth)"
LEAST_VISIBLE = 0.5
LEAST_SIDE_PX = 14.0
SEEN_LONG_ENOUGH_S = 1.0  # a thing in view for less is neither found nor missed
CONFIDENCE = 0.25
HEIGHT_SIGMA_SHARE = 0.5  # of the sigma of the place: the barometer helps
# One class of the truth may be called by any of these.
ALIKE = {"car": {"car", "truck", "bus"}, "truck": {"car", "truck", "bus"}, "bus": {"car", "truck", "bus"}}


@dataclass(frozen=True, slots=True)
class SceneScore:
    """Errors in metres: of the centre of the thing, and of its outline on the ground (0 inside). Names of actors and tracks."""

    scene: str
    camera: str
    detector: str
    frames: int
    median_m: float | None
    p95_m: float | None
    outline_median_m: float | None
    speeds: tuple[SpeedScore, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    not_asked: tuple[str, ...]
    verdicts: VerdictScore
    failures: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        return {
            "scene": self.scene,
            "camera": self.camera,
            "detector": self.detector,
            "frames": self.frames,
            "position_error_m": {"median": _rounded(self.median_m), "p95": _rounded(self.p95_m)},
            "outline_error_m": {"median": _rounded(self.outline_median_m)},
            "speed_error_mps": self.speed_errors(),
            "found": list(self.found),
            "missed": list(self.missed),
            "false": list(self.false),
            "not_asked": list(self.not_asked),
            "violations": self.verdicts.to_json(),
            "failures": list(self.failures),
            "passed": self.passed,
        }

    def speed_errors(self) -> dict[str, Any] | None:
        return errors_of(self.speeds)


class PerfectDetector:
    """`Detector` that is told the truth of a frame before it is asked: whole boxes of what is to be seen at all."""

    model = "truth"

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._truth: FrameTruth | None = None

    def show(self, truth: FrameTruth) -> None:
        self._truth = truth

    def detect(self, frame: Frame) -> Detections:
        assert self._truth is not None, "shown before it is asked"
        seen = [one for one in self._truth.objects if one.visible >= LEAST_VISIBLE]
        if not seen:
            return Detections.empty(self.names)
        return Detections(
            np.array([one.bbox_px for one in seen], np.float32),
            np.full(len(seen), 0.9, np.float32),
            np.array([self.names.index(one.label) for one in seen], np.int64),
            self.names,
        )

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]


def score_of(
    scene: Scene,
    camera: str | None,
    model: Path | None,
    *,
    image_size_px: int = 640,
    threads: int = 0,
    tell: Tell = nobody,
) -> SceneScore:
    """Run the scene's camera through the chain; `model` None takes the perfect detector; `tell` hears of each violation found.

    Raises: `SunqarError` for a broken model.
    """
    part = scene.camera(camera)
    assert part is not None, "the camera is checked where it is named"
    recording = SceneRecording(Stage(scene), part)
    labels = tuple(sorted({_label(one) for one in scene.actors}))
    perfect: PerfectDetector | None = None
    detector: Detector
    if model is None:
        detector = perfect = PerfectDetector(labels)
    else:
        detector = open_detector(model, confidence=KEEP_ALIVE_CONFIDENCE, image_size_px=image_size_px, threads=threads)
    asked: Collection[str] = labels if perfect else default_labels(detector.names)
    ground = ground_of(scene_file(scene, part)["calibration"], name=part.name) if isinstance(part, FixedCamera) else PosedGround()
    camera_motion = None if isinstance(part, FixedCamera) else CameraMotion()
    pipeline = Pipeline(detector, open_tracker(part.fps, CONFIDENCE), labels=asked, ground=ground, camera=camera_motion)
    actors = ActorsOfTracks()
    tally, verdicts = _Tally(None if perfect else asked, part.fps, actors), VerdictTally(scene, actors, tell)
    blank = np.zeros((part.size_px[1], part.size_px[0], 3), np.uint8)
    count = 0
    for truth, image in _seen(recording, drawn=perfect is None, blank=blank):
        if perfect is not None:
            perfect.show(truth)
        view = None if isinstance(part, FixedCamera) else told_view(truth)
        result = pipeline.process(Frame(scene.name, truth.frame, truth.frame / part.fps, image, None, view))
        pairs = actors.pairs(truth, result.boxes)
        tally.add(truth, result, pairs, pipeline)
        tally.speeds(result.finished, pipeline)
        verdicts.add(truth, pairs)
        verdicts.judge(result.finished, pipeline)
        count += 1
    ended = pipeline.finish()
    tally.speeds(ended, pipeline)
    verdicts.judge(ended, pipeline)
    name = PERFECT if perfect else f"{model} ({detector.model[:19]}…)"
    return tally.score(scene, part.name, name, count, verdicts.score())


def _seen(recording: SceneRecording, *, drawn: bool, blank: NDArray[np.uint8]) -> Iterator[tuple[FrameTruth, NDArray[np.uint8]]]:
    if drawn:
        for frame in recording.frames():
            yield frame.truth, frame.image
    else:
        for truth in recording.truths():
            yield truth, blank


def told_view(truth: FrameTruth) -> CameraView:
    """What the station knows of the drone's camera: what its autopilot tells."""
    told, camera = truth.told, truth.camera
    pose = CameraPose(
        told.place,
        told.height_m,
        told.heading_deg,
        told.pitch_deg,
        0.0,
        told.place_sigma_m,
        HEIGHT_SIGMA_SHARE * told.place_sigma_m,
        told.attitude_sigma_deg,
        told.attitude_sigma_deg,
    )
    return CameraView(pose, CameraIntrinsics.from_horizontal_fov(camera.width_px, camera.height_px, camera.hfov_deg))


class _Tally:
    """Collects, frame by frame, which track stands for which actor and how far off its place is."""

    def __init__(self, asked: Collection[str] | None, fps: float, actors: ActorsOfTracks) -> None:
        self._asked, self._fps, self._actors = asked, fps, actors
        self._frames_in_view: defaultdict[str, int] = defaultdict(int)
        self._found: set[str] = set()
        self._not_asked: set[str] = set()
        self._right_tracks: set[int] = set()
        self._tracks: dict[int, str] = {}
        self._centre_m: list[float] = []
        self._outline_m: list[float] = []
        self._true_mps: dict[tuple[str, int], float] = {}
        self._speeds: list[SpeedScore] = []

    def add(self, truth: FrameTruth, result: FrameResult, pairs: Sequence[tuple[SeenObject, TrackedBox]], pipeline: Pipeline) -> None:
        for box in result.boxes:
            if box.confirmed:
                self._tracks.setdefault(box.track_id, f"track {box.track_id} ({box.label}) at {truth.time_s:.1f} s")
        fixes = {track.track_id: track.last.fix for track in pipeline.confirmed if track.last.frame_index == truth.frame}
        for one in truth.objects:
            if not self._looked_for(one):
                self._not_asked.add(one.actor_id)
            elif _fair(one):
                self._frames_in_view[one.actor_id] += 1
        for one, box in pairs:
            if not box.confirmed or not self._looked_for(one):
                continue
            self._right_tracks.add(box.track_id)
            self._found.add(one.actor_id)
            self._true_mps[one.actor_id, truth.frame] = one.speed_mps
            fix = fixes.get(box.track_id)
            if _fair(one) and fix is not None and pipeline.local is not None and _whole(one, truth):
                self._measure(one, pipeline.local, np.asarray(fix.en_m))

    def _looked_for(self, one: SeenObject) -> bool:
        return self._asked is None or bool(ALIKE.get(one.label, {one.label}) & set(self._asked))

    def speeds(self, tracks: Sequence[Track], pipeline: Pipeline) -> None:
        """Of tracks that have ended."""
        for track in tracks:
            told, actor = pipeline.observe(track, "scene"), self._actors.actor(track.track_id)
            true_mps = None if actor is None else self._true_mps.get((actor, track.best_point().frame_index))
            if actor is not None and true_mps is not None and told.speed_mps is not None and told.speed_sigma_mps is not None:
                self._speeds.append(SpeedScore(actor, true_mps, told.speed_mps, told.speed_sigma_mps))

    def _measure(self, one: SeenObject, local: LocalFrame, place: NDArray[np.float64]) -> None:
        off = place - np.array(local.offset_m(one.place))
        heading = radians(one.heading_deg)
        along = abs(off @ np.array([sin(heading), cos(heading)]))
        across = abs(off @ np.array([cos(heading), -sin(heading)]))
        self._centre_m.append(float(np.hypot(*off)))
        self._outline_m.append(float(np.hypot(max(0.0, along - one.size_m[0] / 2), max(0.0, across - one.size_m[1] / 2))))

    def score(self, scene: Scene, camera: str, detector: str, frames: int, verdicts: VerdictScore) -> SceneScore:
        scored = {actor for actor, count in self._frames_in_view.items() if count >= SEEN_LONG_ENOUGH_S * self._fps}
        missed = tuple(sorted(scored - self._found))
        false = tuple(text for track, text in sorted(self._tracks.items()) if track not in self._right_tracks)
        median = float(np.median(self._centre_m)) if self._centre_m else None
        p95 = float(np.percentile(self._centre_m, 95)) if self._centre_m else None
        limits = scene.thresholds
        failures = [
            f"{what} {'unknown' if value is None else f'{value:.2f} m'} is over {limit:g} m"
            for what, value, limit in (("median position error", median, limits.median_m), ("95 % position error", p95, limits.p95_m))
            if limit is not None and (value is None or value > limit)
        ]
        failures += [
            f"{len(names)} {what} is over {limit}"
            for what, names, limit in (
                ("missed", missed, limits.missed_at_most),
                ("false", false, limits.false_at_most),
                ("missed violations", verdicts.missed, limits.missed_violations_at_most),
                ("false violations", verdicts.false, limits.false_violations_at_most),
            )
            if limit is not None and len(names) > limit
        ]
        outline = float(np.median(self._outline_m)) if self._outline_m else None
        found = tuple(sorted(scored & self._found))
        return SceneScore(
            scene.name,
            camera,
            detector,
            frames,
            median,
            p95,
            outline,
            tuple(self._speeds),
            found,
            missed,
            false,
            tuple(sorted(self._not_asked)),
            verdicts,
            tuple(failures),
        )


def _label(actor: Any) -> str:
    kind = {"sedan": "car", "van": "car"}
    model = getattr(actor, "model", None)
    if model is not None:
        return str(kind.get(model, model))
    return str(actor.type if actor.kind == "damage" else actor.kind)


def _fair(one: SeenObject) -> bool:
    """Large and open enough that missing it is a fault."""
    x0, y0, x1, y1 = one.bbox_px
    return one.visible >= LEAST_VISIBLE and min(x1 - x0, y1 - y0) >= LEAST_SIDE_PX


def _whole(one: SeenObject, truth: FrameTruth) -> bool:
    x0, y0, x1, y1 = one.bbox_px
    return one.visible > 0.85 and x0 > 2 and y0 > 2 and x1 < truth.camera.width_px - 2 and y1 < truth.camera.height_px - 2


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
