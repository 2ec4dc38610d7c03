"""Latest turn-back and conflicts, against numbers worked out by hand."""

import math
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat, utc_now
from ground_station.messages import BatteryState, MissionProgress, VehicleState
from ground_station.safety.conflicts import Separation, Trajectory, conflicts, meetings
from ground_station.safety.flight_path import remaining, timed_path
from ground_station.safety.following import Following
from ground_station.safety.performance import Performance
from ground_station.safety.turn_back import ConsumptionMeter, latest_turn_back
from missions import CALM, MissionItem, MissionPlan, Wind
from tests.support.api import vehicle_state

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)
HOW = Performance()


def out_and_back(far_m: float) -> MissionPlan:
    """Up to 30 m, east at 10 m/s, home."""
    return MissionPlan(
        hover_speed_mps=10.0,
        items=(
            MissionItem(22, 3, altitude_m=30.0),
            MissionItem(16, 3, position=FRAME.place(far_m, 0.0), altitude_m=30.0),
            MissionItem(20, 2),
        ),
    )


def test_a_plan_is_unrolled_into_times_and_energy() -> None:
    path = timed_path(out_and_back(1000.0), HOME, home=HOME, how=HOW)
    assert path.times_s[1] == pytest.approx(30 / 2.5)
    assert path.times_s[2] == pytest.approx(12 + 100, abs=0.1)
    assert path.points_m[-1] == pytest.approx([0.0, 0.0, 0.0], abs=0.1)
    assert path.duration_s == pytest.approx(12 + 100 + 100 + 20 / 1.5 + 10 / 0.5, abs=0.5)
    cruise_wh = HOW.energy.level_power_w(10.0) * 100 / 3600
    assert path.energy_wh[2] - path.energy_wh[1] == pytest.approx(cruise_wh, rel=1e-3)
    assert path.place_at(62.0)[0].lon_deg == pytest.approx(FRAME.place(500.0, 0.0).lon_deg, abs=1e-5)


def test_a_head_wind_costs_energy_and_beyond_its_air_speed_time() -> None:
    still, against, behind = (HOW.leg((1000.0, 0.0, 0.0), 10.0, wind) for wind in (CALM, Wind(5.0, 90.0), Wind(5.0, 270.0)))
    assert against[0] == pytest.approx(still[0])
    assert against[1] > still[1] > behind[1]
    storm_s, _ = HOW.leg((1000.0, 0.0, 0.0), 10.0, Wind(12.0, 90.0))
    assert storm_s == pytest.approx(1000 / 4.0)


def test_jumps_are_flown_as_often_as_they_say() -> None:
    items = (
        MissionItem(16, 3, position=FRAME.place(100, 0), altitude_m=0.0),
        MissionItem(16, 3, position=HOME, altitude_m=0.0),
        MissionItem(177, 2, params=(1, 2, 0, 0)),
    )
    path = timed_path(MissionPlan(items=items, hover_speed_mps=10.0), HOME)
    assert path.duration_s == pytest.approx(60.0, abs=0.1)


@pytest.mark.parametrize("wind", [CALM, Wind(6.0, 270.0)], ids=["calm", "against the way home"])
def test_the_turn_back_is_where_the_way_home_takes_the_last_of_the_energy(wind: Wind) -> None:
    path = timed_path(out_and_back(20_000.0), HOME, home=HOME, wind=wind, how=HOW)
    found = latest_turn_back(path, home=HOME, remaining_fraction=0.9, reserve_fraction=0.25, wind=wind, how=HOW)
    assert found.in_s is not None
    assert found.place is not None
    assert not found.passed
    east, north, up = path.at(found.in_s)
    used_wh = float(np.interp(found.in_s, path.times_s, path.energy_wh))
    home_wh = HOW.coming_home((east, north, up), (0.0, 0.0), wind)[1]
    assert used_wh + home_wh == pytest.approx((0.9 - 0.25) * HOW.energy.battery_wh, rel=0.002)
    assert math.dist((east, north), FRAME.offset_m(found.place)) < 1.0


def test_wind_against_the_way_home_brings_the_turn_back_nearer() -> None:
    def turn_s(wind: Wind) -> float:
        path = timed_path(out_and_back(20_000.0), HOME, home=HOME, wind=wind, how=HOW)
        found = latest_turn_back(path, home=HOME, remaining_fraction=0.9, reserve_fraction=0.25, wind=wind, how=HOW).in_s
        assert found is not None
        return found

    assert turn_s(Wind(8.0, 270.0)) < turn_s(CALM)


def test_a_short_plan_has_no_turn_back_and_an_empty_battery_has_passed_it() -> None:
    path = timed_path(out_and_back(300.0), HOME, home=HOME, how=HOW)
    enough = latest_turn_back(path, home=HOME, remaining_fraction=1.0, reserve_fraction=0.25, wind=CALM, how=HOW)
    assert enough.in_s is None
    assert enough.margin_fraction > 0.5
    late = latest_turn_back(remaining(path, 40.0), home=HOME, remaining_fraction=0.26, reserve_fraction=0.25, wind=CALM, how=HOW)
    assert late.passed
    assert late.in_s == 0.0


def test_what_is_left_of_a_path_starts_where_the_vehicle_is() -> None:
    path = timed_path(out_and_back(1000.0), HOME, home=HOME, how=HOW)
    rest = remaining(path, 62.0)
    assert rest.at(0.0) == pytest.approx(path.at(62.0))
    assert rest.duration_s == pytest.approx(path.duration_s - 62.0)
    assert rest.items[0] == 2


@pytest.mark.parametrize("truth", [0.8, 1.0, 1.5])
def test_consumption_is_learnt_from_the_charge_in_whole_percents(truth: float) -> None:
    meter = ConsumptionMeter(HOW)
    assert meter.factor == 1.0
    rate = truth * HOW.energy.level_power_w(10.0) / 3600.0 / HOW.energy.battery_wh
    for second in range(900):
        meter.look(float(second), math.floor((1.0 - rate * second) * 100) / 100, (10.0, 0.0), 0.0, CALM)
    assert meter.factor == pytest.approx(truth, rel=0.06)


def line(name: str, start: tuple[float, float, float], end: tuple[float, float, float], begins_s: float, ends_s: float) -> Trajectory:
    return Trajectory(name, np.array([start, end]), np.array([begins_s, ends_s]))


EAST = line("a", (0, 0, 50), (1000, 0, 50), 0, 100)
SHARP = Separation(50.0, 15.0, 0.0)


def test_two_that_meet_are_named_with_place_time_and_distance() -> None:
    crossing = line("b", (500, -480, 55), (500, 520, 55), 0, 100)
    (found,) = conflicts([EAST, crossing], SHARP)
    # Relative speed is (10, -10) m/s from a gap of (-500, 480): nearest after 49 s, 20/√2 m apart.
    assert (found.first, found.second) == ("a", "b")
    assert found.in_s == pytest.approx(49.0)
    assert found.horizontal_m == pytest.approx(20 / math.sqrt(2))
    assert found.vertical_m == pytest.approx(5.0)
    assert found.at_m[:2] == pytest.approx((495.0, 5.0))


@pytest.mark.parametrize(
    "other",
    [
        line("b", (500, -500, 70), (500, 500, 70), 0, 100),
        line("b", (500, -500, 50), (500, 500, 50), 200, 300),
        line("b", (0, 60, 50), (1000, 60, 50), 0, 100),
    ],
    ids=["20 m higher", "later", "60 m beside"],
)
def test_those_kept_apart_in_height_time_or_distance_are_no_conflict(other: Trajectory) -> None:
    assert conflicts([EAST, other], SHARP) == []


def test_a_climb_through_anothers_height_counts_only_while_too_close() -> None:
    # Climbs from 20 to 120 m right above the crossing point: within 15 m of 50 m between the 15th and the 45th second.
    early = line("b", (300, 0, 20), (300, 0, 120), 0, 100)
    (found,) = conflicts([EAST, early], SHARP)
    assert found.in_s == pytest.approx(30.0)
    assert found.horizontal_m == pytest.approx(0.0, abs=1e-6)
    late = line("b", (900, 0, 20), (900, 0, 120), 0, 100)
    assert conflicts([EAST, late], SHARP) == []


def test_nobody_keeps_to_a_plan_by_the_second() -> None:
    behind = line("b", (500, -580, 50), (500, 420, 50), 0, 100)  # 8 s later at the crossing: 56 m by plan
    assert conflicts([EAST, behind], SHARP) == []
    (found,) = conflicts([EAST, behind], Separation(50.0, 15.0, 10.0))
    assert found.horizontal_m < 10.0


def landing(name: str, east_m: float, way_up_m: float) -> Trajectory:
    """Home along its own way from 300 m north, down onto its own place."""
    points = np.array([(east_m, 300.0, way_up_m), (east_m, 0.0, way_up_m), (east_m, 0.0, 0.0)])
    return Trajectory(name, points, np.array([0.0, 30.0, 60.0]))


def test_flights_of_one_plan_land_side_by_side_and_foreign_ones_are_kept_off() -> None:
    own, beside = landing("a", 0.0, 50.0), landing("b", 9.0, 66.0)
    assert [(met.first, met.second) for met in meetings(own, [beside], [])] == [("a", "b")]
    assert meetings(own, [], [beside]) == []
    foreign = line("c", (500, 480, 55), (-500, -320, 55), 0, 60)
    assert [met.second for met in meetings(own, [foreign], [beside])] == ["c"]


def test_flights_of_one_plan_onto_the_same_place_at_once_are_a_conflict_all_the_same() -> None:
    onto_the_same, on_the_same_way = landing("b", 0.0, 66.0), landing("c", 4.0, 55.0)
    met = meetings(landing("a", 0.0, 50.0), [], [onto_the_same, on_the_same_way])
    assert sorted(one.second for one in met) == ["b", "c"]


def test_a_hundred_plans_give_each_pair_once() -> None:
    random = np.random.default_rng(5)
    fleet = [
        Trajectory(
            f"v{k}",
            np.column_stack([random.uniform(0, 5000, 30), random.uniform(0, 5000, 30), random.uniform(20, 120, 30)]),
            np.linspace(0, 1200, 30),
        )
        for k in range(100)
    ]
    found = conflicts(fleet, SHARP)
    pairs = [(conflict.first, conflict.second) for conflict in found]
    assert len(pairs) == len(set(pairs)) > 0
    assert [conflict.in_s for conflict in found] == sorted(conflict.in_s for conflict in found)


def flying(place: LonLat, charge: float, **changes: Any) -> VehicleState:
    state = {
        "flying": True,
        "armed": True,
        "lon_deg": place.lon_deg,
        "lat_deg": place.lat_deg,
        "altitude_above_home_m": 30.0,
        "altitude_amsl_m": 60.0,
    }
    return vehicle_state(**(state | {"battery": BatteryState(remaining_fraction=charge)} | changes))


def test_alarms_are_told_once_a_flight_in_words_with_the_next_step() -> None:
    following = Following("mav-1", utc_now(), HOW)
    far = FRAME.place(3000.0, 0.0)
    following.look(flying(far, 0.9), 0.0, CALM, None, 0.25)
    assert following.alarms(gcs_failsafe_off=False) == []
    following.look(flying(far, 0.3), 2.0, CALM, None, 0.25)
    (passed,) = following.alarms(gcs_failsafe_off=False)
    assert (passed.key, passed.severity) == ("turn_back.passed", "critical")
    assert "Return now" in passed.text
    assert [alarm.key for alarm in following.alarms(gcs_failsafe_off=True)] == ["failsafe.gcs"]
    assert following.alarms(gcs_failsafe_off=True) == []


def test_a_vehicle_without_a_plan_is_taken_to_go_on_as_it_goes() -> None:
    following = Following("mav-1", utc_now(), HOW)
    for second in range(4):
        following.look(flying(FRAME.place(10.0 * second, 0.0), 0.9), float(second), CALM, None, 0.25)
    path = following.trajectory(flying(FRAME.place(30.0, 0.0), 0.9), FRAME)
    assert path is not None
    assert path.points_m[0] == pytest.approx([30.0, 0.0, 60.0], abs=0.1)
    assert path.points_m[-1] == pytest.approx([30.0 + 450.0, 0.0, 60.0], rel=0.02, abs=0.1)


def test_a_vehicle_with_a_plan_is_taken_to_keep_to_it() -> None:
    following = Following("mav-1", utc_now(), HOW)
    progress = MissionProgress(mission_id=UUID(int=1), current_item=2, total_items=3, state="active")
    state = flying(FRAME.place(500.0, 0.0), 0.9, mission=progress)
    following.look(state, 0.0, CALM, out_and_back(1000.0), 0.25)
    path = following.trajectory(state, FRAME)
    assert path is not None
    assert path.points_m[1] == pytest.approx([1000.0, 0.0, 60.0], abs=0.2)
    assert path.times_s[1] == pytest.approx(50.0, abs=0.1)
