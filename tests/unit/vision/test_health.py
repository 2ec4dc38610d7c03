"""Troubles of a camera that still sends pictures: told when they last, withdrawn when they are over, and none in real footage."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision import BgrImage, PictureHealth

VIDEOS = ("overhead_highway.mp4", "intel_car_detection.mp4", "town_pedestrians.mp4")
Change = Callable[[BgrImage], BgrImage]


def pictures(path: Path, a_second: float = 2.0) -> list[BgrImage]:
    video = cv2.VideoCapture(str(path))
    rate = video.get(cv2.CAP_PROP_FPS)
    found: list[BgrImage] = []
    index = 0
    while (read := video.read())[0]:
        if index >= len(found) * rate / a_second:
            found.append(cv2.resize(read[1], (320, 180), interpolation=cv2.INTER_AREA))
        index += 1
    return found


@pytest.fixture(scope="module", params=VIDEOS)
def footage(request: pytest.FixtureRequest, shared_data: Path) -> list[BgrImage]:
    return pictures(shared_data / "traffic-video" / request.param)


def to_and_fro(footage: list[BgrImage]) -> Iterator[BgrImage]:
    while True:
        yield from footage
        yield from footage[-2:0:-1]


def blurred(image: BgrImage) -> BgrImage:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.012 * image.shape[1]), dtype=np.uint8)


def turned(image: BgrImage) -> BgrImage:
    """Knocked askew."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((0.6 * width, 0.5 * height), 14.0, 1.1)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def dark(image: BgrImage) -> BgrImage:
    return (image * 0.08).astype(np.uint8)


def covered(image: BgrImage) -> BgrImage:
    shade = np.linspace(60, 90, image.shape[1])[None, :, None]
    return np.broadcast_to(shade, image.shape).astype(np.uint8)


def dusk(image: BgrImage) -> BgrImage:
    return (image * 0.45).astype(np.uint8)


def haze(image: BgrImage) -> BgrImage:
    return (image * 0.35 + 130).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "told"),
    [(blurred, "defocused"), (turned, "turned"), (dark, "dark"), (covered, "covered")],
    ids=lambda value: str(value)[:20],
)
def test_what_befalls_a_camera_is_told_once_it_lasts_and_withdrawn_once_it_is_over(
    footage: list[BgrImage], change: Change, told: str
) -> None:
    health, film = PictureHealth(), to_and_fro(footage)
    for second in range(60):
        assert health.look(next(film), second) == ()
    assert health.look(change(next(film)), 60) == (), "one picture is no trouble"
    for second in range(61, 75):
        troubles = health.look(change(next(film)), second)
    assert troubles == (told,)
    for second in range(75, 90):
        troubles = health.look(next(film), second)
    assert troubles == ()


@pytest.mark.parametrize("change", [dusk, haze], ids=["dusk", "haze"])
def test_weather_and_light_are_no_trouble(footage: list[BgrImage], change: Change) -> None:
    health, film = PictureHealth(), to_and_fro(footage)
    for second in range(40):
        health.look(next(film), second)
    assert [troubles for second in range(40, 80) if (troubles := health.look(change(next(film)), second))] == []


def test_the_same_picture_again_and_again_is_frozen_unless_the_source_may_stand_still(footage: list[BgrImage]) -> None:
    fixed, carried = PictureHealth(), PictureHealth(fixed=False)
    for second in range(30):
        troubles = fixed.look(footage[0], second), carried.look(footage[0], second)
    assert troubles == (("frozen",), ())
    for second in range(30, 60):
        troubles = fixed.look(footage[1 + second % 2], second), ()
    assert troubles[0] == ()


def test_a_carried_camera_may_turn(footage: list[BgrImage]) -> None:
    health, film = PictureHealth(fixed=False), to_and_fro(footage)
    for second in range(40):
        health.look(next(film), second)
    assert [troubles for second in range(40, 70) if "turned" in (troubles := health.look(turned(next(film)), second))] == []
