"""The rendered picture shows things where the shared camera geometry, written apart from it, says they are."""

from pathlib import Path

import numpy as np
import pytest

from geo.primitives import LonLat
from sim.scenes.model import DroneCamera, FixedCamera
from sim.scenes.poses import carried_camera
from sim.scenes.stage import Stage
from sim.scenes.view import FixedView, MovingView
from tests.support.magenta_square import COARSE, magenta_centre, magenta_scene, predicted_pixel


@pytest.mark.parametrize(("heading_deg", "height_m", "pitch_deg"), [(0, 60, -90), (37, 45, -90), (215, 90, -90), (10, 50, -75)], ids=str)
def test_an_object_appears_where_it_is_from_a_drone(tmp_path: Path, heading_deg: float, height_m: float, pitch_deg: float) -> None:
    place = LonLat(51.16008, 43.65053)
    scene = magenta_scene(tmp_path, place, 3.0)
    part = scene.camera("nadir")
    assert isinstance(part, DroneCamera)
    stage = Stage(scene.model_copy(update={"vehicles": [], "cameras": scene.cameras[1:]}), COARSE)
    camera = carried_camera(part, 2.0, -3.0, height_m, heading_deg, pitch_deg)
    found = magenta_centre(MovingView(stage, part.lens, part.size_px).picture(camera, 0.0, 0))
    assert found == pytest.approx(predicted_pixel(place, 2.0, -3.0, height_m, heading_deg, pitch_deg, 60), abs=0.6)


def test_an_object_appears_where_it_is_from_a_pole(tmp_path: Path) -> None:
    place = LonLat(51.16, 43.65086)
    scene = magenta_scene(tmp_path, place, 2.0)
    part = scene.camera("pole")
    assert isinstance(part, FixedCamera)
    found = magenta_centre(FixedView(Stage(scene, COARSE, part), part).picture(0.0, 0))
    assert found == pytest.approx(predicted_pixel(place, 0, 0, 12.0, 5.0, -20, 55), abs=1.0)


def test_the_ground_lies_where_it_is_whatever_square_of_it_is_painted(tmp_path: Path) -> None:
    scene = magenta_scene(tmp_path, LonLat(51.16, 43.65086))
    road = {"roads": [{"path": [(-60, 40), (60, 40)], "width_m": 8, "lanes": 2}]}
    scene = type(scene).model_validate({**scene.model_dump(), "map": road, "actors": []})
    part = scene.camera("pole")
    assert isinstance(part, FixedCamera)
    own, shared = (FixedView(Stage(scene, COARSE, camera), part).picture(0.0, 0) for camera in (part, None))
    asphalt = [np.abs(image.astype(int) - 92).max(axis=2) < 30 for image in (own, shared)]
    assert (asphalt[0] == asphalt[1]).mean() > 0.97
