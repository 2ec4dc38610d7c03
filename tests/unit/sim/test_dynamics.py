"""The body of the copter: falls, drifts and stops as it must."""

import pytest

from sim.airframes import BodyState, MotionCommand, airframe_of, mechanical_energy_j_per_kg
from sim.airframes.copter import hover_load, terminal_speed_mps
from sim.battery import Battery, drain, rest_voltage_v
from sim.vector import ZERO, Vector

DT_S = 0.02
step = airframe_of("copter").step


def test_a_copter_without_thrust_never_gains_energy() -> None:
    state = BodyState(position=Vector(0, 0, 120), velocity=Vector(8, -3, 4), on_ground=False)
    energy = mechanical_energy_j_per_kg(state)
    while not state.on_ground:
        state = step(state, MotionCommand(), ZERO, DT_S)
        assert mechanical_energy_j_per_kg(state) <= energy + 1e-9
        energy = mechanical_energy_j_per_kg(state)
    assert state.position.up == 0.0


def test_a_long_fall_ends_at_terminal_speed() -> None:
    state = BodyState(position=Vector(0, 0, 3000), on_ground=False)
    for _ in range(1000):
        state = step(state, MotionCommand(), ZERO, DT_S)
    assert -state.velocity.up == pytest.approx(terminal_speed_mps(), rel=0.01)


def test_a_velocity_command_is_approached_without_overshoot() -> None:
    state = BodyState(position=Vector(0, 0, 50), on_ground=False)
    speeds = []
    for _ in range(400):
        state = step(state, MotionCommand(Vector(0, 10, 0), 0.0, motors_on=True), ZERO, DT_S)
        speeds.append(state.velocity.north)
    assert max(speeds) < 10.3
    assert speeds[-1] == pytest.approx(10.0, abs=0.05)


def test_wind_makes_the_copter_lean_into_it_and_stay() -> None:
    state = BodyState(position=Vector(0, 0, 50), on_ground=False)
    for _ in range(1000):
        state = step(state, MotionCommand(ZERO, 0.0, motors_on=True), Vector(0, -8, 0), DT_S)  # from the north
    assert state.velocity.level_length() < 0.2
    assert state.pitch_deg < -5.0  # heading north, nose down into the wind
    assert abs(state.roll_deg) < 0.1


def test_a_storm_carries_the_copter_away() -> None:
    state = BodyState(position=Vector(0, 0, 50), on_ground=False)
    for _ in range(1000):
        state = step(state, MotionCommand(ZERO, 0.0, motors_on=True), Vector(20, 0, 0), DT_S)
    assert state.velocity.east > 3.0


def test_roll_is_positive_right_side_down() -> None:
    state = BodyState(position=Vector(0, 0, 50), on_ground=False, heading_deg=90.0)
    for _ in range(20):
        state = step(state, MotionCommand(Vector(0, -10, 0), 90.0, motors_on=True), ZERO, DT_S)  # south is right of east
    assert state.roll_deg > 5.0


def test_the_heading_turns_the_short_way() -> None:
    state = BodyState(position=Vector(0, 0, 50), on_ground=False, heading_deg=350.0)
    for _ in range(10):
        state = step(state, MotionCommand(ZERO, 20.0, motors_on=True), ZERO, DT_S)
    assert 0.0 < state.heading_deg < 20.0 or state.heading_deg > 350.0


def test_the_battery_drains_by_thrust_and_sags_under_load() -> None:
    hovering = drain(Battery(), hover_load(1.0, 0.0), 60.0)
    climbing = drain(Battery(), hover_load(1.0, 2.5), 60.0)
    assert climbing.charge < hovering.charge < 1.0
    assert hovering.voltage_v < rest_voltage_v(hovering.charge)
    assert rest_voltage_v(1.0) == pytest.approx(6 * 4.173)
    assert rest_voltage_v(0.5) == pytest.approx(6 * 3.742)
