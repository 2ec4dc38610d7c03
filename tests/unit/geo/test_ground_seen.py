"""The first ground a ray meets: on slopes, behind hills, over holes in the model."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from geo.terrain import Heights, first_contact, grid_heights, slope_at
from tests.support.ground import ground, rough_ground

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
ROUGH = rough_ground(AKTAU, seed=3)


def level(height_m: float = 12.0) -> Heights:
    return ground(AKTAU, lambda east, north: np.full_like(east, height_m))


def test_on_level_ground_the_ray_falls_as_school_says() -> None:
    hit = first_contact(level(12.0), FRAME, np.array([5.0, -3.0, 112.0]), np.array([1.0, 0.0, -1.0]), 2000.0)
    assert hit is not None
    assert hit.en_m == pytest.approx([105.0, -3.0], abs=1e-3)
    assert hit.height_amsl_m == pytest.approx(12.0, abs=1e-3)
    assert hit.distance_m == pytest.approx(100.0 * np.sqrt(2.0), abs=2e-3)


def test_straight_down_is_the_place_below() -> None:
    hit = first_contact(level(), FRAME, np.array([40.0, 60.0, 50.0]), np.array([0.0, 0.0, -3.0]), 100.0)
    assert hit is not None
    assert hit.en_m.tolist() == [40.0, 60.0]
    assert hit.distance_m == pytest.approx(38.0)


def test_a_ridge_hides_what_lies_behind_it() -> None:
    ridge = ground(AKTAU, lambda east, north: 60.0 * np.exp(-(((north - 600.0) / 90.0) ** 2)))
    hit = first_contact(ridge, FRAME, np.array([0.0, 0.0, 80.0]), np.array([0.0, 1.0, -0.08]), 4000.0)
    assert hit is not None
    assert 450.0 < hit.en_m[1] < 600.0, "on level ground it would be 1000 m away"


def test_rays_above_the_horizon_meet_only_mountains() -> None:
    up = np.array([0.0, 1.0, 0.02])
    assert first_contact(level(), FRAME, np.array([0.0, 0.0, 30.0]), up, 2500.0) is None
    slope = ground(AKTAU, lambda east, north: np.maximum(0.0, north) * 0.2)
    hit = first_contact(slope, FRAME, np.array([0.0, 0.0, 30.0]), up, 2500.0)
    assert hit is not None
    assert hit.en_m[1] == pytest.approx(30.0 / 0.18, abs=2.0)


@pytest.mark.parametrize("start", [np.array([0.0, 0.0, 5.0]), np.array([9000.0, 0.0, 500.0])], ids=["below the ground", "off the model"])
def test_from_where_nothing_is_known_nothing_is_seen(start: NDArray[np.float64]) -> None:
    assert first_contact(level(), FRAME, start, np.array([1.0, 0.0, -1.0]), 2000.0) is None


def test_unknown_ground_on_the_way_gives_no_place_rather_than_a_wrong_one() -> None:
    heights = np.zeros((200, 200))
    heights[80:90, :] = np.nan
    step = 30.0 / 111_132.0
    holed = grid_heights(heights, (AKTAU.lon_deg - 100 * step, AKTAU.lat_deg + 100 * step), (step, step))
    seen = [first_contact(holed, FRAME, np.array([0.0, 0.0, 100.0]), np.array([0.0, 1.0, fall]), 4000.0) for fall in (-1.0, -0.1)]
    assert seen[0] is not None
    assert seen[1] is None


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 360), st.floats(-70, -8), st.floats(-300, 300), st.floats(-300, 300), st.floats(20, 200))
def test_the_contact_lies_on_the_ground_and_nothing_before_it_reaches_the_ray(
    heading_deg: float, pitch_deg: float, east: float, north: float, above_m: float
) -> None:
    foot = float(ROUGH.heights_amsl_m(FRAME.to_lonlat_deg([[east, north]]))[0])
    start = np.array([east, north, foot + above_m])
    heading, pitch = np.radians([heading_deg, pitch_deg])
    ray = np.array([np.sin(heading) * np.cos(pitch), np.cos(heading) * np.cos(pitch), np.sin(pitch)])
    hit = first_contact(ROUGH, FRAME, start, ray, 1000.0)
    if hit is None:
        return
    assert hit.height_amsl_m == pytest.approx(ROUGH.heights_amsl_m(FRAME.to_lonlat_deg(hit.en_m))[0], abs=0.02)
    before = start + np.linspace(0.0, 0.999, 200)[:, None] * hit.distance_m * ray
    assert (before[:, 2] >= ROUGH.heights_amsl_m(FRAME.to_lonlat_deg(before[:, :2])) - 0.02).all()


def test_the_slope_is_the_rise_to_the_east_and_to_the_north() -> None:
    tilted = ground(AKTAU, lambda east, north: 0.1 * east - 0.3 * north)
    assert slope_at(tilted, FRAME, np.array([10.0, 20.0]), 15.0) == pytest.approx([0.1, -0.3], abs=1e-3)
