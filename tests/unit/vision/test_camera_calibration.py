"""A fixed camera from points on its picture and on the map, against the simulator's own camera."""

from collections.abc import Sequence

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat, VisionError, distance_m
from geo.terrain import first_contact
from sim.projection import Camera
from tests.support.ground import ground
from vision import ControlPoint, Frame, Known, calibrate_camera, ground_of

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
SIZE_PX = (1280, 720)
PICTURE = Frame("x", 0, 0.0, np.zeros((720, 1280, 3), np.uint8))


def pole(pitch_deg: float = -24.0, k1: float = 0.0, hfov_deg: float = 70.0) -> Camera:
    return Camera(3.0, -4.0, 8.0, 30.0, pitch_deg, hfov_deg, *SIZE_PX, 2.0, k1)


def seen_by(camera: Camera, pixel: Sequence[float]) -> LonLat:
    ray = np.append(camera.straightened(np.array([pixel]))[0], 1.0) @ camera.world_to_camera()[:, :3]
    reach = -camera.height_m / ray[2]
    return FRAME.place(camera.east_m + reach * float(ray[0]), camera.north_m + reach * float(ray[1]))


def marked(camera: Camera, count: int, seed: int = 0, click_px: float = 1.0) -> list[ControlPoint]:
    random = np.random.default_rng(seed)
    spread = [(150, 690), (1150, 680), (240, 300), (1050, 290), (640, 480), (420, 380), (900, 560), (620, 270), (300, 560), (820, 330)]
    spread += [(80, 450), (1230, 420), (640, 700), (700, 360)]
    clicks = [np.array(pixel) + random.normal(0.0, click_px, 2) for pixel in spread[:count]]
    return [ControlPoint((float(u), float(v)), seen_by(camera, pixel)) for (u, v), pixel in zip(clicks, spread, strict=False)]


@pytest.mark.parametrize(("count", "k1"), [(5, 0.0), (8, 0.0), (14, -0.22)], ids=["five points", "eight points", "a bent lens"])
def test_the_camera_is_found_with_its_lens(count: int, k1: float) -> None:
    found = calibrate_camera(marked(pole(k1=k1), count), SIZE_PX, survey_sigma_m=0.05)
    assert found.kind == "pinhole"
    assert found.view is not None
    pose, lens = found.view.pose, found.view.intrinsics
    assert FRAME.offset_m(pose.position) == pytest.approx((3.0, -4.0), abs=0.5)
    assert pose.height_m == pytest.approx(8.0, abs=0.4)
    assert (pose.heading_deg, pose.pitch_deg, pose.roll_deg) == pytest.approx((30.0, -24.0, 2.0), abs=1.0)
    assert np.degrees(2 * np.arctan(640 / lens.focal_px)) == pytest.approx(70.0, abs=2.5)
    assert lens.k1 == pytest.approx(k1, abs=0.06)
    assert found.residual_px < 3.0


def test_a_bent_lens_no_longer_bends_the_places() -> None:
    camera = pole(k1=-0.12, hfov_deg=90.0)
    found = calibrate_camera(marked(camera, 14, click_px=0.3), SIZE_PX, survey_sigma_m=0.02)
    fix = found.ground.locate(PICTURE, (1195.0, 400.0, 1205.0, 520.0))
    assert fix is not None
    assert found.ground.local is not None
    assert distance_m(found.ground.local.place(*map(float, fix.en_m)), seen_by(camera, (1200.0, 520.0))) < 0.3


@pytest.mark.parametrize("pitch_deg", [-24.0, -60.0, -89.5])
def test_places_lie_within_what_is_stated_whatever_the_points_leave_open(pitch_deg: float) -> None:
    inside = 0
    camera = Camera(3.0, -4.0, 30.0, 30.0, pitch_deg, 70.0, *SIZE_PX, 0.0) if pitch_deg < -50 else pole(pitch_deg)
    for seed in range(12):
        found = calibrate_camera(marked(camera, 6, seed, click_px=1.5), SIZE_PX, survey_sigma_m=0.01, judged=False)
        fix = found.ground.locate(PICTURE, (699.0, 399.0, 701.0, 401.0))
        assert fix is not None
        assert found.ground.local is not None
        inside += distance_m(found.ground.local.place(*map(float, fix.en_m)), seen_by(camera, (700.0, 400.0 + 0.0))) <= fix.accuracy_m
    assert inside >= 9


def test_a_point_with_the_wrong_place_is_named_and_does_no_harm() -> None:
    points = marked(pole(), 9)
    points[4] = ControlPoint(points[4].px, FRAME.place(40.0, 60.0))
    found = calibrate_camera(points, SIZE_PX, survey_sigma_m=0.05)
    assert [one.used for one in found.points] == [row != 4 for row in range(9)]
    assert found.residual_px < 3.0
    assert found.points[4].left_out_m is not None
    assert found.points[4].left_out_m > 10.0


def test_each_point_is_predicted_by_the_others() -> None:
    found = calibrate_camera(marked(pole(), 8, click_px=0.5), SIZE_PX, survey_sigma_m=0.05)
    errors = [one.left_out_m for one in found.points]
    assert None not in errors
    assert max(error for error in errors if error is not None) < 5.0
    assert all(one.left_out_px is None for one in calibrate_camera(marked(pole(), 4), SIZE_PX).points), "four points leave none out"


def test_what_is_known_of_the_camera_helps_where_points_do_not_tell() -> None:
    camera = Camera(0.0, 0.0, 30.0, 0.0, -89.0, 70.0, *SIZE_PX)
    found = calibrate_camera(marked(camera, 6, click_px=0.3), SIZE_PX, survey_sigma_m=0.02, known=Known(AKTAU, 70.0))
    assert found.view is not None
    assert found.view.pose.height_m == pytest.approx(30.0, abs=3.0)


def test_a_picture_no_pinhole_makes_is_a_homography() -> None:
    # Squeezed to half its width: no lens with square pixels sees so.
    points = [ControlPoint((point.px[0] * 0.4, point.px[1]), point.lonlat) for point in marked(pole(), 10, click_px=0.3)]
    found = calibrate_camera(points, (512, 720), survey_sigma_m=0.02)
    assert found.kind == "homography"
    assert found.view is None
    assert found.residual_px < 2.0
    assert all(one.left_out_m is not None and one.left_out_m < 2.0 for one in found.points)


def test_points_on_a_line_are_refused() -> None:
    camera = pole()
    line = [ControlPoint((100.0 + 150 * n, 500.0), seen_by(camera, (100.0 + 150 * n, 500.0))) for n in range(6)]
    with pytest.raises(VisionError, match="on a line"):
        calibrate_camera(line, SIZE_PX)


def test_a_calibration_on_record_is_fitted_with_what_is_known() -> None:
    points = [{"px": list(point.px), "lonlat": list(point.lonlat.as_tuple())} for point in marked(pole(), 7)]
    known = {"position": list(FRAME.place(3.0, -4.0).as_tuple()), "hfov_deg": 70.0}
    ground = ground_of({"image_size_px": list(SIZE_PX), "points": points, "known": known}, name="gate")
    assert ground.local is not None
    assert distance_m(ground.local.origin, FRAME.place(3.0, -4.0)) < 1.0


def hill_m(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    return np.asarray(50.0 + 0.06 * north + 1.5 * np.sin(east / 18.0) * np.cos(north / 25.0))


HILLSIDE = ground(AKTAU, hill_m, step_m=2.0, half_side_m=160.0)


def on_the_hillside(pixel: Sequence[float]) -> LonLat:
    """Where a camera on a pole of 8 m sees the hill rise before it."""
    camera = pole(-14.0)
    foot_m = float(HILLSIDE.heights_amsl_m(FRAME.to_lonlat_deg([[camera.east_m, camera.north_m]]))[0])
    ray = np.append(camera.straightened(np.array([pixel]))[0], 1.0) @ camera.world_to_camera()[:, :3]
    hit = first_contact(HILLSIDE, FRAME, np.array([camera.east_m, camera.north_m, foot_m + 8.0]), ray, 150.0)
    assert hit is not None
    return FRAME.place(*map(float, hit.en_m))


def test_before_a_hillside_places_lie_on_the_hill_and_level_ground_would_be_metres_off() -> None:
    random = np.random.default_rng(3)
    pixels = [(150, 690), (1150, 680), (240, 300), (1050, 330), (640, 480), (420, 380), (900, 560), (620, 300), (300, 560), (820, 330)]
    points = [ControlPoint((float(u + random.normal()), float(v + random.normal())), on_the_hillside((u, v))) for u, v in pixels]
    over_relief = calibrate_camera(points, SIZE_PX, survey_sigma_m=0.05, heights=HILLSIDE)
    level = calibrate_camera(points, SIZE_PX, survey_sigma_m=0.05)
    assert over_relief.view is not None
    assert over_relief.view.pose.amsl_m is not None
    assert over_relief.residual_px < 2.5
    off: dict[str, list[float]] = {"relief": [], "level": []}
    inside = []
    for pixel in [(500.0, 330.0), (1000.0, 400.0), (300.0, 420.0), (700.0, 560.0), (760.0, 340.0), (1100.0, 500.0)]:
        for name, found in (("relief", over_relief), ("level", level)):
            fix = found.ground.locate(PICTURE, (*pixel, *pixel))
            assert fix is not None
            assert found.ground.local is not None
            off[name].append(distance_m(found.ground.local.place(*map(float, fix.en_m)), on_the_hillside(pixel)))
            if name == "relief":
                inside.append(off[name][-1] <= fix.accuracy_m)
    assert np.median(off["relief"]) < 0.5
    assert max(off["relief"]) < max(off["level"]) / 2
    assert sum(inside) >= 5


def test_where_the_model_says_level_the_camera_is_the_one_over_level_ground() -> None:
    flat = ground(AKTAU, lambda east, north: np.full_like(east, 20.0))
    points = marked(pole(), 8)
    with_model, without = calibrate_camera(points, SIZE_PX, heights=flat), calibrate_camera(points, SIZE_PX)
    assert with_model.view == without.view


def test_a_camera_of_known_pose_places_things_on_its_elevation_model() -> None:
    slope = ground(AKTAU, lambda east, north: 50.0 + 0.1 * north, step_m=2.0, half_side_m=160.0)
    camera = {"position": [51.16, 43.65], "height_m": 10.0, "heading_deg": 0.0, "pitch_deg": -20.0, "hfov_deg": 60.0}
    calibration = {"image_size_px": SIZE_PX, "camera": camera}
    for heights, north_m in ((None, 10.0 / np.tan(np.radians(20.0))), (slope, 10.0 / (np.tan(np.radians(20.0)) + 0.1))):
        fix = ground_of(calibration, name="gate", heights=heights).locate(PICTURE, (640.0, 360.0, 640.0, 360.0))
        assert fix is not None
        assert fix.en_m[1] == pytest.approx(north_m, abs=0.05)
