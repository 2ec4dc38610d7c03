"""The cameras of a simulated scene as the station's video sources: each where it stands, with a calibration that fits its picture."""

import numpy as np
import pytest

from geo.core import VideoSourceStore, open_database
from geo.primitives import LonLat, distance_m
from ground_station.settings import SimSettings
from ground_station.supervise.live_sources import add_cameras, live_sources
from sim import live_cameras, read_scene

BASE = "rtsp://127.0.0.1:8554/"


def test_the_street_of_the_demo_region_has_a_drone_and_a_surveyed_pole() -> None:
    drone, gate = live_sources(live_cameras(read_scene("mangystau")), BASE, filmed=False)
    assert (drone.source_id, drone.category, drone.url, drone.vehicle_id) == ("mav-1-camera", "drone", f"{BASE}mav-1", "mav-1")
    assert (gate.source_id, gate.category, gate.url, gate.name_en) == ("gate", "fixed", f"{BASE}gate", "Aktau, street camera")
    assert gate.position is not None
    assert gate.calibration is not None
    pixels = np.array([point["px"] for point in gate.calibration["points"]])
    assert len(pixels) >= 4
    assert np.all((pixels >= 0) & (pixels <= gate.calibration["image_size_px"]))
    assert np.ptp(pixels, axis=0).min() > 100
    assert all(distance_m(gate.position, LonLat(*point["lonlat"])) < 100 for point in gate.calibration["points"])


def test_nothing_is_known_of_a_film_in_the_place_of_a_fixed_camera() -> None:
    _, gate = live_sources(live_cameras(read_scene("mangystau")), BASE, filmed=True)
    assert gate.calibration is None


def test_a_tilted_camera_under_a_vehicle_says_how_it_hangs() -> None:
    (drone,) = live_sources(live_cameras(read_scene("fibre_patrol")), BASE, filmed=False)
    assert drone.calibration == {"mount": {"pitch_deg": -62.0}}
    assert live_cameras(read_scene("fibre_patrol"), vehicles_fly=False) == []


@pytest.mark.postgis
@pytest.mark.anyio
async def test_another_scene_switches_the_cameras_of_the_last_one_off(database_url: str) -> None:
    for scenario, watched in (("smoke_watch", ["mast"]), (None, ["gate", "mav-1-camera"]), ("fibre_patrol", ["mav-1-camera"])):
        await add_cameras(SimSettings(scenario=scenario), database_url)
        async with open_database(database_url) as database:
            assert [source.source_id for source in await VideoSourceStore(database).live()] == watched
