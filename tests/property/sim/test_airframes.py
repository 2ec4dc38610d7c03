"""What holds for every airframe whatever it is asked, in whatever wind."""

from math import cos, isfinite, radians, sqrt

import pytest
from hypothesis import given, settings, strategies as st

from sim.airframes import AIRFRAMES, BodyState, Command, MotionCommand, WingCommand, mechanical_energy_j_per_kg
from sim.airframes.plane import FASTEST_MPS, MOST_BANK_DEG, STALL_MPS
from sim.vector import Vector
from sim.wing_guidance import WingLimits, circle_bank_deg, line_bank_deg, turn_radius_m
from sim.wing_maneuvers import WingCircle, WingFlyTo
from tests.support.bare_flight import DT_S, BareFlight

speeds = st.floats(-15, 15)
winds = st.builds(Vector, st.floats(-8, 8), st.floats(-8, 8), st.floats(-1, 1))
velocities = st.builds(Vector, speeds, speeds, st.floats(-3, 3))
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(MotionCommand, velocities, st.one_of(st.none(), st.floats(0, 360)), st.booleans()),
    st.builds(WingCommand, st.floats(0, 40), st.floats(-20, 20), st.floats(-90, 90), st.booleans(), st.booleans()),
)
places = st.builds(Vector, st.floats(-800, 800), st.floats(-800, 800), st.floats(60, 140))


@settings(max_examples=50, deadline=None)
@given(
    kind=st.sampled_from(sorted(AIRFRAMES)), script=st.lists(st.tuples(commands, st.integers(1, 150)), min_size=1, max_size=8), wind=winds
)
def test_whatever_is_asked_the_body_stays_above_ground_finite_and_within_limits(
    kind: str, script: list[tuple[Command, int]], wind: Vector
) -> None:
    flight = BareFlight(kind, BodyState(position=Vector(0, 0, 40), velocity=Vector(0, 14, 0), wing_share=1.0, on_ground=False), wind)
    for command, steps in script:
        for _ in range(steps):
            before = flight.state
            state = flight.step(command)
            assert all(map(isfinite, (*state.position, *state.velocity, state.heading_deg, state.roll_deg, state.pitch_deg)))
            assert state.position.up >= 0.0
            assert 0.0 <= state.heading_deg <= 360.0  # a hair west of north is 360 after rounding
            assert 0.0 <= state.throttle <= 1.0
            assert 0.0 <= state.wing_share <= 1.0
            assert state.load >= 0.0
            assert state.position.minus(before.position).length() <= 60.0 * DT_S + 0.06


@settings(max_examples=40, deadline=None)
@given(command=st.builds(WingCommand, st.floats(9, 25), st.floats(-6, 6), st.floats(-60, 60)), speed=st.floats(10, 24))
def test_a_plane_keeps_its_bank_its_stall_margin_and_its_highest_speed(command: WingCommand, speed: float) -> None:
    flight = BareFlight(
        "plane", BodyState(position=Vector(0, 0, 900), velocity=Vector(0, speed, 0), airspeed_mps=speed, wing_share=1.0, on_ground=False)
    )
    for _ in range(1000):
        state = flight.step(command)
        assert abs(state.roll_deg) <= MOST_BANK_DEG + 1e-6
        assert state.airspeed_mps >= STALL_MPS * 0.98 / sqrt(cos(radians(state.roll_deg)))
        assert state.airspeed_mps <= FASTEST_MPS + 3.0


@settings(max_examples=40, deadline=None)
@given(speed=st.floats(9, 25), climb=st.floats(-6, 6), roll=st.floats(-60, 60), kind=st.sampled_from(["plane", "vtol"]))
def test_no_wing_gains_energy_without_an_engine(speed: float, climb: float, roll: float, kind: str) -> None:
    flight = BareFlight(kind, BodyState(position=Vector(0, 0, 400), velocity=Vector(0, 15, 2), wing_share=1.0, on_ground=False))
    energy = mechanical_energy_j_per_kg(flight.state)
    for _ in range(1500):
        state = flight.step(WingCommand(speed, climb, roll, engine_off=True))
        assert mechanical_energy_j_per_kg(state) <= energy + 1e-6
        energy = mechanical_energy_j_per_kg(state)


@settings(max_examples=12, deadline=None)
@given(target=places, wind=st.builds(Vector, st.floats(-5, 5), st.floats(-5, 5), st.just(0.0)))
def test_every_place_is_reached_by_a_plane_and_circled(target: Vector, wind: Vector) -> None:
    limits = WingLimits(cruise_mps=15.0)
    start = BodyState(position=Vector(0, 0, 100), velocity=Vector(0, 15, 0).plus(wind), airspeed_mps=15.0, wing_share=1.0, on_ground=False)
    flight = BareFlight("plane", start, wind)
    flight.fly(WingFlyTo(lambda: limits, target, radius_m=40.0), 400.0)
    flight.keep_on(WingCircle(lambda: limits, target, radius_m=70.0), 70.0)
    around = flight.keep_on(WingCircle(lambda: limits, target, radius_m=70.0), 30.0)
    assert max(abs(state.position.minus(target).level_length() - 70.0) for state in around) < 15.0
    assert max(abs(state.position.up - target.up) for state in around) < 4.0


@given(position=places, velocity=velocities, start=places, end=places, radius=st.floats(20, 300), clockwise=st.booleans())
def test_bank_asked_for_is_always_a_bank_within_the_limit(
    position: Vector, velocity: Vector, start: Vector, end: Vector, radius: float, clockwise: bool
) -> None:
    limits = WingLimits(bank_deg=35.0)
    assert abs(line_bank_deg(start, end, position, velocity, limits)) <= 35.0
    assert abs(circle_bank_deg(start, radius, clockwise, position, velocity, limits)) <= 35.0


@given(speed=st.floats(9, 25), bank=st.floats(10, 50))
def test_a_faster_or_flatter_turn_is_wider(speed: float, bank: float) -> None:
    assert turn_radius_m(speed + 1, bank) > turn_radius_m(speed, bank) > turn_radius_m(speed, bank + 1)
    assert turn_radius_m(2 * speed, bank) == pytest.approx(4 * turn_radius_m(speed, bank))
