"""GSD, footprint, spacing: the worked example of the anchors and the limits."""

import pytest

from geo.primitives import MissionError
from missions import CAMERA_MODELS, camera_model
from missions.planning.gsd import camera_footprint, ground_sample_distance_m, height_for_gsd_m, spacing_m

PHANTOM = CAMERA_MODELS["dji-phantom-4-pro"]  # 13.2 x 8.8 mm, f 8.8 mm, 5472 x 3648


def test_worked_example_at_100_metres() -> None:
    footprint = camera_footprint(PHANTOM, 100.0)
    assert ground_sample_distance_m(PHANTOM, 100.0) * 100 == pytest.approx(2.7412, abs=1e-4)
    assert (footprint.across_m, footprint.along_m) == pytest.approx((150.0, 100.0))
    assert spacing_m(footprint.along_m, 0.75) == pytest.approx(25.0)
    assert spacing_m(footprint.across_m, 0.65) == pytest.approx(52.5)


@pytest.mark.parametrize("camera", CAMERA_MODELS.values(), ids=CAMERA_MODELS)
def test_height_and_ground_sample_distance_are_inverse(camera: object) -> None:
    model = camera_model(camera.id)  # type: ignore[attr-defined]
    assert ground_sample_distance_m(model, height_for_gsd_m(model, 0.03)) == pytest.approx(0.03, rel=1e-12)


@pytest.mark.parametrize("camera", CAMERA_MODELS.values(), ids=CAMERA_MODELS)
def test_pixels_are_square_and_the_long_side_is_across(camera: object) -> None:
    model = camera_model(camera.id)  # type: ignore[attr-defined]
    across_px = model.sensor_width_mm / model.image_width_px
    assert model.sensor_height_mm / model.image_height_px == pytest.approx(across_px, rel=0.03)
    assert model.sensor_width_mm > model.sensor_height_mm
    assert model.min_interval_s > 0.0


def test_the_simulated_camera_sees_60_degrees() -> None:
    camera = CAMERA_MODELS["sunqar-sim-nadir"]
    footprint = camera_footprint(camera, 100.0)
    assert footprint.across_m == pytest.approx(115.47, abs=0.01)
    assert (camera.image_width_px, camera.image_height_px) == (960, 540)


def test_there_are_enough_cameras_and_an_unknown_one_lists_them() -> None:
    assert len(CAMERA_MODELS) >= 12
    with pytest.raises(MissionError, match="no camera 'pinhole'") as refusal:
        camera_model("pinhole")
    assert "dji-mavic-3e" in refusal.value.hint


@pytest.mark.parametrize("height_m", [0.0, -5.0, float("nan")])
def test_heights_must_be_above_zero(height_m: float) -> None:
    with pytest.raises(MissionError, match="not above zero"):
        camera_footprint(PHANTOM, height_m)


@pytest.mark.parametrize("overlap", [-0.1, 1.0, 75.0])
def test_overlap_is_a_fraction(overlap: float) -> None:
    with pytest.raises(MissionError, match=r"0\.75 for 75 %|not between"):
        spacing_m(100.0, overlap)
