"""The ground in a picture as a polygon: what the camera looks at is in it, what lies behind it or beyond the horizon is not."""

import pytest

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat
from vision import CameraView, PosedGround, seen_ground, usual_view

AKTAU = LonLat(51.16, 43.65)
SIZE = (640, 360)


def inside(corners: tuple[LonLat, ...], east_m: float, north_m: float) -> bool:
    """Counter-clockwise or clockwise: a place in a convex polygon lies on the same side of every edge."""
    points = [LocalFrame(AKTAU).offset_m(corner) for corner in corners]
    turns = [
        (bx - ax) * (north_m - ay) - (by - ay) * (east_m - ax) for (ax, ay), (bx, by) in zip(points, (*points[1:], points[0]), strict=True)
    ]
    return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


@pytest.mark.parametrize(("heading_deg", "ahead"), [(0.0, (0.0, 40.0)), (90.0, (40.0, 0.0)), (225.0, (-28.0, -28.0))])
def test_a_camera_on_a_pole_sees_ahead_and_not_behind(heading_deg: float, ahead: tuple[float, float]) -> None:
    corners = usual_view(AKTAU, heading_deg, 60.0, SIZE)
    assert inside(corners, *ahead)
    assert not inside(corners, -ahead[0], -ahead[1])
    assert not inside(corners, 20 * ahead[0], 20 * ahead[1])


def test_a_drone_looking_down_sees_the_ground_below() -> None:
    view = CameraView(CameraPose(AKTAU, 100.0, 0.0, -90.0), CameraIntrinsics.from_horizontal_fov(*SIZE, 60.0))
    corners = seen_ground(PosedGround(), SIZE, view)
    assert inside(corners, 0.0, 0.0)
    assert inside(corners, 50.0, 25.0)  # half the width is 57.7 m
    assert not inside(corners, 65.0, 0.0)
    assert not inside(corners, 0.0, 40.0)


def test_a_camera_that_looks_at_the_sky_sees_no_ground() -> None:
    view = CameraView(CameraPose(AKTAU, 10.0, 0.0, 40.0), CameraIntrinsics.from_horizontal_fov(*SIZE, 60.0))
    assert seen_ground(PosedGround(), SIZE, view) == ()
