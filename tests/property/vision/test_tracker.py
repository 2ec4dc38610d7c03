"""The tracker answers to what is in a frame, not to the order it is listed in."""

import numpy as np
from hypothesis import given, settings, strategies as st

from vision import Detections, open_tracker

NAMES = ("car",)


def _scene(index: int, lanes: int) -> Detections:
    rows = [[10 + 5 * index + 3 * lane, 40 * lane, 50 + 5 * index + 3 * lane, 40 * lane + 25] for lane in range(lanes)]
    return Detections(np.array(rows, np.float32), np.linspace(0.5, 0.9, lanes).astype(np.float32), np.zeros(lanes, dtype=np.int64), NAMES)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_numbers_do_not_depend_on_the_order_of_detections(lanes: int, random: object) -> None:
    straight, shuffled = open_tracker(20.0, 0.3), open_tracker(20.0, 0.3)
    for index in range(8):
        detections = _scene(index, lanes)
        order = np.array(random.sample(range(lanes), lanes))  # type: ignore[attr-defined]
        expected = straight.update(detections, index / 20)
        assert shuffled.update(detections.take(order), index / 20).tolist() == expected[order].tolist()
    assert sorted(expected) == list(range(1, lanes + 1))
