"""A pose corrected by the orthophoto under it: places come nearer, their accuracy says so, and where nothing fits nothing is said."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, radius_95_m
from tests.support.drawn_ground import picture_of, spotted_ground
from vision import CameraView, Frame, GroundImage, register
from vision.posed_ground import PosedCamera

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
METRES_A_PX = 0.12
LENS = CameraIntrinsics.from_horizontal_fov(1280, 720, 65.0)
PIXELS = [(200.0, 200.0), (1000.0, 200.0), (640.0, 400.0), (250.0, 600.0), (1050.0, 650.0)]


def orthophoto(seed: int = 1) -> GroundImage:
    """Of another day: darker, softer."""
    image = spotted_ground(seed=seed)
    other_day = cv2.GaussianBlur(np.clip(image * 0.7 + 20.0, 1, 255).astype(np.uint8), (0, 0), 0.8)
    side_m = image.shape[0] * METRES_A_PX
    return GroundImage(np.asarray(other_day, np.uint8), FRAME, (-side_m / 2, side_m / 2), METRES_A_PX, 0.1)


def flight(index: int) -> tuple[CameraView, CameraView]:
    """The true view, and the told one with errors of its stated size."""
    random = np.random.default_rng(index)
    east, north = random.uniform(-50, 50, 2)
    heading, pitch = random.uniform(0, 360), random.uniform(-88, -55)
    true = CameraView(CameraPose(FRAME.place(east, north), 60.0, heading, pitch), LENS)
    off = random.normal(0.0, 1.0, 6)
    pose = CameraPose(
        FRAME.place(east + 1.5 * off[0], north + 1.5 * off[1]),
        60.0 + 1.5 * off[2],
        (heading + 2.0 * off[3]) % 360.0,
        pitch + 0.8 * off[4],
        0.8 * off[5],
        position_sigma_m=1.5,
        height_sigma_m=1.5,
        tilt_sigma_deg=0.8,
        heading_sigma_deg=2.0,
    )
    return true, CameraView(pose, LENS, focal_sigma=0.01)


def filmed(true: CameraView, seed: int = 1) -> Frame:
    noise = np.random.default_rng(5).normal(0.0, 4.0, (720, 1280, 3))
    image = np.clip(picture_of(true, spotted_ground(seed=seed), FRAME, METRES_A_PX) + noise, 0, 255).astype(np.uint8)
    return Frame("film", 0, 0.0, image)


def errors_m(true: CameraView, other: CameraView) -> tuple[list[float], list[float], list[bool]]:
    """Of some pixels: metres off, the accuracy stated, and whether the truth lies in the ellipse."""
    off, stated, inside = [], [], []
    for pixel in PIXELS:
        right, found = PosedCamera(FRAME, true).ray(pixel), PosedCamera(FRAME, other).ray(pixel)
        assert right is not None
        assert found is not None
        difference: NDArray[np.float64] = right.en_m - found.en_m
        covariance = found.systematic_m @ found.systematic_m.T
        off.append(float(np.hypot(*difference)))
        stated.append(radius_95_m(covariance))
        inside.append(bool(difference @ np.linalg.solve(covariance, difference) <= 5.991))
    return off, stated, inside


def test_places_come_from_metres_to_decimetres_and_their_accuracy_with_them() -> None:
    before, after, stated, inside = [], [], [], []
    for index in range(6):
        true, told = flight(index)
        found = register(filmed(true), told, orthophoto())
        assert found is not None
        assert found.residual_px < 2.0
        before += errors_m(true, told)[0]
        off, accuracy, within = errors_m(true, found.view)
        after, stated, inside = after + off, stated + accuracy, inside + within
    assert np.median(before) > 1.5
    assert np.median(after) < 0.2
    assert np.percentile(after, 95) < 0.5
    assert np.median(stated) < 0.6
    assert np.mean(inside) >= 0.9, "and is honest"


@pytest.mark.parametrize("ground", [orthophoto(seed=2), "black"], ids=["of another place", "unknown ground"])
def test_where_the_orthophoto_does_not_show_this_ground_nothing_is_said(ground: GroundImage | str) -> None:
    true, told = flight(0)
    if isinstance(ground, str):
        ground = GroundImage(np.zeros((400, 400, 3), np.uint8), FRAME, (-50.0, 50.0), 0.25, 0.1)
    assert register(filmed(true), told, ground) is None


def test_fog_and_a_pose_beyond_its_own_doubt_are_left_alone() -> None:
    _, told = flight(1)
    fog = Frame("film", 0, 0.0, np.full((720, 1280, 3), 180, np.uint8))
    assert register(fog, told, orthophoto()) is None
    sure = CameraView(CameraPose(FRAME.place(25.0, 0.0), 60.0, 0.0, -80.0, 0.0, 0.1, 0.1, 0.05, 0.05), LENS)
    elsewhere = CameraView(CameraPose(FRAME.place(-25.0, 0.0), 60.0, 0.0, -80.0), LENS)
    assert register(filmed(elsewhere), sure, orthophoto()) is None
