"""How the camera of a simulated drone moved, by what its autopilot tells and by its pictures, against the truth of the simulator."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose
from sim import FrameTruth, SceneRecording, Stage, read_scene
from vision import CameraMotion, CameraView, Frame
from vision.camera_motion import telemetry_shift
from vision.tracking.camera_shift import CameraShift, moved_points

EVERY = 5  # 5 pictures a second
PICTURES = 10
QUICK_TURN_PX = 100.0  # a twelfth of the picture in a fifth of a second: flow alone does not find that again


@dataclass(frozen=True, slots=True)
class Filmed:
    frame: Frame  # with the pose the autopilot tells
    true_view: CameraView
    boxes_px: NDArray[np.float32]


@pytest.fixture(scope="module")
def flight() -> list[Filmed]:
    """A copter that follows a fibre route and turns its camera on the way."""
    scene = read_scene("fibre_patrol")
    camera = scene.camera("gimbal")
    assert camera is not None
    seen = []
    for _, frame in zip(range(EVERY * PICTURES), SceneRecording(Stage(scene), camera).frames(), strict=False):
        if frame.truth.frame % EVERY == 0:
            truth = frame.truth
            boxes = np.array([one.bbox_px for one in truth.objects], np.float32).reshape(-1, 4)
            told = Frame("drone", truth.frame, truth.time_s, frame.image, None, _told(truth))
            seen.append(Filmed(told, _true(truth), boxes))
    return seen


def _view(truth: FrameTruth, pose: CameraPose) -> CameraView:
    lens = truth.camera
    return CameraView(pose, CameraIntrinsics.from_horizontal_fov(lens.width_px, lens.height_px, lens.hfov_deg))


def _told(truth: FrameTruth) -> CameraView:
    told = truth.told
    return _view(truth, CameraPose(told.place, told.height_m, told.heading_deg, told.pitch_deg))


def _true(truth: FrameTruth) -> CameraView:
    camera = truth.camera
    return _view(truth, CameraPose(truth.camera_place, camera.height_m, camera.heading_deg, camera.pitch_deg, camera.roll_deg))


def _errors_px(flight: list[Filmed], shifts: list[CameraShift | None]) -> list[float]:
    """Of a grid of ground points, the median of each step."""
    grid = np.stack(np.meshgrid(np.linspace(100, 1180, 6), np.linspace(200, 650, 4)), axis=-1).reshape(-1, 2)
    errors = []
    for before, now, shift in zip(flight, flight[1:], shifts[1:], strict=False):
        truth = telemetry_shift(_seen_from(before, before.true_view), _seen_from(now, now.true_view))
        assert truth is not None
        off = moved_points(np.eye(3) if shift is None else shift, grid) - moved_points(truth, grid)
        errors.append(float(np.median(np.hypot(*off.T))))
    return errors


def _seen_from(filmed: Filmed, view: CameraView | None) -> Frame:
    frame = filmed.frame
    return Frame(frame.source, frame.index, frame.time_s, frame.image, None, view)


def _steps(flight: list[Filmed], frames: list[Frame]) -> list[CameraShift | None]:
    motion = CameraMotion()
    return [motion.step(frame, filmed.boxes_px) for filmed, frame in zip(flight, frames, strict=True)]


def test_the_camera_moves_far_between_two_pictures(flight: list[Filmed]) -> None:
    assert np.median(_errors_px(flight, [None] * len(flight))) > 10.0


def test_telemetry_alone_tells_the_motion_to_a_few_pixels(flight: list[Filmed]) -> None:
    dark = np.zeros_like(flight[0].frame.image)  # a picture in which nothing is to be seen
    frames = [Frame("drone", one.frame.index, one.frame.time_s, dark, None, one.frame.view) for one in flight]
    assert max(_errors_px(flight, _steps(flight, frames))) < 4.0


def test_the_pictures_stand_in_where_there_is_no_telemetry(flight: list[Filmed]) -> None:
    errors = _errors_px(flight, _steps(flight, [_seen_from(one, None) for one in flight]))
    after_the_turn = [error for error, moved in zip(errors, _errors_px(flight, [None] * len(flight)), strict=True) if moved < QUICK_TURN_PX]
    assert len(after_the_turn) >= 3
    assert max(after_the_turn) < 1.0


def test_both_together_are_better_than_telemetry_alone(flight: list[Filmed]) -> None:
    told: list[CameraShift | None] = [None, *(telemetry_shift(a.frame, b.frame) for a, b in pairwise(flight))]
    assert max(_errors_px(flight, _steps(flight, [one.frame for one in flight]))) < min(1.0, max(_errors_px(flight, told)))


def test_a_cut_to_another_picture_is_no_motion(flight: list[Filmed]) -> None:
    frame = flight[0].frame
    noise = np.random.default_rng(1).integers(0, 255, frame.image.shape, np.uint8)
    motion = CameraMotion()
    motion.step(Frame("file", 0, 0.0, frame.image), flight[0].boxes_px)
    assert motion.step(Frame("file", 1, 0.2, noise), np.zeros((0, 4), np.float32)) is None


def test_a_picture_that_changes_its_size_starts_anew(flight: list[Filmed]) -> None:
    frame = flight[0].frame
    motion = CameraMotion()
    motion.step(Frame("file", 0, 0.0, frame.image), flight[0].boxes_px)
    assert motion.step(Frame("file", 1, 0.2, frame.image[::2, ::2].copy()), (flight[0].boxes_px / 2).astype(np.float32)) is None
