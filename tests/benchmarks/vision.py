"""Seconds of video analysed per second of processor time, at the same vehicles found.

Both read the same real road with the same model file. The peer decodes every picture, pads it to a square, detects in every one and tracks:
the loop of ultralytics' `track`. Ours analyses 12 pictures a second in their own proportions. An event is a vehicle of the near lanes that
crosses the middle of the picture; the truth was counted by eye. The measurement counts only when ours finds no fewer.
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
from vision import Frame, Pipeline, Track, open_detector, open_tracker

MIDDLE_PX, NEAR_LANES_BELOW_PX = 320.0, 120.0
EVENTS = 17  # 10 in the upper and 7 in the lower near lane, from a slit-scan
CONFIDENCE, LOWEST = 0.25, 0.1
OURS_HZ = 12.0
ROUNDS = 3
SIDE_PX, GREY = 640, 114
VEHICLE_CLASSES = (2, 5, 7)  # car, bus, truck of COCO


@dataclass(frozen=True, slots=True)
class Outcome:
    source_s: float
    cpu_s: float
    events: int


async def measure() -> Measurement:
    folder = Path(os.environ.get("SUNQAR_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    video, model = folder / "traffic-video" / "overhead_highway.mp4", folder / "weights" / "yolo11n_dynamic_fp32.onnx"
    if not video.is_file() or not model.is_file():
        raise SettingsError(f"No test video in '{folder}'.", code="settings.test_data", hint="Set SUNQAR_TEST_DATA to the shared data.")
    ours, peer = [], []
    for _ in range(ROUNDS):  # taking turns, so that both meet the same machine
        ours.append(await run_sync(_timed, _ours, video, model))
        peer.append(await run_sync(_timed, _peer, video, model))
    if ours[0].events < peer[0].events:
        raise AssertionError(f"ours found {ours[0].events} of {EVENTS} vehicles, the peer {peer[0].events}")
    rates = [[outcome.source_s / outcome.cpu_s for outcome in outcomes] for outcomes in (ours, peer)]
    detail = (
        f"{ours[0].events} against {peer[0].events} of {EVENTS} crossings found, {ours[0].source_s:.0f} s of 640x360, median of {ROUNDS}"
    )
    return Measurement(median(rates[0]), median(rates[1]), "decode all, detect every picture", "source-s per CPU-s", detail)


def _timed(run: Callable[[Path, Path], tuple[float, int]], video: Path, model: Path) -> Outcome:
    started = time.process_time()
    source_s, events = run(video, model)
    return Outcome(source_s, time.process_time() - started, events)


def _ours(video: Path, model: Path) -> tuple[float, int]:
    pipeline = Pipeline(
        open_detector(model, confidence=LOWEST), open_tracker(OURS_HZ, CONFIDENCE), labels=("bicycle", "car", "motorcycle", "bus", "truck")
    )
    finished: list[Track] = []
    with VideoReader(str(video), frames_per_second=OURS_HZ) as reader:
        for image in reader.images():
            finished.extend(pipeline.process(Frame("road", image.index, image.time_s, image.image)).finished)
        duration_s = reader.info.duration_s or 0.0
    finished.extend(pipeline.finish())
    return duration_s, sum(_crosses([point.bbox_px for point in track.points]) for track in finished)


def _peer(video: Path, model: Path) -> tuple[float, int]:
    network = Core().read_model(model)
    network.reshape({0: PartialShape([1, 3, SIDE_PX, SIDE_PX])})
    request = Core().compile_model(network, "CPU", {"PERFORMANCE_HINT": "LATENCY"}).create_infer_request()
    boxes: dict[int, list[tuple[float, float, float, float]]] = {}
    with VideoReader(str(video)) as reader:
        tracker = ByteTrackTracker(
            frame_rate=reader.info.frames_per_second, track_activation_threshold=CONFIDENCE, high_conf_det_threshold=CONFIDENCE
        )
        for image in reader.images():
            tracked = tracker.update(_detect(request, image.image))
            for number, (x1, y1, x2, y2) in zip(tracked.tracker_id, tracked.xyxy.tolist(), strict=True):
                if number >= 0:
                    boxes.setdefault(int(number), []).append((x1, y1, x2, y2))
        duration_s = reader.info.duration_s or 0.0
    return duration_s, sum(_crosses(track) for track in boxes.values())


def _detect(request: object, image: np.ndarray) -> SupervisionDetections:
    height, width = image.shape[:2]
    scale = SIDE_PX / max(height, width)
    top, left = round((SIDE_PX - height * scale) / 2), round((SIDE_PX - width * scale) / 2)
    square = np.full((SIDE_PX, SIDE_PX, 3), GREY, np.uint8)
    small = cv2.resize(image, (round(width * scale), round(height * scale)))
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    output = next(iter(request.infer({0: cv2.dnn.blobFromImage(square, 1 / 255, swapRB=True)}).values()))[0]  # type: ignore[attr-defined]
    scores, classes = output[4:].max(axis=0), output[4:].argmax(axis=0)
    keep = (scores >= LOWEST) & np.isin(classes, VEHICLE_CLASSES)
    centre, half = output[:2, keep].T, output[2:4, keep].T / 2
    xyxy = (np.hstack([centre - half, centre + half]) - [left, top, left, top]) / scale
    found = SupervisionDetections(xyxy=xyxy.astype(np.float32), confidence=scores[keep], class_id=classes[keep])
    return found.with_nms(threshold=0.7, class_agnostic=True)


def _crosses(track: list[tuple[float, float, float, float]]) -> bool:
    """Whether a track passes the middle from left to right in the near lanes."""
    centres = [((x1 + x2) / 2, (y1 + y2) / 2) for x1, y1, x2, y2 in track]
    return centres[0][0] < MIDDLE_PX <= centres[-1][0] and centres[-1][1] > NEAR_LANES_BELOW_PX
