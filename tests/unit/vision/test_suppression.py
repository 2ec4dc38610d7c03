"""Overlapping boxes and vehicles seen from above."""

import numpy as np

from vision.inference.suppression import as_seen_from_above, suppression_groups, surviving_boxes

NAMES = ("person", "bicycle", "car", "truck", "cell phone")


def _boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def test_a_van_seen_as_car_and_truck_is_one_thing() -> None:
    group = suppression_groups(NAMES, overhead=False)[[2, 3, 0]]
    boxes = _boxes((0, 0, 100, 50), (2, 0, 101, 50), (0, 0, 100, 52))
    assert surviving_boxes(boxes, np.array([0.5, 0.6, 0.4], np.float32), group, 0.6).tolist() == [1, 2]


def test_boxes_apart_all_stay_surest_first() -> None:
    boxes = _boxes((0, 0, 10, 10), (20, 0, 30, 10))
    assert surviving_boxes(boxes, np.array([0.3, 0.9], np.float32), np.array([2, 2]), 0.6).tolist() == [1, 0]


def test_nothing_in_nothing_out() -> None:
    empty = np.zeros((0, 4), np.float32)
    assert len(surviving_boxes(empty, np.zeros(0, np.float32), np.zeros(0, np.int64), 0.6)) == 0


def test_a_free_standing_telephone_is_a_vehicle_from_above() -> None:
    assert as_seen_from_above(_boxes((100, 100, 180, 300)), np.array([4]), NAMES).tolist() == [2]


def test_a_telephone_in_a_hand_stays_a_telephone() -> None:
    boxes = _boxes((0, 0, 100, 300), (40, 100, 55, 120))
    assert as_seen_from_above(boxes, np.array([0, 4]), NAMES).tolist() == [0, 4]
