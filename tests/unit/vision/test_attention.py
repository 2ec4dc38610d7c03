"""Few looks of the detector, the same things found: on drawn pictures whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vision import Attention, CadencePlan, Detections, Detector, Frame, Pipeline, Track, Window, open_tracker
from vision.scheduling.box_flow import BoxFlow
from vision.scheduling.cadence import Cadence, Known
from vision.scheduling.motion_gate import Motion, MotionGate
from vision.scheduling.regions import inside, windows_around

RATE_HZ = 8.0
WIDTH, HEIGHT = 320, 180
ROAD = np.random.default_rng(7).integers(70, 110, (HEIGHT, WIDTH)).astype(np.uint8)
CAR = np.kron(np.random.default_rng(8).integers(150, 255, (6, 9)).astype(np.uint8), np.ones((5, 5), np.uint8))  # 30 x 45 px
NOTHING = np.zeros((0, 4), np.float32)


def _picture(*corners: tuple[float, float]) -> np.ndarray:
    grey = ROAD.copy()
    for x, y in corners:
        left, top = round(x), round(y)
        seen = CAR[max(0, -top) : HEIGHT - top, max(0, -left) : max(0, WIDTH - left)]
        left = min(left, WIDTH)
        grey[max(0, top) : max(0, top) + seen.shape[0], max(0, left) : max(0, left) + seen.shape[1]] = seen
    return grey


def _coloured(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[:, :, None], 3, axis=2)


class _Truth:
    """`Detector` that knows where the drawn cars are, and counts how often it is asked."""

    model, names = "sha256:drawn", ("car",)

    def __init__(self, cars: "list[list[tuple[float, float]]]", misses: tuple[int, ...] = ()) -> None:
        self.cars, self.misses, self.asked_at = cars, misses, list[int]()
        self.windows: list[tuple[Window, ...]] = []

    @property
    def asked(self) -> int:
        return len(self.asked_at)

    def detect(self, frame: Frame) -> Detections:
        self.asked_at.append(frame.index)
        self.windows.append(frame.windows)
        corners = [] if self.asked in self.misses else [(x, y) for x, y in self.cars[frame.index] if -20 < x < WIDTH - 25]
        boxes = [[max(0.0, x), y, min(float(WIDTH), x + 45), y + 30] for x, y in corners]
        count = len(boxes)
        return Detections(
            np.array(boxes, np.float32).reshape(-1, 4), np.full(count, 0.8, np.float32), np.zeros(count, np.int64), self.names
        )

    def detect_many(self, frames: "list[Frame] | tuple[Frame, ...]") -> list[Detections]:
        return [self.detect(frame) for frame in frames]


def _run(detector: _Truth, plan: CadencePlan) -> list[Track]:
    typed: Detector = detector  # type: ignore[assignment]
    attention = Attention(pipeline := Pipeline(typed, open_tracker(RATE_HZ, 0.3)), plan)
    done: list[Track] = []
    for index, corners in enumerate(detector.cars):
        done.extend(attention.process(Frame("road", index, index / RATE_HZ, _coloured(_picture(*corners)))).finished)
    return [*done, *pipeline.finish()]


def test_a_car_is_one_whole_track_although_the_detector_looks_at_few_pictures() -> None:
    detector = _Truth([[(8.0 * index - 40, 60.0)] if 2 <= index < 48 else [] for index in range(80)])
    (track,) = _run(detector, CadencePlan(active_hz=2.0))
    assert detector.asked < 40
    assert track.first.time_s < 1.5
    assert track.last.time_s > 5.0
    for point in track.points:
        assert point.bbox_px[2] == pytest.approx(min(WIDTH, 8.0 * point.frame_index + 5), abs=6)
    assert any(not point.measured for point in track.points)


def test_a_parked_car_stays_one_track_while_the_detector_rests() -> None:
    detector = _Truth([[(100.0, 60.0)]] * 240)
    (track,) = _run(detector, CadencePlan(active_hz=4.0, idle_s=5.0))
    assert track.last.time_s - track.first.time_s > 28
    assert detector.asked < 16  # the first second, then one look in five


def test_an_established_car_that_the_detector_misses_once_is_carried_through() -> None:
    cars = [[(5.0 * index, 60.0)] for index in range(50)]
    (track,) = _run(_Truth(cars, misses=(8,)), CadencePlan(active_hz=2.0))
    gaps = np.diff([point.time_s for point in track.points])
    assert gaps.max() == pytest.approx(1 / RATE_HZ)


def test_what_is_only_carried_is_never_confirmed() -> None:
    cars = [[(100.0, 60.0)]] * 60
    detector = _Truth(cars, misses=tuple(range(2, 60)))
    assert _run(detector, CadencePlan(active_hz=1.0, fixed=False)) == []


def test_something_new_is_looked_at_before_its_turn() -> None:
    cars: list[list[tuple[float, float]]] = [[(100.0, 20.0)]] * 41 + [[(100.0, 20.0), (6.0 * index, 100.0)] for index in range(20)]
    detector = _Truth(cars)
    _run(detector, CadencePlan(active_hz=0.5, surprised_s=0.12, idle_s=60.0))
    assert [index for index in detector.asked_at if 10 < index < 41] == []
    assert any(41 <= index <= 43 for index in detector.asked_at)


def test_looks_that_find_nothing_come_more_seldom_until_something_else_moves() -> None:
    cadence, flag = Cadence(CadencePlan(active_hz=4.0, idle_s=60.0)), np.zeros((60, 80), np.uint8)
    flag[10:20, 10:20] = 1
    looks_s: list[float] = []
    for index in range(160):
        time_s = index / 16.0
        moving = flag.copy()
        if time_s > 8.3:
            moving[40:50, 60:70] = 1
        if cadence.due(time_s, Motion(moving), Known(NOTHING, np.zeros(0), np.zeros(0, np.int64), NOTHING)) is not None:
            looks_s.append(time_s)
            cadence.looked(time_s, found=False)
    assert np.diff([time_s for time_s in looks_s if 3.0 < time_s < 8.3]) == pytest.approx(1.0, abs=0.1)
    assert any(8.3 < time_s < 8.5 for time_s in looks_s)


@pytest.mark.parametrize(("agreed", "due_s"), [(0, 0.25), (2, 0.25), (3, 0.5), (9, 0.5)])
def test_what_its_motion_carries_to_where_the_detector_finds_it_is_looked_at_half_as_often(agreed: int, due_s: float) -> None:
    cadence, box = Cadence(CadencePlan(active_hz=4.0, idle_s=60.0)), np.array([[10.0, 10.0, 30.0, 30.0]], np.float32)
    moving = np.zeros((60, 80), np.uint8)
    moving[12:28, 12:28] = 1
    cadence.looked(0.0, found=True)
    known = Known(box, np.zeros(1), np.array([agreed]), box)
    times_s = [index / 20.0 for index in range(1, 20)]
    assert next(time_s for time_s in times_s if cadence.due(time_s, Motion(moving), known) is not None) == pytest.approx(due_s)


def test_only_the_part_of_the_picture_where_something_happens_is_looked_at() -> None:
    cars: list[list[tuple[float, float]]] = [[] if index < 12 else [(4.0 * index - 20, 20.0)] for index in range(40)]
    detector = _Truth(cars)
    (track,) = _run(detector, CadencePlan(active_hz=4.0, idle_s=60.0))
    assert track.measured >= 3
    shares = [sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in windows) / (WIDTH * HEIGHT) for windows in detector.windows[1:]]
    assert shares
    assert all(0.0 < share < 0.5 for share in shares)


def test_enforcement_looks_at_whole_pictures_alone() -> None:
    cars: list[list[tuple[float, float]]] = [[] if index < 12 else [(4.0 * index - 20, 20.0)] for index in range(24)]
    detector = _Truth(cars)
    _run(detector, CadencePlan(active_hz=1000.0, idle_s=60.0, windows=False))
    assert len(detector.windows) > 8
    assert not any(detector.windows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.5), st.floats(0.01, 0.5)), min_size=1, max_size=12),
    st.sampled_from([(640, 360), (1920, 1080), (480, 640), (321, 243)]),
)
def test_windows_show_all_they_were_asked_for_and_lie_in_the_picture(
    places: list[tuple[float, float, float, float]], size_px: tuple[int, int]
) -> None:
    width, height = size_px
    boxes = np.array([[x * width, y * height, min(1.0, x + w) * width, min(1.0, y + h) * height] for x, y, w, h in places], np.float32)
    windows = windows_around(boxes, size_px)
    assert inside(boxes, windows, size_px).all()
    assert all(0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height for x1, y1, x2, y2 in windows)
    assert sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in windows) <= width * height


def test_leaves_that_never_are_anything_stop_waking_the_gate() -> None:
    gate, noise, last = MotionGate(), np.random.default_rng(1), []
    for index in range(240):
        grey = ROAD.copy()
        grey[20:60, 200:260] = np.kron(noise.integers(0, 255, (8, 12)), np.ones((5, 5))).astype(np.uint8)
        last.append(gate.look(grey, index / RATE_HZ, NOTHING))
    assert last[4].any
    assert not any(motion.any for motion in last[-20:])
    assert gate.look(_picture((40.0, 100.0)), 240 / RATE_HZ, NOTHING).any


def test_a_change_of_light_is_not_a_thing() -> None:
    gate = MotionGate()
    for index in range(20):
        gate.look(ROAD, index / RATE_HZ, NOTHING)
    brighter = (ROAD.astype(np.int16) + 25).astype(np.uint8)
    assert len(gate.look(brighter, 20 / RATE_HZ, NOTHING).outside(NOTHING)) == 0


@settings(max_examples=30, deadline=None)
@given(st.floats(-14, 14), st.floats(-9, 9))
def test_a_box_goes_where_its_pixels_go(right_px: float, down_px: float) -> None:
    flow = BoxFlow()
    flow.see(_picture((120.0, 70.0)))
    flow.see(_picture((120.0 + right_px, 70.0 + down_px)))
    boxes, followed = flow.carry(np.array([[120, 70, 165, 100]], np.float32))
    assert followed.all()
    assert boxes[0, :2] == pytest.approx([120 + round(right_px), 70 + round(down_px)], abs=2.0)


def test_a_box_whose_thing_is_gone_is_not_followed() -> None:
    flow = BoxFlow()
    flow.see(_picture((120.0, 70.0)))
    flow.see(np.full((HEIGHT, WIDTH), 90, np.uint8))
    _, followed = flow.carry(np.array([[120, 70, 165, 100]], np.float32))
    assert not followed.any()
