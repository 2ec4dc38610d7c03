"""A real orthophoto of a field under a film of it: read from its own projection, it brings the poses right."""

from pathlib import Path

import numpy as np
import pytest

from geo.primitives import CameraIntrinsics, CameraPose, GeoError, LocalFrame, LonLat
from ground_station.camera_telemetry import OrthophotoFile, OrthophotoRefiner
from tests.support.drawn_ground import picture_of
from vision import CameraView, Frame

LENS = CameraIntrinsics.from_horizontal_fov(960, 540, 60.0)


def middle_of(path: Path) -> LonLat:
    import rasterio
    from rasterio.warp import transform_bounds

    with rasterio.open(path) as file:
        west, south, east, north = transform_bounds(file.crs, "EPSG:4326", *file.bounds)
    return LonLat((west + east) / 2, (south + north) / 2)


def test_poses_over_a_real_field_are_corrected_and_the_correction_is_held(shared_data: Path) -> None:
    path = shared_data / "raster" / "uav_orthophoto_rgb.tif"
    middle = middle_of(path)
    local, file = LocalFrame(middle), OrthophotoFile(path)
    ground = file.around(middle, 60.0, 0.15)
    assert ground is not None
    refiner = OrthophotoRefiner(file)
    before, after = [], []
    for index in range(5):
        at = local.place(index * 1.2 - 3.0, index * 0.8 - 2.0)
        true = CameraView(CameraPose(at, 35.0, 20.0, -80.0), LENS)
        told_pose = CameraPose(local.place(index * 1.2 - 1.5, index * 0.8 - 3.2), 36.0, 22.0, -79.3, 0.0, 1.5, 1.5, 0.7, 1.5)
        told = CameraView(told_pose, LENS, focal_sigma=0.01)
        image = picture_of(true, ground.image, local, ground.metres_a_px)
        found = refiner.refined(Frame("film", index, index * 0.6, image), told)
        before.append(np.hypot(*LocalFrame(told.pose.position).offset_m(true.pose.position)))
        after.append(np.hypot(*LocalFrame(found.pose.position).offset_m(true.pose.position)))
    file.close()
    assert refiner.found == refiner.tried == 3, "every second one at this pace; between them the correction is held"
    assert min(before) > 1.5
    assert max(after) < 0.8


def test_what_is_no_orthophoto_is_refused(shared_data: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.tif").write_bytes(b"noise" * 100)
    for path in (tmp_path / "noise.tif", tmp_path / "gone.tif", shared_data / "raster" / "uav_dsm.tif"):
        with pytest.raises(GeoError, match="orthophoto"):
            OrthophotoFile(path)
