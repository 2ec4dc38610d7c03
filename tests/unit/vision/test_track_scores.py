"""Tracks judged against labelled ones: on a real crossing filmed by a drone, and by TrackEval as the referee."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from supervision import Detections as SupervisionDetections
from trackers import ByteTrackTracker

from geo.primitives import VisionError
from vision import Detections, open_tracker, score_tracks

LABELLED_HZ, EVERY, EDGE_PX, MISSED = 30.0, 6, 1.5, 0.1
HIDDEN_FRAMES, OF = 15, 6  # each vehicle is hidden half a second of every three

Frames = list[tuple[NDArray[np.int64], NDArray[np.float64]]]  # of each picture the numbers and the boxes


class Clip:
    def __init__(self, folder: Path) -> None:
        rows = np.loadtxt(folder / "drone-video" / "stabilo_tracks.txt", delimiter=",")
        steady = np.loadtxt(folder / "drone-video" / "stabilo_tracks_stabilised.txt", delimiter=",")
        random = np.random.default_rng(0)
        self.truth: Frames = []
        self.seen: list[NDArray[np.float64]] = []
        self.shifts: list[NDArray[np.float64] | None] = []
        before = None
        for index in range(0, int(rows[:, 0].max()) + 1, EVERY):
            here = rows[:, 0] == index
            numbers, centre, size = rows[here, 1].astype(np.int64), rows[here, 2:4], rows[here, 4:6]
            boxes = np.hstack([centre - size / 2, centre + size / 2])
            self.truth.append((numbers, boxes))
            visible = (random.random(len(boxes)) > MISSED) & ((numbers * 7 + index) // HIDDEN_FRAMES % OF != 0)
            self.seen.append((boxes + random.normal(0.0, EDGE_PX, boxes.shape))[visible])
            from_start, _ = cv2.findHomography(steady[here, 2:4], centre, cv2.RANSAC, 2.0)
            self.shifts.append(None if before is None else from_start @ np.linalg.inv(before))
            before = from_start

    def ours(self) -> Frames:
        tracker = open_tracker(LABELLED_HZ / EVERY, 0.25)
        found: Frames = []
        for index, (boxes, shift) in enumerate(zip(self.seen, self.shifts, strict=True)):
            sure = np.full(len(boxes), 0.8, np.float32)
            detections = Detections(boxes.astype(np.float32), sure, np.zeros(len(boxes), np.int64), ("car",))
            numbers = tracker.update(detections, index * EVERY / LABELLED_HZ, shift)
            found.append((numbers[numbers > 0], boxes[numbers > 0]))
        return found

    def plain(self) -> Frames:
        """The loop everybody writes: the library's ByteTrack as it comes, and no word of the camera."""
        tracker = ByteTrackTracker(frame_rate=LABELLED_HZ / EVERY, track_activation_threshold=0.25, high_conf_det_threshold=0.25)
        found: Frames = []
        for boxes in self.seen:
            sure = np.full(len(boxes), 0.8, np.float32)
            tracked = tracker.update(SupervisionDetections(boxes.astype(np.float32), confidence=sure, class_id=np.zeros(len(boxes), int)))
            known = tracked.tracker_id >= 0
            found.append((tracked.tracker_id[known].astype(np.int64) + 1, tracked.xyxy[known].astype(np.float64)))
        return found


@pytest.fixture(scope="module")
def clip(shared_data: Path) -> Clip:
    return Clip(shared_data)


def _written(path: Path, frames: Frames) -> Path:
    lines = [
        f"{frame},{number},{x1:.3f},{y1:.3f},{x2 - x1:.3f},{y2 - y1:.3f},1,1,1\n"
        for frame, (numbers, boxes) in enumerate(frames, start=1)
        for number, (x1, y1, x2, y2) in zip(numbers, boxes, strict=True)
    ]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_drifting_drone_is_followed_better_than_by_the_plain_loop(clip: Clip, tmp_path: Path) -> None:
    truth = _written(tmp_path / "truth.txt", clip.truth)
    ours, plain = (score_tracks(truth, _written(tmp_path / "seen.txt", frames)) for frames in (clip.ours(), clip.plain()))
    assert ours.hota > plain.hota
    assert ours.idf1 > plain.idf1
    assert ours.mota >= plain.mota
    assert ours.switches * 2 < plain.switches


def test_the_figures_are_those_of_trackeval(clip: Clip, tmp_path: Path) -> None:
    trackeval = pytest.importorskip("trackeval", reason="the referee is a tool of development")
    found = clip.ours()
    ours = score_tracks(_written(tmp_path / "truth.txt", clip.truth), _written(tmp_path / "seen.txt", found))
    data = _as_trackeval(clip.truth, found)
    hota = trackeval.metrics.HOTA().eval_sequence(data)
    clear = trackeval.metrics.CLEAR({"PRINT_CONFIG": False}).eval_sequence(data)
    identity = trackeval.metrics.Identity({"PRINT_CONFIG": False}).eval_sequence(data)
    assert (ours.hota, ours.association) == pytest.approx((np.mean(hota["HOTA"]), np.mean(hota["AssA"])), abs=1e-3)
    assert (ours.mota, ours.idf1) == pytest.approx((clear["MOTA"], identity["IDF1"]), abs=1e-3)
    assert ours.switches == clear["IDSW"]


def _as_trackeval(truth: Frames, found: Frames) -> dict[str, object]:
    overlaps = [_overlaps(one, other) for (_, one), (_, other) in zip(truth, found, strict=True)]
    columns: dict[str, object] = {"num_timesteps": len(truth), "similarity_scores": overlaps}
    for name, frames in (("gt", truth), ("tracker", found)):
        known = {int(number): row for row, number in enumerate(sorted({int(n) for numbers, _ in frames for n in numbers}))}
        columns[f"{name}_ids"] = [np.array([known[int(n)] for n in numbers], int) for numbers, _ in frames]
        columns[f"num_{name}_ids"], columns[f"num_{name}_dets"] = len(known), sum(len(numbers) for numbers, _ in frames)
    return columns


def _overlaps(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.maximum(one[:, None, :2], other[None, :, :2]), np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (one, other)]
    overlaps: NDArray[np.float64] = shared / (areas[0][:, None] + areas[1][None, :] - shared)
    return overlaps


def test_a_file_that_is_no_tracks_is_named(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match=r"missing\.txt"):
        score_tracks(tmp_path / "missing.txt", tmp_path / "missing.txt")
