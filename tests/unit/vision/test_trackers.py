"""Trackers on a road seen by a drone that flies: a hundred vehicles of a real crossing, boxes as labelled, camera pushed about."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vision import Detections, TrackerKind, open_tracker

LABELLED_HZ = 30.0
EVERY = 6  # 5 pictures a second, as a drone's downlink is watched
EDGE_PX = 1.5  # how far a detector's box edge is off
KINDS: tuple[TrackerKind, ...] = ("byte_track", "oc_sort")


class Crossing:
    """Boxes (n, 4) and numbers (n,) of each frame of the labelled drone video, and its own motion from frame 0."""

    def __init__(self, folder: Path) -> None:
        rows = np.loadtxt(folder / "drone-video" / "stabilo_tracks.txt", delimiter=",")
        steady = np.loadtxt(folder / "drone-video" / "stabilo_tracks_stabilised.txt", delimiter=",")
        self.frames = []
        for index in range(0, int(rows[:, 0].max()) + 1, EVERY):
            here = rows[:, 0] == index
            centre, size = rows[here, 2:4], rows[here, 4:6]
            from_start, _ = cv2.findHomography(steady[here, 2:4], centre, cv2.RANSAC, 2.0)
            self.frames.append((index, rows[here, 1].astype(int), np.hstack([centre - size / 2, centre + size / 2]), from_start))


@pytest.fixture(scope="module")
def crossing(shared_data: Path) -> Crossing:
    return Crossing(shared_data)


def _changes(crossing: Crossing, kind: TrackerKind, push_px: float, *, told: bool) -> int:
    """How often a vehicle is given another number than before; the camera is pushed by a random walk of `push_px`."""
    random = np.random.default_rng(4)
    tracker = open_tracker(LABELLED_HZ / EVERY, 0.25, kind)
    known: dict[int, int] = {}
    changes, push, before = 0, np.zeros(2), None
    for index, vehicles, boxes, drift in crossing.frames:
        push = push + random.normal(0.0, push_px, 2)
        from_start = np.array([[1.0, 0.0, push[0]], [0.0, 1.0, push[1]], [0.0, 0.0, 1.0]]) @ drift
        seen = random.random(len(boxes)) > 0.1
        shift = None if before is None or not told else from_start @ np.linalg.inv(before)
        before = from_start
        moved = boxes[seen] + np.tile(push, 2) + random.normal(0.0, EDGE_PX, (int(seen.sum()), 4))
        numbers = tracker.update(_detections(moved), index / LABELLED_HZ, shift)
        for vehicle, number in zip(vehicles[seen], numbers, strict=True):
            if number:
                changes += known.get(vehicle, number) != number
                known[vehicle] = number
    return changes


def _detections(boxes: NDArray[np.float64]) -> Detections:
    return Detections(boxes.astype(np.float32), np.full(len(boxes), 0.8, np.float32), np.zeros(len(boxes), np.int64), ("car",))


@pytest.mark.parametrize("kind", KINDS)
def test_a_camera_that_tells_how_it_moved_loses_no_more_vehicles_than_a_still_one(crossing: Crossing, kind: TrackerKind) -> None:
    pushed, still = _changes(crossing, kind, 25.0, told=True), _changes(crossing, kind, 0.0, told=True)
    assert pushed <= still + 2
    assert pushed * 4 < _changes(crossing, kind, 25.0, told=False)


@pytest.mark.parametrize("kind", KINDS)
def test_even_a_hovering_drone_drifts_enough_to_be_worth_telling(crossing: Crossing, kind: TrackerKind) -> None:
    assert _changes(crossing, kind, 0.0, told=True) * 2 < _changes(crossing, kind, 0.0, told=False)
