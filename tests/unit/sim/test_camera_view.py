"""The rendered picture shows things where the shared camera geometry, written apart from it, says they are."""

from pathlib import Path

import numpy as np
import pytest

from geo.primitives import LonLat
from sim.camera_view import SceneView, stabilised_camera
from sim.gate import gate_camera
from sim.projection import Camera
from sim.scenario import built_in_scenario
from tests.support.magenta_square import SIZE, magenta_centre, magenta_scene, predicted_pixel
from tests.support.simulated_flight import AKTAU


@pytest.mark.parametrize(("heading_deg", "height_m"), [(0, 60), (37, 45), (215, 90)])
def test_an_object_appears_where_it_is_from_straight_above(tmp_path: Path, heading_deg: float, height_m: float) -> None:
    place = LonLat(51.16008, 43.65053)
    view = SceneView(magenta_scene(tmp_path, place), AKTAU, half_m=80, metres_per_px=0.4)
    camera = stabilised_camera(2.0, -3.0, height_m, heading_deg, 60.0, SIZE)
    found = magenta_centre(view.render(camera, 0.0))
    expected = predicted_pixel(place, 2.0, -3.0, height_m, heading_deg, -90, 60)
    assert found == pytest.approx(expected, abs=0.6)


def test_an_object_appears_where_it_is_from_an_oblique_camera(tmp_path: Path) -> None:
    place = LonLat(51.16, 43.65086)
    view = SceneView(magenta_scene(tmp_path, place, 2.0), AKTAU, half_m=80, metres_per_px=0.4)
    camera, expected = Camera(0, 0, 12.0, 5.0, -20.0, 55.0, *SIZE), predicted_pixel(place, 0, 0, 12.0, 5.0, -20, 55)
    assert magenta_centre(view.background(camera)) == pytest.approx(expected, abs=1.0)
    assert magenta_centre(view.render(camera, 0.0)) == pytest.approx(expected, abs=1.0), "as from a gimbal that has been turned"


def test_the_same_seed_paints_the_same_picture() -> None:
    camera = stabilised_camera(60, 0, 50, 10, 60, SIZE)
    first, second = (SceneView(built_in_scenario(), AKTAU, half_m=100, metres_per_px=0.4).render(camera, 12.5) for _ in range(2))
    assert np.array_equal(first, second)


def test_driving_cars_change_the_street_and_nothing_else() -> None:
    scenario = built_in_scenario()
    view = SceneView(scenario, scenario.gate_place, half_m=200, metres_per_px=0.4)
    camera = gate_camera(scenario.gate)
    background = view.background(camera)
    changed = np.zeros(background.shape[:2], bool)
    for second in range(20):
        changed |= (view.render_traffic(background, camera, float(second)) != background).any(axis=2)
    assert changed.any()
    assert not changed[:, :200].all(axis=1).any()
