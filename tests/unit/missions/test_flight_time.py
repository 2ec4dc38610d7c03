"""Time and energy of a path."""

import numpy as np
import pytest

from missions.planning.endurance import CopterDynamics, EnergyModel, corner_speeds_mps, estimate_flight, path_time_s

DYNAMICS = CopterDynamics()


def test_a_long_straight_leg_is_trapezoid() -> None:
    # 6.25 s and 31.25 m to reach 10 m/s at 1.6 m/s2, the same to stop, 937.5 m at full speed.
    assert path_time_s(np.array([[0.0, 0.0], [1000.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(6.25 + 93.75 + 6.25)


def test_a_short_leg_never_reaches_full_speed() -> None:
    # 10 m: half to speed up, half to brake; t = 2 sqrt(10 / 1.6).
    assert path_time_s(np.array([[0.0, 0.0], [10.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(5.0)


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
    # 106.25 s level, 40 s up, 60 s down to 10 m, 20 s to the ground.
    assert flight.duration_s == pytest.approx(106.25 + 40.0 + 60.0 + 20.0)
    assert flight.distance_m == pytest.approx(1000.0)
    assert flight.energy_wh > 226.25 * EnergyModel().hover_w / 3600.0


def test_nowhere_to_fly_is_no_time() -> None:
    assert path_time_s(np.array([[5.0, 5.0]]), 10.0, DYNAMICS) == 0.0


def test_power_grows_with_speed_as_thrust_does() -> None:
    model = EnergyModel()
    assert model.level_power_w(0.0) == model.hover_w
    # A lean of 45 degrees needs the square root of two in thrust, to the power of 1.5 in power.
    assert model.level_power_w(15.08) == pytest.approx(model.hover_w * 2**0.75)
    assert model.climb_power_w(2.5) > model.hover_w
