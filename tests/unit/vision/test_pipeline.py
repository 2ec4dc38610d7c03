"""Detections to tracks to observations, on recorded detections and the real tracker."""

import numpy as np
import pytest

from geo.primitives import VisionError
from vision import Detections, Frame, Pipeline, RecordedDetector, Track, open_tracker

NAMES = ("person", "car", "truck")
IMAGE = np.zeros((240, 320, 3), np.uint8)
RATE_HZ = 20.0


def _frame(index: int) -> Frame:
    return Frame("cam", index, index / RATE_HZ, IMAGE)


def _moving(frames: int, *, step_px: float = 4.0, class_ids: tuple[int, ...] = (1,)) -> dict[int, Detections]:
    """One box going right; the class repeats through `class_ids`."""
    return {
        index: Detections(
            np.array([[20 + step_px * index, 100, 60 + step_px * index, 130]], np.float32),
            np.array([0.8], np.float32),
            np.array([class_ids[index % len(class_ids)]]),
            NAMES,
        )
        for index in range(frames)
    }


def _run(recorded: dict[int, Detections], frames: int, labels: tuple[str, ...] | None = None) -> list[Track]:
    pipeline = Pipeline(RecordedDetector(recorded, NAMES), open_tracker(RATE_HZ, 0.3), labels=labels)
    finished = [track for index in range(frames) for track in pipeline.process(_frame(index)).finished]
    return finished + list(pipeline.finish())


def test_one_thing_is_one_track_with_its_times() -> None:
    (track,) = _run(_moving(30), 60)
    assert track.label == "car"
    assert track.first.time_s == pytest.approx(1 / RATE_HZ)  # the second sighting makes it a track
    assert track.last.time_s == pytest.approx(29 / RATE_HZ)


def test_label_is_the_vote_of_all_frames() -> None:
    (track,) = _run(_moving(30, class_ids=(1, 1, 2)), 60)
    assert track.label == "car"


def test_a_glimpse_is_no_observation() -> None:
    assert _run(_moving(6), 60) == []


def test_a_short_gap_does_not_break_a_track() -> None:
    recorded = _moving(40)
    for index in range(15, 22):
        del recorded[index]
    assert len(_run(recorded, 70)) == 1


def test_classes_not_asked_for_are_not_followed_but_stay_visible() -> None:
    pipeline = Pipeline(RecordedDetector(_moving(5, class_ids=(0,)), NAMES), open_tracker(RATE_HZ, 0.3), labels=("car",))
    result = [pipeline.process(_frame(index)) for index in range(5)][-1]
    assert result.boxes == ()
    assert result.detections.labels == ["person"]


def test_frames_out_of_order_are_refused() -> None:
    pipeline = Pipeline(RecordedDetector({}, NAMES), open_tracker(RATE_HZ, 0.3))
    pipeline.process(_frame(3))
    with pytest.raises(VisionError, match="Frame 3 of 'cam'"):
        pipeline.process(_frame(3))


def test_observation_without_calibration_has_the_contract_keys_and_no_place() -> None:
    pipeline = Pipeline(RecordedDetector(_moving(30), NAMES), open_tracker(RATE_HZ, 0.3))
    for index in range(30):
        pipeline.process(_frame(index))
    line = pipeline.observe(pipeline.finish()[0], "cam").to_json()
    assert " ".join(line) == (
        "kind label rule rule_edition track_id start_s end_s confidence bbox_px frame_s geometry accuracy_m ellipse heading_deg speed_mps "
        "speed_sigma_mps plate model source"
    )
    assert line["geometry"] is None
    assert line["model"].startswith("sha256:")


def test_a_thing_that_stays_for_hours_keeps_a_bounded_history() -> None:
    track = Track(1)
    pipeline = Pipeline(RecordedDetector(_moving(2000, step_px=0.0), NAMES), open_tracker(RATE_HZ, 0.3))
    for index in range(2000):
        pipeline.process(_frame(index))
    (track,) = pipeline.finish()
    assert len(track.points) <= 600
    assert track.observations == 1999
    assert track.first.time_s < 1.0
