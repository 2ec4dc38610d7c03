"""People and plates are hidden: where they were seen, between sightings, and for a moment around them."""

import numpy as np
import pytest

from vision import Detections, Frame, RecordedDetector, Redaction, RedactionSearch, hide, open_tracker, redaction_from_json, veil
from vision.mosaic import CELLS, mosaic
from vision.redaction import hidden_boxes

NAMES = ("person", "car", "dog")
RATE = 5.0


def found(*things: tuple[str, float, tuple[float, float, float, float]], names: tuple[str, ...] = NAMES) -> Detections:
    labels, confidence, boxes = zip(*things, strict=True)
    return Detections(
        np.array(boxes, np.float32), np.array(confidence, np.float32), np.array([names.index(label) for label in labels], np.int64), names
    )


def searched(by_frame: dict[int, Detections], frames: int, names: tuple[str, ...] = NAMES) -> Redaction:
    search = RedactionSearch(RecordedDetector(by_frame, names), open_tracker(RATE, 0.25))
    blank = np.zeros((360, 640, 3), np.uint8)
    for index in range(frames):
        search.look(Frame("gate", index, index / RATE, blank))
    return search.result()


def covers(boxes: list[tuple[float, float, float, float]], u: float, v: float) -> bool:
    return any(x1 <= u <= x2 and y1 <= v <= y2 for x1, y1, x2, y2 in boxes)


def test_a_person_missed_in_a_picture_is_hidden_there_all_the_same() -> None:
    walk = {index: found(("person", 0.8, (100.0 + 10 * index, 100, 140.0 + 10 * index, 200))) for index in range(10) if index not in (4, 5)}
    redaction = searched(walk, 10)
    for index in range(10):
        assert covers(redaction.boxes_at(index / RATE), 120 + 10 * index, 150)
    assert covers(redaction.boxes_at(0.9), 120 + 10 * 4.5, 110)  # also between two pictures that were searched
    assert covers(redaction.boxes_at(9 / RATE + 0.4), 210, 150)
    assert redaction.boxes_at(9 / RATE + 2.0) == []


def test_someone_seen_once_and_doubtfully_is_hidden_too() -> None:
    redaction = searched({3: found(("person", 0.13, (10, 10, 30, 60)))}, 8)
    assert covers(redaction.boxes_at(3 / RATE), 20, 30)
    assert redaction.count("person") == 1


def test_where_a_plate_can_be_read_it_is_hidden_and_roofs_and_dogs_are_not() -> None:
    seen = found(("car", 0.9, (100, 100, 300, 260)), ("car", 0.9, (400, 20, 440, 50)), ("dog", 0.9, (500, 200, 560, 260)))
    boxes = searched(dict.fromkeys(range(4), seen), 4).boxes_at(0.4)
    assert covers(boxes, 200, 230)
    assert not covers(boxes, 200, 120)
    assert not covers(boxes, 420, 45)  # 40 px wide: no letters to read
    assert not covers(boxes, 530, 230)


def test_a_model_that_knows_plates_hides_only_them() -> None:
    names = ("person", "car", "plate")
    boxes = hidden_boxes(found(("car", 0.9, (100, 100, 300, 260)), ("plate", 0.5, (180, 220, 220, 235)), names=names))
    assert covers(boxes, 200, 228)
    assert not covers(boxes, 120, 228)


@pytest.mark.parametrize(("confidence", "guessed"), [(0.9, False), (0.3, True)], ids=["sure", "doubtful"])
def test_a_plate_found_surely_stands_for_the_guess_and_a_doubtful_one_is_hidden_besides(confidence: float, guessed: bool) -> None:
    car = dict.fromkeys(range(4), found(("car", 0.9, (100, 100, 300, 260))))
    plate = dict.fromkeys(range(4), found(("plate", confidence, (180, 220, 220, 235)), names=("plate",)))
    search = RedactionSearch(RecordedDetector(car, NAMES), open_tracker(RATE, 0.25), plates=RecordedDetector(plate, ("plate",)))
    for index in range(4):
        search.look(Frame("gate", index, index / RATE, np.zeros((360, 640, 3), np.uint8)))
    boxes = search.result().boxes_at(0.4)
    assert covers(boxes, 200, 228)
    assert covers(boxes, 120, 228) == guessed


def test_what_is_hidden_holds_no_detail_and_the_rest_is_untouched() -> None:
    image = np.random.default_rng(1).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    before = image.copy()
    hide(image, [(40.0, 40.0, 140.0, 190.0), (-30.0, 200.0, 20.0, 400.0), (500.0, 500.0, 600.0, 600.0)])
    assert len(np.unique(image[40:190, 40:140].reshape(-1, 3), axis=0)) <= CELLS * (round(150 / (100 / CELLS)) + 1)
    assert np.array_equal(image[:, 150:], before[:, 150:])
    assert np.array_equal(image[:39], before[:39])
    assert not np.array_equal(image[230:, :20], before[230:, :20])


def test_a_picture_nobody_could_search_is_veiled_as_a_whole() -> None:
    image = np.random.default_rng(1).integers(0, 255, (240, 320, 3)).astype(np.uint8)
    veiled = veil(image)
    assert veiled.shape == image.shape
    assert len(np.unique(veiled.reshape(-1, 3), axis=0)) <= 32 * 43
    assert mosaic(image[:4, :4], 5).shape == (4, 4, 3)


def test_what_was_found_is_read_back_for_the_same_model_only() -> None:
    redaction = searched({index: found(("person", 0.8, (100, 100, 140, 200))) for index in range(5)}, 5)
    again = redaction_from_json(redaction.to_json(), redaction.model)
    assert again is not None
    assert np.array(again.boxes_at(0.5)) == pytest.approx(np.array(redaction.boxes_at(0.5)), abs=0.1)
    assert again.count("person") == 1
    assert redaction_from_json(redaction.to_json(), "sha256:other") is None
    assert redaction_from_json({"version": 0}, redaction.model) is None
