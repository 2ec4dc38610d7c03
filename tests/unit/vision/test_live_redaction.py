"""A stream as it comes: pictures wait for a look while something moves, and nobody is seen before, between or after the looks."""

import numpy as np

from tests.unit.vision.test_redaction import NAMES, covers, found
from vision import Detections, Frame, LiveRedaction, RecordedDetector, RedactionSearch, open_tracker

FRAMES_PER_SECOND, LOOK_EVERY = 20.0, 4
SIZE = (360, 640)


def walker(index: int) -> tuple[float, float, float, float]:
    return (100.0 + 3 * index, 100.0, 140.0 + 3 * index, 200.0)


def picture(index: int, *, moving: bool = True) -> np.ndarray:
    luma = np.full(SIZE, 90, np.uint8)
    if moving:
        x1, y1, x2, y2 = (int(side) for side in walker(index))
        luma[y1:y2, x1:x2] = 230
    return luma


def redaction_of(by_frame: dict[int, Detections], *, fixed: bool = True) -> LiveRedaction:
    search = RedactionSearch(RecordedDetector(by_frame, NAMES), open_tracker(FRAMES_PER_SECOND / LOOK_EVERY, 0.25))
    return LiveRedaction(search, fixed=fixed)


def play(redaction: LiveRedaction, pictures: list[np.ndarray]) -> tuple[dict[int, list[tuple[float, float, float, float]]], list[int]]:
    """What is hidden in each picture shown, and which were searched."""
    shown: dict[int, list[tuple[float, float, float, float]]] = {}
    held: list[int] = []
    searched: list[int] = []
    for index, luma in enumerate(pictures):
        redaction.see(luma, index / FRAMES_PER_SECOND)
        held.append(index)
        if redaction.needs_look(index / FRAMES_PER_SECOND):
            if searched and index - searched[-1] < LOOK_EVERY:
                continue
            redaction.look(Frame("gate", index, index / FRAMES_PER_SECOND, np.repeat(luma[..., None], 3, axis=2)))
            searched.append(index)
        shown |= {number: redaction.boxes_at(number / FRAMES_PER_SECOND) for number in held}
        held.clear()
    return shown, searched


def test_who_walks_in_between_two_looks_is_hidden_from_the_first_picture_on() -> None:
    seen = {index: found(("person", 0.8, walker(index))) for index in range(40, 80)}
    shown, searched = play(redaction_of(seen), [picture(index, moving=index >= 41) for index in range(80)])
    assert searched[0] == 0
    for index in shown.keys() & set(range(41, 80)):
        x1, _, x2, _ = walker(index)
        assert covers(shown[index], x1, 150)
        assert covers(shown[index], x2, 150)
    assert len(shown) > 74


def test_in_a_view_where_nothing_moves_pictures_wait_for_nothing_and_looks_are_few() -> None:
    still = found(("person", 0.8, walker(0)))
    shown, searched = play(redaction_of(dict.fromkeys(range(200), still)), [picture(0)] * 200)
    assert len(shown) == 200
    assert len(searched) < 12
    assert all(covers(boxes, 120, 150) for boxes in shown.values())


def test_who_is_missed_in_a_look_stays_hidden_and_who_has_left_does_not_for_ever() -> None:
    seen = {index: found(("person", 0.8, walker(index))) for index in range(30) if index not in range(10, 16)}
    shown, _ = play(redaction_of(seen), [picture(index, moving=index < 30) for index in range(120)])
    for index in shown.keys() & set(range(28)):
        assert covers(shown[index], sum(walker(index)[::2]) / 2, 150)
    assert shown[119] == []


def test_a_camera_that_moves_is_searched_whether_or_not_a_thing_moves() -> None:
    _, searched = play(redaction_of({}, fixed=False), [picture(0)] * 40)
    assert searched == list(range(0, 40, LOOK_EVERY))


def test_nothing_may_be_shown_before_the_first_look() -> None:
    redaction = redaction_of({})
    redaction.see(picture(0), 0.0)
    assert redaction.needs_look(0.0)
