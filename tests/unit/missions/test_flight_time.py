"""Time and energy of a path."""

import numpy as np
import pytest

from missions.planning.endurance import CopterDynamics, EnergyModel, corner_speeds_mps, fastest_on_mps, path_time_s
from missions.planning.flight import Leg
from missions.planning.flight_cost import FlightCost

DYNAMICS = CopterDynamics()


def test_a_long_straight_leg_is_trapezoid() -> None:
    # 6.5 s and 32.5 m to reach 10 m/s at 2.5 m/s2 and 1 m/s3, the same to stop, 935 m at full speed.
    assert path_time_s(np.array([[0.0, 0.0], [1000.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(6.5 + 93.5 + 6.5)


def test_a_short_leg_never_reaches_full_speed() -> None:
    # 10 m: half to speed up, half to brake at the mean of 1.54 m/s2 that 10 m/s would have.
    assert path_time_s(np.array([[0.0, 0.0], [10.0, 0.0]]), 10.0, DYNAMICS) == pytest.approx(2.0 * (10.0 / 1.538) ** 0.5, rel=0.01)


def test_chords_of_a_circle_are_as_slow_as_a_real_arducopter_flies_them() -> None:
    # ArduCopter 4.7 flew 18 chords of 13.9 m at 3.45 m/s where 8 m/s were asked, and lines of a survey at full speed.
    assert fastest_on_mps(np.array([13.9]), DYNAMICS)[0] == pytest.approx(3.45, rel=0.02)
    assert fastest_on_mps(np.array([150.0]), DYNAMICS)[0] > 15.0


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
    flight = FlightCost(10.0, EnergyModel(), DYNAMICS).of((Leg(np.array([[0.0, 0.0, 100.0], [1000.0, 0.0, 100.0]])),))
    # 106.5 s level, 40 s up, 60 s down to 10 m, 20 s to the ground; getting ready, over home, until the motors stop.
    assert flight.duration_s == pytest.approx(106.5 + 40.0 + 60.0 + 20.0 + 4.5 + 8.0 + 2.5)
    assert flight.distance_m == pytest.approx(1000.0)
    assert flight.energy_wh > 226.5 * EnergyModel().hover_w / 3600.0


def test_nowhere_to_fly_is_no_time() -> None:
    assert path_time_s(np.array([[5.0, 5.0]]), 10.0, DYNAMICS) == 0.0


def test_power_grows_with_speed_as_thrust_does() -> None:
    model = EnergyModel()
    assert model.level_power_w(0.0) == model.hover_w
    # A lean of 45 degrees needs the square root of two in thrust, to the power of 1.5 in power.
    assert model.level_power_w(15.08) == pytest.approx(model.hover_w * 2**0.75)
    assert model.climb_power_w(2.5) > model.hover_w
