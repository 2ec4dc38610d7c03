"""A drone over a crossing that a fixed camera watches: the cars both see calibrate it; nobody says which is which."""

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat, VisionError, distance_m
from sim.projection import Camera
from vision import Frame, GroundWay, PixelWay, calibrate_by_pass

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
SIZE_PX = (1280, 720)
POLE = Camera(0.0, -30.0, 9.0, 0.0, -18.0, 66.0, *SIZE_PX, 0.0)
DRONE_OFF_M = (1.1, -0.7)  # what all its places share
# From, to (metres east and north), and when it started. Two come along the same road one after the other.
DRIVES = [
    ((-25.0, 2.0), (25.0, 2.0), 0.0),
    ((-25.0, 2.0), (25.0, 2.0), 4.5),
    ((24.0, 6.0), (-24.0, 6.0), 2.0),
    ((2.0, 60.0), (2.0, -8.0), 1.0),
    ((-2.0, -6.0), (-2.0, 60.0), 6.0),
]
SPEED_MPS = 8.0


def driven(drive: tuple[tuple[float, float], tuple[float, float], float]) -> tuple[np.ndarray, np.ndarray]:
    start, end, at_s = drive
    way = np.array(end) - start
    length = float(np.hypot(*way))
    times = np.arange(0.0, length / SPEED_MPS, 0.2)
    return 1000.0 + at_s + times, np.array(start) + np.outer(times * SPEED_MPS / length, way)


def seen_by_drone(drives: list[int], seed: int = 0) -> list[GroundWay]:
    random = np.random.default_rng(seed)
    ways = []
    for index in drives:
        at_s, en_m = driven(DRIVES[index])
        ways.append(GroundWay(at_s + 0.07, FRAME.to_lonlat_deg(en_m + DRONE_OFF_M + random.normal(0.0, 0.2, en_m.shape)), "car"))
    return ways


def seen_by_pole(drives: list[int], seed: int = 1) -> list[PixelWay]:
    random = np.random.default_rng(seed)
    ways = []
    for index in drives:
        at_s, en_m = driven(DRIVES[index])
        px = np.array([POLE.pixel_of(*place) or (np.nan, np.nan) for place in en_m])
        inside = (px > 0).all(axis=1) & (px < SIZE_PX).all(axis=1)
        if inside.sum() > 10:
            ways.append(PixelWay(at_s[inside], (px + random.normal(0.0, 2.0, px.shape))[inside], "car"))
    return ways


def test_the_cars_of_a_crossing_calibrate_the_camera() -> None:
    found = calibrate_by_pass(seen_by_pole([0, 1, 2, 3, 4]), seen_by_drone([3, 1, 4, 0, 2]), SIZE_PX, drone_sigma_m=1.0)
    assert set(found.pairs) <= {(0, 3), (1, 1), (2, 4), (3, 0), (4, 2)}
    assert len(found.pairs) >= 4
    frame = Frame("pole", 0, 0.0, np.zeros((720, 1280, 3), np.uint8))
    for place in [(-10.0, 2.0), (12.0, 6.0), (2.0, 25.0)]:
        pixel = POLE.pixel_of(*place)
        assert pixel is not None
        fix = found.fit.ground.locate(frame, (*pixel, *pixel))
        assert fix is not None
        assert found.fit.ground.local is not None
        off_m = distance_m(found.fit.ground.local.place(*map(float, fix.en_m)), FRAME.place(*place))
        assert off_m < 2.5, "the drone's own error is in it"
        assert off_m <= fix.accuracy_m
        assert fix.accuracy_m > 2.0, "and stays in what is stated"


def test_things_only_one_of_them_saw_do_no_harm() -> None:
    found = calibrate_by_pass(seen_by_pole([0, 2, 3]), seen_by_drone([3, 4, 1, 2, 0]), SIZE_PX, drone_sigma_m=1.0)
    assert set(found.pairs) == {(0, 4), (1, 3), (2, 0)}


@pytest.mark.parametrize(
    ("fixed", "drone", "why"),
    [
        ([], [0, 3], "nothing move"),
        ([0], [0], "fewer than three"),
        ([0, 1, 2], [0, 1, 2], "calibrates nothing"),
        ([0, 1, 2], [3, 4], "calibrates nothing"),
    ],
    ids=["nothing seen", "one car", "one road", "others"],
)
def test_what_cannot_be_told_is_refused_with_the_reason(fixed: list[int], drone: list[int], why: str) -> None:
    with pytest.raises(VisionError, match=why):
        calibrate_by_pass(seen_by_pole(fixed), seen_by_drone(drone), SIZE_PX, drone_sigma_m=1.0)


def test_clocks_that_disagree_by_seconds_calibrate_nothing() -> None:
    late = [GroundWay(way.at_s + 5.0, way.lonlat_deg, way.label) for way in seen_by_drone([0, 2, 3, 4])]
    with pytest.raises(VisionError):
        calibrate_by_pass(seen_by_pole([0, 2, 3, 4]), late, SIZE_PX, drone_sigma_m=1.0)
