"""Seconds of video analysed per second of processor time, at the same vehicles and people found.

Both read the same real clips (a road, a yard, a street with walkers, a drone over an interchange) with the same model file on one thread,
loaded and warmed before the clock starts. The peer decodes every picture, detects in every one at the same input size and tracks: the loop
of ultralytics' `track`. Ours sees 10 pictures a second; the detector looks up to five times a second, and at once at new things, where
something happens, and boxes are carried by their motion in between. Two things are told beside the speed: how many of the tracks the peer
finished ours found as well, and on the road how many of the crossings counted by eye each found. Below 97 % of either the two do not do
the same work, and there is no measurement. A crossing between the last picture ours sees and the end of the film counts for neither.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from anyio.to_thread import run_sync
from openvino import Core, PartialShape
from supervision import Detections as SupervisionDetections
from trackers import ByteTrackTracker

from geo.primitives import SettingsError
from ground_station.video import VideoReader
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.track_agreement import FoundTrack, recall
from vision import Attention, CadencePlan, CameraMotion, Frame, Pipeline, Track, open_detector, open_tracker

CLIPS = (  # name, moving camera
    ("traffic-video/overhead_highway.mp4", False),
    ("traffic-video/intel_car_detection.mp4", False),
    ("traffic-video/town_pedestrians.mp4", False),
    ("drone-video/nadir_interchange_georef.mp4", True),
)
ROAD = CLIPS[0][0]
MIDDLE_PX, NEAR_LANES_BELOW_PX = 320.0, 120.0
CROSSINGS = 16  # 9 in the upper and 7 in the lower near lane, from a slit-scan; one more in the picture before the last
LEAST_SHARE = 0.97
LOWEST = 0.1
CONFIDENCE = 0.25
OURS_HZ, OURS_DETECTIONS_HZ = 10.0, 5.0
ROUNDS = 2
LONGER_PX, GREY, STRIDE = 640, 114, 32
FOLLOWED = {0: "person", 1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 7: "truck"}  # of COCO


@dataclass(frozen=True, slots=True)
class Outcome:
    source_s: float
    cpu_s: float
    tracks: list[list[FoundTrack]]  # of each clip
    road_s: float

    @property
    def crossings(self) -> int:
        until_s = self.road_s - 1.0 / OURS_HZ
        return sum(track.crosses(MIDDLE_PX, NEAR_LANES_BELOW_PX, until_s) for track in self.tracks[0] if track.finished)


PEER_CONFIG = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}  # as ours
Loop = Callable[[VideoReader, bool], list[FoundTrack]]


async def measure() -> Measurement:
    folder = Path(os.environ.get("SUNQAR_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    model = folder / "weights" / "yolo11n_dynamic_fp32.onnx"
    missing = [path for path in (model, *(folder / name for name, _ in CLIPS)) if not path.is_file()]
    if missing:
        raise SettingsError(f"There is no '{missing[0]}'.", code="settings.test_data", hint="Set SUNQAR_TEST_DATA to the shared data.")
    ours, peer = [], []
    loops = _ours(model), _peer(model)
    for loop in loops:  # makes the network ready for each size of picture, and of its parts
        await run_sync(_timed, loop, folder)
    for _ in range(ROUNDS):  # taking turns, so that both meet the same machine
        ours.append(await run_sync(_timed, loops[0], folder))
        peer.append(await run_sync(_timed, loops[1], folder))
    found, wanted = (sum(counts) for counts in zip(*map(recall, peer[0].tracks, ours[0].tracks), strict=True))
    if found < LEAST_SHARE * wanted or ours[0].crossings < LEAST_SHARE * peer[0].crossings:
        raise AssertionError(
            f"ours found {found} of the peer's {wanted} tracks, {ours[0].crossings} of {CROSSINGS} crossings, the peer {peer[0].crossings}"
        )
    rates = [median(outcome.source_s / outcome.cpu_s for outcome in outcomes) for outcomes in (ours, peer)]
    detail = (
        f"{found} of the peer's {wanted} finished tracks found, {ours[0].crossings} against {peer[0].crossings} of {CROSSINGS} crossings, "
        f"{ours[0].source_s:.0f} s of {len(CLIPS)} clips, {ROUNDS} rounds"
    )
    return Measurement(rates[0], rates[1], "decode all, detect every picture", "source-s per CPU-s", detail)


def _timed(loop: Loop, folder: Path) -> Outcome:
    source_s, tracks, road_s = 0.0, [], 0.0
    started = time.process_time()
    for name, moves in CLIPS:
        with VideoReader(str(folder / name)) as reader:
            tracks.append(loop(reader, moves))
            length_s = reader.info.duration_s or 0.0
            source_s, road_s = source_s + length_s, road_s or length_s
    return Outcome(source_s, time.process_time() - started, tracks, road_s)


def _ours(model: Path) -> Loop:
    detector = open_detector(model, confidence=LOWEST, threads=1)

    def loop(reader: VideoReader, moves: bool) -> list[FoundTrack]:
        rate_hz = min(OURS_HZ, reader.info.frames_per_second)
        camera = CameraMotion() if moves else None
        pipeline = Pipeline(detector, open_tracker(rate_hz, CONFIDENCE), labels=tuple(FOLLOWED.values()), camera=camera)
        attention = Attention(pipeline, CadencePlan(OURS_DETECTIONS_HZ, fixed=not moves, sure=CONFIDENCE))
        finished: list[Track] = []
        due_s = 0.0
        for image in reader.images():
            if image.time_s + 1e-6 >= due_s:
                due_s += 1.0 / OURS_HZ
                finished.extend(attention.process(Frame("clip", image.index, image.time_s, image.picture)).finished)
        finished.extend(pipeline.finish())
        return [_track([(point.time_s, point.bbox_px) for point in track.points]) for track in finished]

    return loop


def _peer(model: Path) -> Loop:
    network, requests = Core().read_model(model), {}

    def request(width: int, height: int) -> object:
        if (width, height) not in requests:
            sized = network.clone()
            sized.reshape({0: PartialShape([1, 3, height, width])})
            requests[width, height] = Core().compile_model(sized, "CPU", PEER_CONFIG).create_infer_request()
        return requests[width, height]

    def loop(reader: VideoReader, _moves: bool) -> list[FoundTrack]:
        scale = LONGER_PX / max(reader.info.width_px, reader.info.height_px)
        width, height = (-(-round(side * scale) // STRIDE) * STRIDE for side in (reader.info.width_px, reader.info.height_px))
        boxes: dict[int, list[tuple[float, tuple[float, ...]]]] = {}
        tracker = ByteTrackTracker(
            frame_rate=reader.info.frames_per_second, track_activation_threshold=CONFIDENCE, high_conf_det_threshold=CONFIDENCE
        )
        for image in reader.images():
            tracked = tracker.update(_detect(request(width, height), image.image, width, height))
            for number, box in zip(tracked.tracker_id, tracked.xyxy.tolist(), strict=True):
                if number >= 0:
                    boxes.setdefault(int(number), []).append((image.time_s, tuple(box)))
        return [_track(track) for track in boxes.values()]

    return loop


def _detect(request: object, image: np.ndarray, width: int, height: int) -> SupervisionDetections:
    scale = min(width / image.shape[1], height / image.shape[0])
    small = cv2.resize(image, (round(image.shape[1] * scale), round(image.shape[0] * scale)))
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    padded = np.full((height, width, 3), GREY, np.uint8)
    padded[top : top + small.shape[0], left : left + small.shape[1]] = small
    output = next(iter(request.infer({0: cv2.dnn.blobFromImage(padded, 1 / 255, swapRB=True)}).values()))[0]  # type: ignore[attr-defined]
    scores, classes = output[4:].max(axis=0), output[4:].argmax(axis=0)
    keep = (scores >= LOWEST) & np.isin(classes, list(FOLLOWED))
    centre, half = output[:2, keep].T, output[2:4, keep].T / 2
    xyxy = (np.hstack([centre - half, centre + half]) - [left, top, left, top]) / scale
    found = SupervisionDetections(xyxy=xyxy.astype(np.float32), confidence=scores[keep], class_id=classes[keep])
    return found.with_nms(threshold=0.7, class_agnostic=True)


def _track(boxes: "list[tuple[float, tuple[float, ...]]]") -> FoundTrack:
    return FoundTrack(np.array([time_s for time_s, _ in boxes]), np.array([box for _, box in boxes], np.float64))
