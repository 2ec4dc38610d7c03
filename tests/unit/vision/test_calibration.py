"""Calibration by control points: what it accepts, what it refuses, what it admits about its accuracy."""

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat, VisionError
from vision import CalibratedPlane, ControlPoint, Frame

ORIGIN = LonLat(51.16, 43.65)
PICTURE = Frame("x", 0, 0.0, np.zeros((1000, 1000, 3), np.uint8))


def _nadir(pixels: list[tuple[float, float]]) -> list[ControlPoint]:
    """A map-like picture: 0.1 m a pixel, north up, its centre at the origin."""
    local = LocalFrame(ORIGIN)
    return [ControlPoint(px, local.place((px[0] - 500) * 0.1, (500 - px[1]) * 0.1)) for px in pixels]


CORNERS = [(300.0, 300.0), (700.0, 300.0), (700.0, 700.0), (300.0, 700.0)]


def test_three_points_are_too_few() -> None:
    with pytest.raises(VisionError, match="3 points") as raised:
        CalibratedPlane(_nadir(CORNERS[:3]), (1000, 1000))
    assert raised.value.code == "vision.calibration_points"


def test_points_on_a_line_are_refused() -> None:
    with pytest.raises(VisionError, match="on a line"):
        CalibratedPlane(_nadir([(100.0, 100.0), (200.0, 200.0), (300.0, 300.0), (400.0, 400.0)]), (1000, 1000))


def test_box_in_a_map_like_picture_is_placed_by_its_centre() -> None:
    plane = CalibratedPlane(_nadir(CORNERS), (1000, 1000))
    fix = plane.locate(PICTURE, (580.0, 380.0, 620.0, 420.0))
    assert fix is not None
    assert plane.local is not None
    place = plane.local.place(*fix.en_m)
    assert LocalFrame(ORIGIN).offset_m(place) == pytest.approx((10.0, 10.0), abs=0.01)


def test_accuracy_falls_off_outside_the_points() -> None:
    plane = CalibratedPlane(_nadir(CORNERS), (1000, 1000))
    fixes = [plane.locate(PICTURE, (at - 10, at - 10, at + 10, at + 10)) for at in (500.0, 720.0, 850.0, 980.0)]
    accuracies = [fix.accuracy_m for fix in fixes if fix is not None]
    assert len(accuracies) == 4
    assert accuracies == sorted(accuracies)
    assert accuracies[-1] > 1.5 * accuracies[0]


def test_picture_of_half_the_size_gives_the_same_place() -> None:
    plane = CalibratedPlane(_nadir(CORNERS), (1000, 1000))
    half = Frame("x", 0, 0.0, np.zeros((500, 500, 3), np.uint8))
    whole_fix, half_fix = plane.locate(PICTURE, (580, 380, 620, 420)), plane.locate(half, (290, 190, 310, 210))
    assert whole_fix is not None
    assert half_fix is not None
    assert half_fix.en_m == pytest.approx(whole_fix.en_m)


def test_one_wrong_point_among_many_is_left_out() -> None:
    pixels = [*CORNERS, (500.0, 300.0), (300.0, 500.0), (520.0, 640.0), (640.0, 480.0)]
    points = _nadir(pixels)
    points[5] = ControlPoint((420.0, 560.0), points[5].lonlat)
    plane = CalibratedPlane(points, (1000, 1000))
    assert plane.outliers == (5,)
    assert plane.residual_px < 0.1
