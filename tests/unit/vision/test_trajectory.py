"""The way of a thing, told by few corners that keep it in place and in time."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vision.georeference import GroundFix
from vision.robust_line import robust_line
from vision.trajectory import Corner, trajectory

RATE_HZ = 10.0


def _fixes(en_m: np.ndarray, noise_m: float, seed: int = 1) -> list[GroundFix]:
    noise = np.random.default_rng(seed).normal(0.0, noise_m, en_m.shape) if noise_m else 0.0
    return [GroundFix(place, np.eye(2), np.eye(2) * max(noise_m, 0.01)) for place in en_m + noise]


def _at(corners: tuple[Corner, ...], time_s: np.ndarray) -> np.ndarray:
    times = [corner.time_s for corner in corners]
    return np.column_stack([np.interp(time_s, times, [corner.en_m[axis] for corner in corners]) for axis in (0, 1)])


def _round_a_corner(times: np.ndarray) -> np.ndarray:
    """East at 8 m/s for 5 s, then north."""
    return np.column_stack([8.0 * np.minimum(times, 5.0), 8.0 * np.maximum(times - 5.0, 0.0)])


def test_a_straight_even_way_is_two_corners() -> None:
    times = np.arange(0.0, 10.0, 1 / RATE_HZ)
    corners = trajectory(list(times), _fixes(np.column_stack([12.0 * times, 3.0 * times]), 0.1))
    assert len(corners) == 2
    assert corners[-1].en_m == pytest.approx((12.0 * times[-1], 3.0 * times[-1]), abs=0.3)


def test_a_turn_keeps_its_place_and_its_time() -> None:
    times = np.arange(0.0, 10.0, 1 / RATE_HZ)
    corners = trajectory(list(times), _fixes(_round_a_corner(times), 0.2))
    assert len(corners) < 12
    off = np.hypot(*(_at(corners, times) - _round_a_corner(times)).T)
    assert np.median(off) < 0.3
    assert off.max() < 3.0  # at the corner itself


def test_a_wait_at_a_light_is_to_be_seen_in_the_time() -> None:
    times = np.arange(0.0, 30.0, 1 / RATE_HZ)
    east = 10.0 * np.minimum(times, 5.0) + 10.0 * np.maximum(times - 25.0, 0.0)
    corners = trajectory(list(times), _fixes(np.column_stack([east, 0 * east]), 0.1))
    assert _at(corners, np.array([15.0]))[0, 0] == pytest.approx(50.0, abs=0.5)
    assert len(corners) < 12


def test_single_boxes_that_caught_a_neighbour_do_not_bend_the_way() -> None:
    times = np.arange(0.0, 10.0, 1 / RATE_HZ)
    way = np.column_stack([12.0 * times, 0.0 * times])
    seen = way.copy()
    seen[::9] += (0.0, 8.0)
    corners = trajectory(list(times), _fixes(seen, 0.1))
    assert np.hypot(*(_at(corners, times) - way).T).max() < 1.0


def test_a_parked_car_has_no_way() -> None:
    times = np.arange(0.0, 60.0, 1 / RATE_HZ)
    assert trajectory(list(times), _fixes(np.zeros((len(times), 2)), 0.4)) == ()


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 200), st.floats(0.0, 0.5), st.floats(-15.0, 15.0), st.integers(0, 1000))
def test_corners_come_in_order_of_time_within_the_track(count: int, noise_m: float, speed_mps: float, seed: int) -> None:
    times = np.cumsum(np.random.default_rng(seed).uniform(0.02, 0.6, count))
    corners = trajectory(list(times), _fixes(np.column_stack([speed_mps * times, np.sin(times)]), noise_m, seed))
    instants = [corner.time_s for corner in corners]
    assert instants == sorted(set(instants))
    assert len(corners) != 1
    if corners:
        assert instants[0] == pytest.approx(times[0])
        assert instants[-1] == pytest.approx(times[-1])


def test_one_place_far_off_hardly_moves_the_line() -> None:
    times = np.arange(20) / RATE_HZ
    places = np.column_stack([5.0 * times, 0.0 * times]) + np.random.default_rng(2).normal(0.0, 0.05, (20, 2))
    places[7] += (0.0, 30.0)
    line = robust_line(times, places)
    assert line.velocity == pytest.approx((5.0, 0.0), abs=0.3)
    assert line.weights[7] < 0.02
