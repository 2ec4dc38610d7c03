"""Things that are hidden for longer than a tracker remembers, on recorded detections and the real trackers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vision import CameraMotion, Detections, Frame, Pipeline, RecordedDetector, Track, TrackedBox, open_tracker
from vision.tracking.camera_shift import CameraShift

NAMES = ("person", "car")
RATE_HZ = 10.0
SIZE = (40.0, 24.0)
RED, BLUE = (40, 40, 200), (200, 60, 40)
HIDDEN = range(20, 42)  # 2.2 s: a tracker's memory is one


class Seen:
    """A box of one colour per frame, at a place for each frame; None where it is hidden."""

    def __init__(self, places: dict[int, tuple[float, float]], colour: tuple[int, int, int] = RED, class_id: int = 1) -> None:
        self.places, self.colour, self.class_id = places, colour, class_id


class ToldMotion(CameraMotion):
    """A camera whose way is known: it slides by `step_px` to the right in each frame, so the picture slides left."""

    def __init__(self, step_px: float) -> None:
        super().__init__()
        self._shift: CameraShift = np.array([[1.0, 0.0, -step_px], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

    def step(self, frame: Frame, boxes_px: NDArray[np.float32]) -> CameraShift | None:
        return self._shift if frame.index else None


def _straight(start: tuple[float, float], step: tuple[float, float], frames: range) -> dict[int, tuple[float, float]]:
    return {index: (start[0] + step[0] * index, start[1] + step[1] * index) for index in frames}


def _follow(things: list[Seen], frames: int, *, camera: CameraMotion | None = None) -> tuple[list[Track], list[tuple[TrackedBox, ...]]]:
    recorded, images = {}, []
    for index in range(frames):
        image = np.full((240, 640, 3), 120, np.uint8)
        here = [thing for thing in things if index in thing.places]
        boxes = [(x - SIZE[0] / 2, y - SIZE[1] / 2, x + SIZE[0] / 2, y + SIZE[1] / 2) for x, y in (thing.places[index] for thing in here)]
        for (x1, y1, x2, y2), thing in zip(boxes, here, strict=True):
            image[max(0, round(y1)) : round(y2), max(0, round(x1)) : round(x2)] = thing.colour
        classes = np.array([thing.class_id for thing in here], np.int64)
        recorded[index] = Detections(np.array(boxes, np.float32).reshape(-1, 4), np.full(len(here), 0.8, np.float32), classes, NAMES)
        images.append(image)
    pipeline = Pipeline(RecordedDetector(recorded, NAMES), open_tracker(RATE_HZ, 0.3), camera=camera)
    finished, shown = [], []
    for index, image in enumerate(images):
        result = pipeline.process(Frame("cam", index, index / RATE_HZ, image))
        finished += result.finished
        shown.append(result.boxes)
    return finished + list(pipeline.finish()), shown


def _visible(frames: int) -> list[int]:
    return [index for index in range(frames) if index not in HIDDEN]


def test_a_car_hidden_for_longer_than_the_trackers_memory_is_still_one_track() -> None:
    way = _straight((60, 120), (6, 0), range(80))
    (track,), shown = _follow([Seen({index: way[index] for index in _visible(80)})], 80)
    assert track.first.time_s < 0.2
    assert track.last.time_s == pytest.approx(7.9)
    assert {box.track_id for boxes in shown for box in boxes if box.confirmed} == {track.track_id}


def test_the_moment_of_the_joining_tells_which_number_was_given_up() -> None:
    way = _straight((60, 120), (6, 0), range(80))
    (track,), shown = _follow([Seen({index: way[index] for index in _visible(80)})], 80)
    given_up = [box.joined for boxes in shown for box in boxes if box.joined is not None]
    assert len(given_up) == 1
    assert given_up[0] != track.track_id
    assert given_up[0] in {box.track_id for boxes in shown for box in boxes}


def test_a_car_that_brakes_behind_a_bus_is_still_one_track() -> None:
    places = {index: (60.0 + 8 * index, 120.0) for index in range(HIDDEN.start)}
    stop_x, gap_s = 60.0 + 8 * (HIDDEN.start - 1) + 8 * 10 * 2.3 / 2, HIDDEN.stop
    places |= dict.fromkeys(range(gap_s, 80), (stop_x, 120.0))
    tracks, _ = _follow([Seen(places)], 80)
    assert len(tracks) == 1


@pytest.mark.parametrize(
    ("comes_back", "why"),
    [
        (Seen(_straight((60, 120), (6, 0), range(HIDDEN.stop, 80)), BLUE), "another colour"),
        (Seen(_straight((560, 120), (-6, 0), range(HIDDEN.stop, 80))), "the other direction"),
        (Seen(_straight((60, 190), (6, 0), range(HIDDEN.stop, 80))), "another lane"),
        (Seen(_straight((60, 120), (6, 0), range(HIDDEN.stop, 80)), class_id=0), "another kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_the_same_thing_gets_a_number_of_its_own(comes_back: Seen, why: str) -> None:
    tracks, _ = _follow([Seen(_straight((60, 120), (6, 0), range(HIDDEN.start))), comes_back], 80)
    assert len(tracks) == 2, why


def test_two_cars_that_may_each_be_the_one_are_left_alone() -> None:
    lost = [Seen(_straight((60, y), (6, 0), range(HIDDEN.start))) for y in (108, 134)]
    tracks, _ = _follow([*lost, Seen(_straight((60, 121), (6, 0), range(HIDDEN.stop, 80)))], 80)
    assert len(tracks) == 3


def test_one_that_left_by_the_edge_is_not_the_next_that_enters_there() -> None:
    leaves = _straight((640 - 6.0 * 19, 120), (6, 0), range(20))
    enters = {index: (640 - 3.0 * (index - HIDDEN.stop), 120.0) for index in range(HIDDEN.stop, 80)}
    tracks, _ = _follow([Seen(leaves), Seen(enters)], 80)
    assert len(tracks) == 2


def test_a_parked_car_hidden_under_a_flying_camera_is_still_one_track() -> None:
    slide = 5.0
    way = _straight((560, 120), (-slide, 0), range(80))
    tracks, _ = _follow([Seen({index: way[index] for index in _visible(80)})], 80, camera=ToldMotion(slide))
    assert len(tracks) == 1
