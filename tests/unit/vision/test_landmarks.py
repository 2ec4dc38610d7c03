"""A camera that was moved since its calibration is noticed by its landmarks; light, passers-by and night are no move."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim import FixedCamera, Stage, read_scene
from sim.scenes.view import FixedView
from vision.landmarks import LOOKS, DriftAlarm, Landmarks

Image = NDArray[np.uint8]


@cache
def street() -> Image:
    scene = read_scene("red_light")
    part = next(one for one in scene.cameras if isinstance(one, FixedCamera))
    return np.asarray(FixedView(Stage(scene), part).picture(0.0, 0), dtype=np.uint8)


def turned(image: Image, across_px: float, degrees: float = 0.0) -> Image:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn[0, 2] += across_px
    return np.asarray(cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def looks(pictures: list[Image]) -> list[bool]:
    alarm = DriftAlarm(Landmarks(street()))
    return [alarm.look(picture) for picture in pictures]


def test_a_moved_camera_is_told_after_a_few_looks_and_withdrawn_when_it_is_back() -> None:
    moved = turned(street(), 0.03 * street().shape[1])
    assert looks([street()] * 2 + [moved] * (LOOKS + 1) + [street()] * LOOKS) == [False] * (LOOKS + 1) + [True] * (LOOKS + 1) + [False]


def test_a_camera_that_sags_on_its_arm_is_noticed() -> None:
    assert looks([turned(street(), 0.0, degrees=3.0)] * LOOKS)[-1]


def test_dusk_a_passing_lorry_and_a_smaller_stream_are_no_move() -> None:
    height, width = street().shape[:2]
    dusk = np.clip(street() * 0.45 + 8, 0, 255).astype(np.uint8)
    lorry = street().copy()
    lorry[height // 3 : 2 * height // 3, width // 4 : width // 2] = 140
    small = np.asarray(cv2.resize(street(), (width // 2, height // 2), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert looks([dusk, dusk, dusk, lorry, lorry, lorry, small, small, small]) == [False] * 9


def test_where_nothing_is_seen_nothing_is_said() -> None:
    night = np.full_like(street(), 4)
    assert Landmarks(street()).shift(night) is None
    moved = turned(street(), 0.03 * street().shape[1])
    assert looks([moved] * LOOKS + [night] * 5) == [False] * (LOOKS - 1) + [True] * 6
