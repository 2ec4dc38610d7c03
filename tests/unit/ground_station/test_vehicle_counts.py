"""Vehicles that drive past on real clips, counted by eye from slit-scans: our whole chain finds as many, give or take one."""

from pathlib import Path

import pytest

from ground_station.video import VideoReader
from vision import Detector, Frame, Pipeline, Track, open_detector, open_tracker

RATE_HZ = 12.0
VEHICLES = ("bicycle", "car", "motorcycle", "bus", "truck")


@pytest.fixture(scope="module")
def detector(shared_data: Path) -> Detector:
    return open_detector(shared_data / "weights" / "yolo11n_dynamic_fp32.onnx", threads=1)


def _tracks(detector: Detector, clip: Path) -> list[Track]:
    pipeline = Pipeline(detector, open_tracker(RATE_HZ, 0.25), labels=VEHICLES)
    tracks: list[Track] = []
    with VideoReader(str(clip), frames_per_second=RATE_HZ) as reader:
        for image in reader.images():
            tracks += pipeline.process(Frame("clip", image.index, image.time_s, image.image)).finished
    return tracks + list(pipeline.finish())


def _centres(track: Track) -> tuple[tuple[float, float], tuple[float, float]]:
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = track.first.bbox_px, track.last.bbox_px
    return ((ax1 + ax2) / 2, (ay1 + ay2) / 2), ((bx1 + bx2) / 2, (by1 + by2) / 2)


def test_vehicles_of_the_near_lanes_of_a_highway(detector: Detector, shared_data: Path) -> None:
    """Nine fully across in the upper near lane and one that reaches the line in the last frames, seven in the lower."""
    ways = [_centres(track) for track in _tracks(detector, shared_data / "traffic-video" / "overhead_highway.mp4")]
    passed = sum(start[0] < 320 <= end[0] and end[1] > 120 for start, end in ways)
    assert 16 <= passed <= 18


def test_vehicles_of_a_yard_by_direction(detector: Detector, shared_data: Path) -> None:
    """Two up and two down."""
    ways = [_centres(track) for track in _tracks(detector, shared_data / "traffic-video" / "intel_car_detection.mp4")]
    up = sum(end[1] < 250 <= start[1] for start, end in ways)
    down = sum(start[1] < 250 <= end[1] for start, end in ways)
    assert abs(up - 2) <= 1
    assert abs(down - 2) <= 1
    assert abs(up + down - 4) <= 1
