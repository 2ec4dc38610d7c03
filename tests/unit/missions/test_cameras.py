"""The camera catalogue, cameras of one's own, and photos that would be smeared."""

from pathlib import Path

import pytest

from geo.primitives import LonLat, MissionError
from missions import CAMERA_MODELS, PlanContext, SurveyRequest, SurveyStatistics, known_cameras, plan_survey, read_camera
from missions.planning.camera import Shutter
from missions.planning.gsd import motion_blur_px, sharp_speed_mps

FIELD = tuple(LonLat(lon, lat) for lon, lat in ((51.160, 43.650), (51.161, 43.650), (51.161, 43.651), (51.160, 43.651)))
HOME = LonLat(51.1595, 43.6495)
OWN = """
[lab-camera]
name = "Laboratory camera"
sensor_width_mm = 13.2
sensor_height_mm = 8.8
focal_length_mm = 10.0
image_width_px = 5472
image_height_px = 3648
min_interval_s = 0.5
shutter = "global"
exposure_s = 0.004
"""


def codes(request: SurveyRequest, context: PlanContext | None = None) -> set[str]:
    return {finding.code for finding in plan_survey(request, context).findings if finding.severity == "error"}


def test_the_catalogue_holds_the_usual_cameras_and_says_how_their_shutters_work() -> None:
    assert len(CAMERA_MODELS) >= 45
    assert CAMERA_MODELS["dji-mavic-3e"].shutter is Shutter.MECHANICAL
    assert {camera.to_json()["shutter"] for camera in CAMERA_MODELS.values()} == {"mechanical", "global", "rolling"}


def test_every_camera_says_what_it_was_compared_with() -> None:
    assert all(camera.source for camera in CAMERA_MODELS.values())


def test_hung_upright_the_long_side_lies_along_the_flight_and_the_scale_stays() -> None:
    wide = plan_survey(SurveyRequest(polygon=FIELD, camera="dji-mavic-3e", gsd_cm=2.0, home=HOME)).statistics
    high = plan_survey(SurveyRequest(polygon=FIELD, camera="dji-mavic-3e", gsd_cm=2.0, home=HOME, orientation="portrait")).statistics
    assert isinstance(wide, SurveyStatistics)
    assert isinstance(high, SurveyStatistics)
    assert high.footprint_across_m == pytest.approx(wide.footprint_along_m, rel=0.01)
    assert high.footprint_along_m == pytest.approx(wide.footprint_across_m, rel=0.01)
    assert high.altitude_m == pytest.approx(wide.altitude_m, rel=0.01)
    assert high.covered_share > 0.995


def test_several_faults_of_a_camera_are_said_at_once() -> None:
    members = {"sensor_width_mm": 13.2, "sensor_height_mm": True, "image_width_px": 5472, "image_height_px": 0, "min_interval_s": 1}
    faults = read_camera("mine", members)
    assert isinstance(faults, list)
    assert {fault.member for fault in faults} == {"sensor_height_mm", "image_height_px", "focal_length_mm"}


def test_a_speed_that_smears_the_photos_is_refused_with_one_that_does_not() -> None:
    request = SurveyRequest(polygon=FIELD, camera="dji-mavic-3e", gsd_cm=0.5, speed_mps=5.2, home=HOME, front_overlap=0.3)
    result = plan_survey(request)
    finding = next(finding for finding in result.findings if finding.code == "motion_blur")
    assert "Fly at 5.0 m/s or slower" in finding.message
    slower = plan_survey(SurveyRequest(polygon=FIELD, camera="dji-mavic-3e", gsd_cm=0.5, home=HOME, front_overlap=0.3))
    assert slower.statistics is not None
    assert slower.statistics.speed_mps <= 5.0


def test_blur_is_what_the_ground_moves_while_the_shutter_is_open() -> None:
    camera = CAMERA_MODELS["dji-mavic-3e"]
    assert motion_blur_px(camera, 0.02, 10.0) == pytest.approx(0.5)
    assert motion_blur_px(camera, 0.02, sharp_speed_mps(camera, 0.02)) == pytest.approx(1.0)


def test_cameras_of_ones_own_are_planned_with(tmp_path: Path) -> None:
    (tmp_path / "cameras.toml").write_text(OWN)
    cameras = known_cameras(tmp_path / "cameras.toml")
    assert cameras["lab-camera"].exposure_s == 0.004
    assert set(CAMERA_MODELS) < set(cameras)
    request = SurveyRequest(polygon=FIELD, camera="lab-camera", gsd_cm=2.0, speed_mps=8.0, home=HOME)
    assert codes(request) == {"camera_unknown"}
    assert codes(request, PlanContext(cameras=cameras)) == {"motion_blur"}
    assert known_cameras(tmp_path / "none.toml") == CAMERA_MODELS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("focal_length_mm = 10.0", ""), "camera 'lab-camera' lacks its focal_length_mm"),
        (("10.0", "-3"), "focal_length_mm -3, no number above zero"),
        (("10.0", "nan"), "focal_length_mm nan, no number above zero"),
        (("10.0", "1e6"), "focal_length_mm 1e+06; at most 5000 is believed"),
        (("5472", "5472.5"), "image_width_px 5472.5, no whole number"),
        (("sensor_width_mm = 13.2", "sensor_width_mm = 23.5"), "pixels 4.29 um wide and 2.41 um high"),
        (("exposure_s", "exposure"), "the member 'exposure', which no camera has"),
        (('"global"', '"leaf"'), "the shutter 'leaf'"),
        (('"Laboratory camera"', "7"), "the name 7, no text"),
        (("[lab-camera]", "[lab-camera"), "is not TOML"),
    ],
)
def test_a_wrong_camera_file_is_refused_by_camera_and_member(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (tmp_path / "cameras.toml").write_text(OWN.replace(*change))
    with pytest.raises(MissionError) as refused:
        known_cameras(tmp_path / "cameras.toml")
    assert said in refused.value.message
