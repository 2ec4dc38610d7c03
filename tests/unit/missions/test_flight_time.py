"""Time and energy of a path."""

import numpy as np
import pytest

from missions.planning.endurance import CopterDynamics, EnergyModel, corner_speeds_mps, estimate_flight, path_time_s

DYNAMICS = CopterDynamics()


def test_a_long_straight_leg_is_trapezoid() -> None:
    # 4 s and 20 m to reach 10 m/s at 2.5 m/s2, the same to stop, 960 m at full speed.
    assert path_time_s(np.array([[0.0, 0.0], [1000.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(4.0 + 96.0 + 4.0)


def test_a_short_leg_never_reaches_full_speed() -> None:
    # 10 m: half to speed up, half to brake; t = 2 sqrt(10 / 2.5).
    assert path_time_s(np.array([[0.0, 0.0], [10.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(4.0)


def test_a_point_on_a_straight_line_costs_nothing() -> None:
    whole = np.array([[0.0, 0.0], [300.0, 0.0]])
    cut = np.array([[0.0, 0.0], [120.0, 0.0], [300.0, 0.0]])
    assert path_time_s(cut, 10.0, DYNAMICS) == pytest.approx(path_time_s(whole, 10.0, DYNAMICS))


def test_sharper_corners_are_slower_and_turning_back_is_a_stop() -> None:
    speeds = [
        corner_speeds_mps(np.array([[0.0, 0.0], [100.0, 0.0], [100.0 + 100 * np.cos(turn), 100 * np.sin(turn)]]), 10.0, DYNAMICS)[1]
        for turn in np.radians([10.0, 45.0, 90.0, 135.0, 180.0])
    ]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[0] == 10.0
    assert speeds[-1] == pytest.approx(0.0, abs=1e-3)


def test_climb_and_landing_take_their_time_and_energy() -> None:
    flight = estimate_flight(np.array([[0.0, 0.0], [1000.0, 0.0]]), 100.0, 10.0)
    # 104 s level, 40 s up, 60 s down to 10 m, 20 s to the ground.
    assert flight.duration_s == pytest.approx(104.0 + 40.0 + 60.0 + 20.0)
    assert flight.distance_m == pytest.approx(1000.0)
    assert flight.energy_wh > 224.0 * EnergyModel().hover_w / 3600.0


def test_nowhere_to_fly_is_no_time() -> None:
    assert path_time_s(np.array([[5.0, 5.0]]), 10.0, DYNAMICS) == 0.0
