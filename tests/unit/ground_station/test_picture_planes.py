"""Pictures made into colours only where they are asked for look as those made whole."""

import av
import cv2
import numpy as np
import pytest

from ground_station.video.pictures import Upright
from ground_station.video.planes import PlanarPicture

WIDTH, HEIGHT = 320, 180


def _frame(format_name: str, colorspace: int, color_range: int) -> av.VideoFrame:
    """Soft colours, coded as a camera would code them."""
    across, down = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    image = np.stack([255 * across, 255 * down, 255 * (1 - across) * down], axis=-1).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(image, format="bgr24")
    coded = frame.reformat(format=format_name, dst_colorspace=colorspace, dst_color_range=color_range)
    coded.colorspace, coded.color_range = colorspace, color_range
    return coded


@pytest.mark.parametrize(
    ("format_name", "colorspace", "color_range"),
    [("yuv420p", 5, 1), ("yuv420p", 1, 1), ("yuv420p", 1, 2), ("yuvj420p", 5, 2), ("yuv422p", 5, 1), ("yuv444p", 1, 1)],
)
def test_a_part_has_the_colours_of_the_whole(format_name: str, colorspace: int, color_range: int) -> None:
    picture = Upright(live=False, shown="x").picture(_frame(format_name, colorspace, color_range))
    assert isinstance(picture, PlanarPicture)
    window = (40, 20, 240, 160)
    expected = cv2.resize(picture.bgr()[20:160, 40:240], (100, 70), interpolation=cv2.INTER_AREA)
    assert np.abs(picture.part(window, (100, 70)).astype(int) - expected).mean() < 3.0


def test_brightness_is_the_pictures_own() -> None:
    picture = Upright(live=False, shown="x").picture(_frame("yuv420p", 5, 2))
    grey = cv2.cvtColor(picture.bgr(), cv2.COLOR_BGR2GRAY)
    assert np.abs(picture.grey((WIDTH, HEIGHT)).astype(int) - grey).mean() < 2.0


def test_the_whole_is_made_once() -> None:
    picture = Upright(live=False, shown="x").picture(_frame("yuv420p", 5, 1))
    assert picture.bgr() is picture.bgr()
