"""Pixels to ground and back, and how accuracy behaves."""

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, distance_m
from vision import CalibratedPlane, CameraView, ControlPoint, Frame, ground_to_pixel, pixel_to_ground
from vision.posed_ground import PosedCamera

LENS = CameraIntrinsics.from_horizontal_fov(960, 540, 60.0)
AKTAU = LonLat(51.16, 43.65)

poses = st.builds(
    CameraPose,
    position=st.just(AKTAU),
    height_m=st.floats(5, 300),
    heading_deg=st.floats(0, 360),
    pitch_deg=st.floats(-90, -25),
    roll_deg=st.floats(-20, 20),
)
pixels = st.tuples(st.floats(0, 960), st.floats(270, 540))


@given(poses, pixels)
def test_a_pixel_projected_to_the_ground_and_back_is_the_same_pixel(pose: CameraPose, pixel: tuple[float, float]) -> None:
    camera = PosedCamera(LocalFrame(AKTAU), CameraView(pose, LENS))
    ray = camera.ray(pixel)
    assume(ray is not None)
    assert ray is not None
    assert np.abs(camera.project(ray.en_m)[0] - pixel).max() <= 1e-6


@given(poses, pixels, st.floats(1.05, 3.0))
def test_accuracy_is_worse_from_higher_up(pose: CameraPose, pixel: tuple[float, float], factor: float) -> None:
    higher = CameraPose(AKTAU, pose.height_m * factor, pose.heading_deg, pose.pitch_deg, pose.roll_deg)
    low, high = (pixel_to_ground(CameraView(p, LENS), pixel) for p in (pose, higher))
    assume(low is not None and high is not None)
    assert low is not None
    assert high is not None
    assert high.accuracy_m > low.accuracy_m


@given(poses)
def test_stated_accuracy_covers_a_turned_camera(pose: CameraPose) -> None:
    """A camera off by one sigma in each cause moves the place by less than the 95 % radius."""
    view = CameraView(pose, LENS)
    place = pixel_to_ground(view, LENS.centre_px)
    assume(place is not None)
    assert place is not None
    off = CameraPose(AKTAU, pose.height_m + 1.0, pose.heading_deg, max(-90.0, pose.pitch_deg - 0.5), pose.roll_deg)
    moved = pixel_to_ground(CameraView(off, LENS), LENS.centre_px)
    assert moved is not None
    assert distance_m(place.position, moved.position) <= place.accuracy_m


@pytest.mark.parametrize(("pitch_deg", "pixel"), [(0.0, (480.0, 100.0)), (-10.0, (480.0, 0.0)), (45.0, (480.0, 270.0))])
def test_rays_at_or_above_the_horizon_have_no_place(pitch_deg: float, pixel: tuple[float, float]) -> None:
    assert pixel_to_ground(CameraView(CameraPose(AKTAU, 30.0, 0.0, pitch_deg), LENS), pixel) is None


def test_picture_of_a_nadir_camera_has_the_heading_at_its_top() -> None:
    view = CameraView(CameraPose(AKTAU, 50.0, 90.0, -90.0), LENS)
    top = pixel_to_ground(view, (480.0, 100.0))
    assert top is not None
    east, north = LocalFrame(AKTAU).offset_m(top.position)
    assert east == pytest.approx(170.0 / LENS.focal_px * 50.0, abs=1e-6)
    assert north == pytest.approx(0.0, abs=1e-6)
    assert ground_to_pixel(view, top.position) == pytest.approx((480.0, 100.0), abs=1e-5)


def _oblique() -> PosedCamera:
    return PosedCamera(LocalFrame(AKTAU), CameraView(CameraPose(AKTAU, 8.0, 30.0, -25.0), LENS))


def _control(pixels_px: list[tuple[float, float]], noise_px: float = 0.0, seed: int = 1) -> list[ControlPoint]:
    camera, noise = _oblique(), np.random.default_rng(seed).normal(0, noise_px or 1e-9, (len(pixels_px), 2))
    points = []
    for pixel, shift in zip(pixels_px, noise, strict=True):
        ray = camera.ray(pixel)
        assert ray is not None
        points.append(ControlPoint((pixel[0] + shift[0], pixel[1] + shift[1]), camera.local.place(*ray.en_m)))
    return points


SPREAD = [(100.0, 520.0), (860.0, 500.0), (150.0, 200.0), (800.0, 180.0), (480.0, 350.0), (300.0, 450.0), (700.0, 260.0)]


@given(st.floats(120, 840), st.floats(190, 520))
def test_homography_agrees_with_the_camera_that_made_it(u: float, v: float) -> None:
    plane, ray = CalibratedPlane(_control(SPREAD), (960, 540)), _oblique().ray((u, v))
    found = plane.ray((u, v))
    assert ray is not None
    assert found is not None
    truth = plane.local.to_en_m([_oblique().local.place(*ray.en_m).as_tuple()])[0]
    assert np.hypot(*(found.en_m - truth)) < 0.01


@given(st.integers(0, 200))
def test_homography_error_stays_within_twice_its_stated_accuracy(seed: int) -> None:
    plane = CalibratedPlane(_control(SPREAD, noise_px=1.5, seed=seed), (960, 540), survey_sigma_m=0.0)
    frame = Frame("x", 0, 0.0, np.zeros((540, 960, 3), np.uint8))
    box = (460.0, 250.0, 500.0, 300.0)
    fix, ray = plane.locate(frame, box), _oblique().ray((480.0, 300.0))
    assert fix is not None
    assert ray is not None
    truth = plane.local.to_en_m([_oblique().local.place(*ray.en_m).as_tuple()])[0]
    assert np.hypot(*(fix.en_m - truth)) < 2 * fix.accuracy_m
