"""Planes and VTOLs: what a wing can do, what it cannot, and how they are guided."""

from itertools import pairwise
from math import cos, radians

import pytest

from sim.airframes import BodyState, MotionCommand, WingCommand, mechanical_energy_j_per_kg
from sim.airframes.plane import MOST_BANK_DEG, MOST_CLIMB_MPS, MOST_SINK_MPS, STALL_MPS
from sim.vector import ZERO, Vector, turn_deg
from sim.wing_guidance import WingLimits, turn_radius_m
from sim.wing_maneuvers import WingCircle, WingFlyTo, WingLanding, WingReturn, WingTakeoff, approach_point
from tests.support.bare_flight import DT_S, BareFlight

LIMITS = WingLimits(cruise_mps=15.0)


def limits() -> WingLimits:
    return LIMITS


def cruising(height_m: float = 100.0, speed_mps: float = 15.0, wind: Vector = ZERO, kind: str = "plane") -> BareFlight:
    """Northwards through the air."""
    state = BodyState(
        position=Vector(0, 0, height_m),
        velocity=Vector(0, speed_mps, 0).plus(wind),
        airspeed_mps=speed_mps,
        wing_share=1.0,
        on_ground=False,
    )
    return BareFlight(kind, state, wind)


def test_a_plane_without_engine_only_loses_energy() -> None:
    flight = cruising(300.0, 20.0)
    energy = mechanical_energy_j_per_kg(flight.state)
    while not flight.state.on_ground:
        flight.step(WingCommand(13.0, 3.0, 25.0, engine_off=True))
        assert mechanical_energy_j_per_kg(flight.state) <= energy + 1e-6
        energy = mechanical_energy_j_per_kg(flight.state)


def test_it_glides_nine_metres_for_each_it_falls() -> None:
    flight = cruising(300.0, 13.0)
    for _ in range(2000):
        flight.step(WingCommand(13.0, engine_off=True))
    assert flight.state.position.north / (300.0 - flight.state.position.up) == pytest.approx(9.0, rel=0.08)


@pytest.mark.parametrize("bank_deg", [15.0, 30.0, 45.0])
def test_turns_have_the_radius_of_a_coordinated_turn(bank_deg: float) -> None:
    flight = cruising(speed_mps=15.0)
    for _ in range(2500):
        flight.step(WingCommand(15.0, 0.0, bank_deg))
    eastmost = max(state.position.east for state in flight.track[500:])
    westmost = min(state.position.east for state in flight.track[500:])
    assert (eastmost - westmost) / 2.0 == pytest.approx(turn_radius_m(15.0, bank_deg), rel=0.05)
    assert flight.state.position.up == pytest.approx(100.0, abs=1.0)


def test_bank_and_its_rate_are_limited() -> None:
    flight = cruising(speed_mps=20.0)
    for _ in range(500):
        flight.step(WingCommand(20.0, 0.0, 90.0))
    assert flight.state.roll_deg <= MOST_BANK_DEG + 0.1
    assert max(abs(b.roll_deg - a.roll_deg) for a, b in pairwise(flight.track)) <= 75.0 * DT_S + 1e-9


def test_a_slow_plane_is_not_banked_into_a_stall() -> None:
    flight = cruising(speed_mps=10.0)
    for _ in range(1500):
        state = flight.step(WingCommand(10.0, 0.0, 60.0))
        assert state.airspeed_mps >= STALL_MPS / cos(radians(state.roll_deg)) ** 0.5 - 0.2
    assert flight.state.position.up > 90.0


def test_a_climb_too_steep_is_given_up_before_the_speed() -> None:
    flight = cruising(speed_mps=12.0)
    for _ in range(1500):
        flight.step(WingCommand(12.0, 50.0))
        assert flight.state.airspeed_mps > STALL_MPS * 1.05
        assert flight.state.velocity.up <= MOST_CLIMB_MPS + 0.7
    assert flight.state.velocity.up > 3.0


def test_a_dive_stays_below_the_sink_limit_and_keeps_its_speed() -> None:
    flight = cruising(1000.0, 15.0)
    for _ in range(1500):
        flight.step(WingCommand(15.0, -50.0))
    assert -MOST_SINK_MPS - 0.3 <= flight.state.velocity.up < -5.0
    assert flight.state.airspeed_mps < 28.0


def test_below_stall_speed_it_sinks_and_gains_speed() -> None:
    flight = cruising(speed_mps=5.0)
    flight.step(WingCommand(15.0, 0.0, engine_off=True))
    assert flight.state.velocity.up < 0.0
    for _ in range(500):
        flight.step(WingCommand(12.0, 0.0, engine_off=True))
    assert flight.state.airspeed_mps > STALL_MPS


def test_a_headwind_takes_from_the_ground_speed_not_from_the_airspeed() -> None:
    flight = cruising(speed_mps=15.0, wind=Vector(0, -6, 0))
    for _ in range(500):
        flight.step(WingCommand(15.0))
    assert flight.state.airspeed_mps == pytest.approx(15.0, abs=0.2)
    assert flight.state.velocity.north == pytest.approx(9.0, abs=0.2)


def test_a_take_off_rolls_lifts_and_reaches_its_height() -> None:
    flight = BareFlight("plane", BodyState(heading_deg=90.0))
    flight.fly(WingTakeoff(limits, 50.0), 40.0)
    rolled = next(state for state in flight.track if not state.on_ground)
    assert 5.0 < rolled.position.east < 40.0
    assert flight.state.position.up > 47.0
    assert abs(flight.state.position.north) < 1.0


@pytest.mark.parametrize("wind", [ZERO, Vector(6, 0, 0), Vector(-4, -4, 0)], ids=["calm", "from the west", "from the north-east"])
def test_a_line_is_joined_and_followed_in_wind(wind: Vector) -> None:
    flight = cruising(wind=wind)
    start, end = Vector(80, 0, 100), Vector(80, 1500, 130)
    took_s = flight.fly(WingFlyTo(limits, end, start=start, radius_m=20.0), 250.0)
    assert took_s > 60.0
    late = [state for state in flight.track if 700 < state.position.north < 1450]
    assert max(abs(state.position.east - 80.0) for state in late) < 3.0
    assert flight.state.position.up == pytest.approx(130.0, abs=2.0)


@pytest.mark.parametrize("radius_m", [60.0, -90.0])
def test_a_circle_is_joined_and_kept_in_wind(radius_m: float) -> None:
    flight = cruising(wind=Vector(5, 0, 0))
    circle = WingCircle(limits, Vector(200, 300, 120), radius_m=radius_m)
    flight.keep_on(circle, 90.0)
    assert circle.reached
    states = flight.keep_on(circle, 60.0)
    distances = [state.position.minus(Vector(200, 300, 120)).level_length() for state in states]
    assert max(abs(distance - abs(radius_m)) for distance in distances) < 10.0
    turned = sum(turn_deg(a.heading_deg, b.heading_deg) for a, b in pairwise(states))
    assert turned * radius_m > 0.0
    assert max(abs(state.position.up - 120.0) for state in states) < 2.0


def test_turns_and_time_end_a_circle() -> None:
    flight = cruising()
    around_s = 2.0 * 3.1416 * 60.0 / 15.0
    took_s = flight.fly(WingCircle(limits, Vector(60, 0, 100), radius_m=60.0, turns=2), 200.0)
    assert took_s == pytest.approx(2 * around_s, rel=0.25)
    held_s = flight.fly(WingCircle(limits, Vector(60, 0, 100), radius_m=60.0, hold_s=10.0), 60.0)
    assert held_s == pytest.approx(10.0, abs=2.0)


@pytest.mark.parametrize("wind", [ZERO, Vector(0, 5, 0), Vector(4, 2, 0)], ids=["calm", "headwind", "crosswind"])
def test_a_landing_ends_standing_near_its_place(wind: Vector) -> None:
    flight = cruising(40.0, wind=wind)
    place = Vector(0, -100, 0)
    start = approach_point(place, 180.0, 40.0)
    flight.fly(WingFlyTo(limits, Vector(-150, 500, 40), radius_m=60), 120.0)
    flight.fly(WingFlyTo(limits, start, radius_m=60), 120.0)
    flight.fly(WingLanding(limits, place, approach_from=start), 120.0)
    touch = next(state for state in flight.track[::-1] if not state.on_ground)
    assert touch.velocity.up > -1.5
    assert flight.state.velocity == ZERO
    assert flight.state.position.minus(place).level_length() < 60.0


def test_a_return_circles_above_home() -> None:
    flight = cruising()
    flight.keep_on(WingFlyTo(limits, Vector(0, 900, 100), radius_m=1.0), 50.0)
    states = flight.keep_on(WingReturn(limits, ZERO, 80.0), 150.0)
    assert all(state.position.level_length() < 75.0 for state in states[-1000:])


def test_a_vtol_transitions_without_losing_height_and_hovers_again() -> None:
    flight = BareFlight("vtol", BodyState(position=Vector(0, 0, 30), on_ground=False))
    forward = flight.keep_on(WingFlyTo(limits, Vector(0, 600, 30), radius_m=10.0), 12.0)
    assert forward[-1].wing_share == 1.0
    assert forward[-1].airspeed_mps == pytest.approx(15.0, abs=1.0)
    assert min(state.position.up for state in forward) > 28.0
    hovered_load = 1.3
    assert forward[-1].load < hovered_load / 2.0
    for _ in range(800):
        flight.step(MotionCommand(ZERO, None, motors_on=True))
    assert flight.state.wing_share == 0.0
    assert flight.state.velocity.length() < 0.2
    assert flight.state.position.up == pytest.approx(30.0, abs=2.5)
    assert flight.state.load > hovered_load


def test_a_vtol_lands_and_takes_off_straight_up() -> None:
    flight = BareFlight("vtol", BodyState())
    for _ in range(400):
        flight.step(MotionCommand(Vector(0, 0, 2), 0.0, motors_on=True))
    assert flight.state.position.up > 10.0
    assert flight.state.position.level_length() < 0.1
    for _ in range(1000):
        flight.step(MotionCommand(Vector(0, 0, -1.5), 0.0, motors_on=True))
    assert flight.state.on_ground


def test_the_sharper_the_next_turn_the_sooner_it_begins() -> None:
    distances = []
    for after in (Vector(0, 2000, 100), Vector(300, 1300, 100), Vector(500, 1000, 100)):
        flight = cruising()
        target = Vector(0, 1000, 100)
        flight.fly(WingFlyTo(limits, target, start=Vector(0, 0, 100), after=after), 120.0)
        distances.append(target.minus(flight.state.position).level_length())
    assert distances[0] < 1.0 < distances[1] - 10.0 < distances[2] - 20.0


def test_a_circle_is_left_towards_the_next_place() -> None:
    flight = cruising()
    flight.fly(WingCircle(limits, Vector(100, 300, 60), radius_m=60.0, hold_s=0.0, after=Vector(160, -900, 0)), 120.0)
    assert flight.state.position.up < 70.0
    assert abs(turn_deg(flight.state.heading_deg, 180.0)) < 15.0
    assert flight.state.position.east > 120.0


@pytest.mark.parametrize("leg_m", [0.01, 0.5, 1.0, 3.0])
def test_a_leg_too_short_to_fly_is_passed_and_not_circled_for(leg_m: float) -> None:
    """A waypoint a step ahead of the last one and four metres beside the way: no circle of a plane leads into its radius."""
    flight = cruising()
    leg = WingFlyTo(limits, Vector(4.0, leg_m, 100.0), start=Vector(4.0, 0.0, 100.0), radius_m=2.0)
    assert flight.fly(leg, 2.0) < 1.0
