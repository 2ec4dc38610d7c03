"""One source from end to end without a server: `sunqar vision run`.

Pairs the decoder with the vision room and writes the results. Files appear whole or not at all; an interrupt finishes them properly.
"""

import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from geo.primitives import LocalFrame, LonLat, SunqarError, VisionError
from ground_station.camera_telemetry import CameraPoses, OrthophotoFile, OrthophotoRefiner, PosesRequest, aligned, open_poses
from ground_station.new_file import new_file
from ground_station.video import DecodedImage, LiveVideo, SourceInfo, open_source, parse_address, prefetched
from ground_station.video.decode import is_same_file
from ground_station.video.encode import VideoWriter
from ground_station.video_progress import Progress
from vision import (
    KEEP_ALIVE_CONFIDENCE,
    Attention,
    CadencePlan,
    CameraMotion,
    FlowMeter,
    Frame,
    FrameResult,
    GroundModel,
    Judge,
    Pipeline,
    PlatesOfTracks,
    PosedGround,
    Relief,
    Scene,
    Track,
    TrackedBox,
    TrackerKind,
    annotated,
    class_name,
    default_labels,
    open_detector,
    open_plate_reader,
    open_tracker,
    read_scene,
    road_scene,
    rules_named,
    scene_on_timeline,
)

if TYPE_CHECKING:
    from ground_station.film_evidence import FilmEvidence

LIVE_FRAMES_PER_SECOND = 10.0  # what a tracker expects of a live source when nothing is asked for
LIVE_SILENCE_S = 15.0
PLATE_IMAGE_PX = 320  # a vehicle alone, not the whole street
INTERRUPTED = 130  # the shell's code for SIGINT: the source was not seen to its end


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to analyse, how, and where the results go; `out` None is standard output.

    `align` lets the film's own motion tell how far its clock is off that of its poses.
    `detections_per_second` None detects in every picture analysed; else boxes are carried by motion between the looks of the detector.
    """

    source: str
    model: Path
    scene: Path | None = None
    classes: tuple[str, ...] | None = None
    confidence: float = 0.25
    out: Path | None = None
    video: Path | None = None
    tracks_csv: Path | None = None
    every: int = 1
    detections_per_second: float | None = None
    frames_per_second: float | None = None
    image_size_px: int = 640
    duration_s: float | None = None
    overhead: bool = True
    tracker: TrackerKind = "byte_track"
    moving_camera: bool = False
    poses: PosesRequest = field(default_factory=PosesRequest)
    align: bool = True
    rules: tuple[str, ...] = ()
    flow: bool = False
    plates: bool = False
    orthophoto: Path | None = None
    orthophoto_sigma_m: float | None = None
    threads: int = 0
    progress: bool = True
    evidence: "FilmEvidence | None" = None


def run_video(request: RunRequest) -> int:
    """Analyse the source and return the exit code. Raises: `SunqarError` on bad input, with nothing written."""
    for path in (request.out, request.video, request.tracks_csv):
        if path is not None and is_same_file(request.source, path):
            raise VisionError(f"'{path}' is the source itself.", code="vision.output_is_source", hint="Give the result another name.")
    scene = None if request.scene is None else read_scene(request.scene, request.poses.heights)
    detector = open_detector(
        request.model,
        confidence=min(KEEP_ALIVE_CONFIDENCE, request.confidence),
        image_size_px=request.image_size_px,
        threads=request.threads,
        overhead=request.overhead,
    )
    if request.evidence is not None:
        from ground_station.evidence.clip_copy import film_file

        film_file(request.source)
    if request.rules:
        rules_named(request.rules)
    if request.rules or request.flow:
        _judgeable(scene)
    labels = _labels(request.classes, detector.names)
    poses = _poses(request, scene)
    stop = Event()
    with ExitStack() as stack:
        stack.enter_context(_interrupts(stop))
        refiner = _refiner(request, poses, stack)
        info, images = stack.enter_context(_open(request))
        tracker = open_tracker(_analysed_rate_hz(request, info), request.confidence, request.tracker)
        pipeline = Pipeline(
            detector,
            tracker,
            labels=labels,
            ground=_ground(request, scene, poses),
            camera=CameraMotion() if request.moving_camera or poses is not None else None,
        )
        attention = None
        if request.detections_per_second is not None:
            fixed = not request.moving_camera and poses is None
            attention = Attention(pipeline, CadencePlan(request.detections_per_second, fixed=fixed, sure=request.confidence))
        results = _Results(request, scene, pipeline, _analysed_rate_hz(request, info), stack)
        progress = stack.enter_context(closing(Progress(info, request.duration_s, shown=request.progress)))
        for image in images:
            if stop.is_set() or (request.duration_s is not None and image.time_s > request.duration_s):
                break
            view = None if poses is None else poses.view(image)
            frame = Frame(request.source, image.index, image.time_s, image.picture, image.captured_at, view)
            if refiner is not None and view is not None:
                frame = replace(frame, view=refiner.refined(frame, view))
            results.add((attention or pipeline).process(frame))
            progress.step(image.index, image.time_s)
        results.finish(pipeline.finish())
        if refiner is not None and request.progress:
            sys.stderr.write(f"laid on the orthophoto: {refiner.found} of {refiner.tried} pictures tried\n")
    if request.evidence is not None:  # what was seen is written by now, whatever becomes of the packages
        _evidence(request, request.evidence, pipeline)
    return INTERRUPTED if stop.is_set() and not info.live else 0


def _evidence(request: RunRequest, evidence: "FilmEvidence", pipeline: Pipeline) -> None:
    from ground_station.evidence.clip_copy import film_file
    from ground_station.evidence.facts import model_facts
    from ground_station.evidence.manifest import SourceFacts

    film = film_file(request.source)
    moves = request.moving_camera or request.poses.file is not None
    source = SourceFacts(source_id=film.name, name=film.stem, kind="file")
    content = None if request.scene is None else json.loads(request.scene.read_text(encoding="utf-8"))
    for path in evidence.write(film, source, model_facts(request.model, pipeline.model), scene=content, moves=moves):
        if request.progress:
            sys.stderr.write(f"evidence: {path}\n")


def _poses(request: RunRequest, scene: Scene | None) -> CameraPoses | None:
    """By the file named, else by what the source brings along; a calibrated scene needs none."""
    if request.poses.file is None and scene is not None and scene.ground is not None:
        return None
    try:
        poses = open_poses(request.source, request.poses)
    except SunqarError as error:
        if request.poses.file is not None:
            raise
        if request.progress:
            sys.stderr.write(f"no places: {error.one_line()}\n")
        return None
    if poses is None:
        return None
    found = None
    if request.align:
        poses, found = aligned(request.source, poses)
    if request.progress:
        clocks = "" if found is None else f"; the film is {found.offset_s:+.2f} s (± {found.sigma_s:.2f}) off their clock, by its motion"
        sys.stderr.write(f"{poses.told}{clocks}\n")
    return poses


def _refiner(request: RunRequest, poses: CameraPoses | None, stack: ExitStack) -> OrthophotoRefiner | None:
    if request.orthophoto is None:
        return None
    if poses is None:
        raise VisionError(
            "An orthophoto corrects poses, and there are none.", code="vision.ortho_poses", hint="Give them with --telemetry."
        )
    file = stack.enter_context(closing(OrthophotoFile(request.orthophoto, request.orthophoto_sigma_m)))
    return OrthophotoRefiner(file, _relief(request))


def _relief(request: RunRequest) -> Relief | None:
    return None if request.poses.heights is None else Relief(request.poses.heights)


def _ground(request: RunRequest, scene: Scene | None, poses: CameraPoses | None) -> GroundModel | None:
    if poses is None:
        return None if scene is None else scene.ground
    return PosedGround(relief=_relief(request))


class _Results:
    """The outputs asked for, each kept as a partial file until the run has ended well."""

    def __init__(self, request: RunRequest, scene: Scene | None, pipeline: Pipeline, rate_hz: float, stack: ExitStack) -> None:
        self._source, self._pipeline, self._evidence = request.source, pipeline, request.evidence
        self._rules, self._features = rules_named(request.rules), () if scene is None else scene_on_timeline(scene.features, None)
        self._judge: Judge | None = None
        self._flow_asked = request.flow
        self._flow: FlowMeter | None = None
        self._lines: TextIO = sys.stdout if request.out is None else _text_file(request.out, stack)
        self._csv = None if request.tracks_csv is None else _text_file(request.tracks_csv, stack)
        self._video = None
        if request.video is not None:
            self._video = stack.enter_context(VideoWriter(stack.enter_context(new_file(request.video)), rate_hz))
        self._held: dict[int, list[tuple[int, TrackedBox]]] = {}
        self._plates: PlatesOfTracks | None = None
        if request.plates:
            self._plates = PlatesOfTracks(open_plate_reader(image_size_px=PLATE_IMAGE_PX, threads=request.threads))

    def add(self, result: FrameResult) -> None:
        if self._video is not None:
            self._video.write(annotated(result, self._pipeline.confirmed), result.frame.time_s)
        if self._csv is not None:
            self._add_boxes(result, self._csv)
        if self._plates is not None:
            self._plates.look(result.frame, result.boxes)
        self._observe(result.finished)

    def finish(self, tracks: Iterable[Track]) -> None:
        self._observe(tracks)
        if self._flow is not None:
            self._lines.write(json.dumps(self._flow.flow().to_json(), ensure_ascii=False) + "\n")
        self._lines.flush()

    def _observe(self, tracks: Iterable[Track]) -> None:
        ended = {track.track_id: track for track in tracks}
        seen = [self._pipeline.observe(track, self._source) for track in ended.values()]
        if self._rules and self._judge is None and self._pipeline.local is not None:
            self._judge = Judge(self._rules, road_scene(self._features, self._pipeline.local))
        if self._flow_asked and self._flow is None and self._pipeline.local is not None:
            self._flow = FlowMeter(road_scene(self._features, self._pipeline.local))
        if self._flow is not None:
            self._flow.add(ended.values())
        if self._judge is not None and ended:
            found = self._judge.judge(ended.values(), self._pipeline.confirmed)
            seen += [self._pipeline.observe_violation(one, ended[one.track_id], self._source) for one in found]
            for verdict in found:
                if self._evidence is not None:
                    self._evidence.add(verdict, ended[verdict.track_id], self._pipeline.local)
        if self._plates is not None:
            seen = [replace(one, plate=self._plates.read(one.track_id)) for one in seen]
            for number in ended:
                self._plates.forget(number)
        for one in seen:
            self._lines.write(json.dumps(one.to_json(), ensure_ascii=False) + "\n")
        if self._lines is sys.stdout:
            self._lines.flush()

    def _add_boxes(self, result: FrameResult, csv: TextIO) -> None:
        """MOTChallenge: frame from 1, track, left, top, width, height, confidence, and -1 for the unused world coordinates."""
        for box in result.boxes:
            # Boxes of a track that is never confirmed are never written, so the first ones wait for the verdict.
            waiting = self._held.setdefault(box.track_id, [])
            if box.joined is not None:
                waiting.extend(self._held.pop(box.joined, []))
            waiting.append((result.frame.index, box))
            if box.confirmed:
                csv.writelines(_mot_row(index, box.track_id, one) for index, one in waiting)
                waiting.clear()


def _judgeable(scene: Scene | None) -> None:
    """Raises: `VisionError` for rules without anything to judge by, and for features that cannot be judged by."""
    if scene is None or not scene.features:
        raise VisionError(
            "Rules and counts need lanes, lines or areas to judge by.",
            code="vision.rules_need_scene",
            hint="Give --scene with such features.",
        )
    local = LocalFrame(LonLat(0.0, 0.0)) if scene.ground is None or scene.ground.local is None else scene.ground.local
    road_scene(scene_on_timeline(scene.features, None), local)


def _mot_row(index: int, track_id: int, box: TrackedBox) -> str:
    x1, y1, x2, y2 = box.bbox_px
    return f"{index + 1},{track_id},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{box.confidence:.4f},-1,-1,-1\n"


def _text_file(path: Path, stack: ExitStack) -> TextIO:
    partial = stack.enter_context(new_file(path))
    return stack.enter_context(partial.open("w", encoding="utf-8", newline="\n"))


@contextmanager
def _open(request: RunRequest) -> Iterator[tuple[SourceInfo, Iterator[DecodedImage]]]:
    """The source's description and its pictures: all of a file's, the newest of a live one's."""
    if not parse_address(request.source).live:
        with open_source(request.source, every=request.every, frames_per_second=request.frames_per_second) as reader:
            if not reader.info.live:
                images = prefetched(reader.images())
                with closing(images):  # type: ignore[type-var]
                    yield reader.info, images
                return
            # Of an HTTP address only opening it tells; what has no end is read as the cameras are.
    with LiveVideo(request.source, frames_per_second=request.frames_per_second) as live:
        first = live.wait(LIVE_SILENCE_S)
        assert live.info is not None, "known once a picture has come"
        yield live.info, _live_images(live, first)


def _live_images(live: LiveVideo, first: DecodedImage | None) -> Iterator[DecodedImage]:
    image = first
    while image is not None:
        yield image
        image = live.wait(LIVE_SILENCE_S)


def _analysed_rate_hz(request: RunRequest, info: SourceInfo) -> float:
    natural = LIVE_FRAMES_PER_SECOND if info.live else info.frames_per_second / request.every
    return min(natural, request.frames_per_second or natural)


def _labels(asked: tuple[str, ...] | None, names: tuple[str, ...]) -> tuple[str, ...]:
    if asked is None:
        return default_labels(names)
    labels = tuple(class_name(name) for name in asked)
    unknown = [name for name in labels if name not in names]
    if unknown:
        raise VisionError(
            f"The model knows no class '{unknown[0]}'.",
            code="vision.classes",
            hint=f"It knows: {', '.join(names[:12])}{' …' * (len(names) > 12)}.",
        )
    return labels


@contextmanager
def _interrupts(stop: Event) -> Iterator[None]:
    """SIGINT and SIGTERM ask the run to end after the current picture; a second one ends it at once."""

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
