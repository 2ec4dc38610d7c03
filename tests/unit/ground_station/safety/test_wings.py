"""What a wing needs to stay up and to come home: against numbers worked out by hand, and against the simulated aircraft."""

import math
from dataclasses import replace

import pytest

from geo.primitives import LocalFrame, LonLat, utc_now
from ground_station.safety.checklist import OnboardFacts, PreflightFacts
from ground_station.safety.fitting import groups_to_read, moves, performance
from ground_station.safety.flight_path import hovering, timed_path
from ground_station.safety.following import Following
from ground_station.safety.performance import Performance, VtolPerformance, WingPerformance
from ground_station.safety.turn_back import latest_turn_back
from missions import CALM, DYNAMICS, MissionItem, MissionPlan, Wind, WingEnergyModel
from sim.airframes import BodyState, WingCommand
from sim.airframes.plane import Plane
from sim.airframes.vtol import Vtol
from sim.battery import CELLS, HOVER_CURRENT_A
from sim.vector import ZERO, Vector
from tests.support.api import vehicle_state
from tests.unit.ground_station.safety.test_turn_back_and_conflicts import flying

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)
WING, VTOL = WingPerformance(), VtolPerformance()
MEAN_VOLTS = CELLS * 3.742


def test_power_is_least_below_best_glide_and_a_turn_or_a_climb_costs_more() -> None:
    model = WingEnergyModel(idle_w=0.0)
    # At best glide drag is weight over glide ratio: 3.5 x 9.81 / 9 N through 13 m/s, at half efficiency.
    assert model.power_w(13.0) == pytest.approx(3.5 * 9.81 / 9.0 * 13.0 / 0.5)
    assert model.power_w(10.0) < model.power_w(13.0) < model.power_w(20.0)
    assert model.power_w(13.0, 2.0) - model.power_w(13.0) == pytest.approx(3.5 * 9.81 * 2.0 / 0.5)
    assert model.power_w(13.0, -13.0 / 9.0) == pytest.approx(0.0, abs=1e-6), "the glide ratio needs no engine"
    assert model.circling_w(12.0, 30.0) > model.circling_w(12.0, 120.0) > model.power_w(12.0)


@pytest.mark.parametrize(("airspeed_mps", "airframe"), [(12.0, Plane()), (15.0, Plane()), (20.0, Plane()), (15.0, Vtol())])
def test_the_model_takes_what_the_simulated_aircraft_takes(airspeed_mps: float, airframe: Plane | Vtol) -> None:
    start = Vector(0.0, airspeed_mps, 0.0)
    state = BodyState(position=Vector(0.0, 0.0, 200.0), velocity=start, airspeed_mps=airspeed_mps, wing_share=1.0, on_ground=False)
    loads = []
    for step in range(1500):
        state = airframe.step(state, WingCommand(airspeed_mps, 0.0, 0.0), ZERO, 0.02)
        if step > 750:
            loads.append(state.load)
    measured_w = sum(loads) / len(loads) * HOVER_CURRENT_A * MEAN_VOLTS
    assert WingEnergyModel().power_w(airspeed_mps) == pytest.approx(measured_w, rel=0.1)


def test_wind_changes_a_wings_time_and_not_its_power() -> None:
    still, against, behind = (WING.leg((1200.0, 0.0, 0.0), 12.0, wind) for wind in (CALM, Wind(4.0, 90.0), Wind(4.0, 270.0)))
    assert (still[0], against[0], behind[0]) == pytest.approx((100.0, 150.0, 75.0))
    assert against[1] / against[0] == pytest.approx(still[1] / still[0])
    across = WING.leg((1200.0, 0.0, 0.0), 12.0, Wind(6.0, 0.0))
    assert across[0] == pytest.approx(1200.0 / math.sqrt(12.0**2 - 6.0**2))


def test_what_cannot_be_climbed_on_the_way_is_climbed_in_circles() -> None:
    seconds, watt_hours = WING.leg((120.0, 0.0, 90.0), 12.0, CALM)
    assert seconds == pytest.approx(90.0 / WING.climb_mps)
    assert watt_hours > WING.leg((120.0, 0.0, 0.0), 12.0, CALM)[1] + 3.5 * 9.81 * 90.0 / 0.5 / 3600.0


def test_a_wing_stays_up_many_times_longer_than_a_copter_and_a_vtol_that_hangs_shorter() -> None:
    def turn_s(how: Performance) -> float:
        path = hovering(FRAME.place(1000.0, 0.0), 100.0, home=HOME, seconds=4 * 3600.0, wind=CALM, how=how)
        found = latest_turn_back(path, home=HOME, remaining_fraction=1.0, reserve_fraction=0.25, wind=CALM, how=how).in_s
        assert found is not None
        return found

    wing, copter, hanging = turn_s(WING), turn_s(Performance()), turn_s(VTOL.moving(1.0))
    assert wing > 3.5 * copter
    assert turn_s(VTOL.moving(14.0)) > 3.0 * copter
    assert hanging < copter


def test_a_plane_comes_home_on_a_glide_and_a_vtol_lands_on_rotors() -> None:
    far = (5000.0, 0.0, 100.0)
    wing_s, wing_wh = WING.coming_home(far, (0.0, 0.0), CALM)
    cruise_wh = WING.wing.power_w(12.0) * 5000.0 / 12.0 / 3600.0
    circle_s = 2 * math.pi * 60.0 / 12.0
    assert wing_s == pytest.approx(5000.0 / 12.0 + circle_s + 100.0 / WING.descent_mps)
    assert cruise_wh < wing_wh < 1.5 * cruise_wh
    vtol_wh = VTOL.coming_home(far, (0.0, 0.0), CALM)[1]
    hover_wh = VTOL.rotors.energy.hover_w * (5.0 / 1.5 + 10.0 / 0.5) / 3600.0
    assert vtol_wh - wing_wh == pytest.approx(hover_wh, rel=0.35)
    assert vtol_wh < 0.3 * Performance(return_altitude_m=100.0).coming_home(far, (0.0, 0.0), CALM)[1]


def test_a_planes_mission_is_flown_at_its_own_airspeed_and_its_loiter_turns_count() -> None:
    items = (
        MissionItem(22, 3, altitude_m=60.0),
        MissionItem(16, 3, position=FRAME.place(2400.0, 0.0), altitude_m=60.0),
        MissionItem(18, 3, params=(3.0, 0.0, 80.0, 0.0), position=FRAME.place(2400.0, 0.0), altitude_m=60.0),
        MissionItem(20, 2),
    )
    path = timed_path(MissionPlan(items=items, vehicle_type="plane", cruise_speed_mps=25.0), HOME, home=HOME, how=WING)
    legs = dict(zip(path.items.tolist(), path.times_s.tolist(), strict=True))
    assert legs[2] - legs[1] == pytest.approx(200.0, abs=0.5)
    assert path.times_s[4] - path.times_s[3] == pytest.approx(3 * 2 * math.pi * 80.0 / 12.0)
    assert path.points_m[-1] == pytest.approx([0.0, 0.0, 0.0], abs=0.1)


@pytest.mark.parametrize(
    ("kind", "autopilot", "parameters", "cruise_mps", "high_m", "radius_m"),
    [
        ("plane", "ardupilot", {"AIRSPEED_CRUISE": 14.0, "RTL_ALTITUDE": 80.0, "WP_LOITER_RAD": -45.0}, 14.0, 80.0, 45.0),
        ("plane", "ardupilot", {"TRIM_ARSPD_CM": 1600.0, "ALT_HOLD_RTL": -1.0}, 16.0, 100.0, 60.0),
        ("vtol", "px4", {"FW_AIRSPD_TRIM": 17.0, "RTL_RETURN_ALT": 60.0, "NAV_LOITER_RAD": 90.0}, 17.0, 60.0, 90.0),
        ("copter", "ardupilot", {"RTL_ALT": 3000.0, "AIRSPEED_CRUISE": 14.0}, 10.0, 30.0, 10.0),
    ],
)
def test_a_vehicle_is_fitted_by_its_own_parameters(
    kind: str, autopilot: str, parameters: dict[str, float], cruise_mps: float, high_m: float, radius_m: float
) -> None:
    state = vehicle_state(vehicle_type=kind, autopilot=autopilot)
    how = performance(PreflightFacts("takeoff", state.at, "", state, None, 0, onboard=OnboardFacts(parameters)))
    assert (how.cruise_mps, how.return_altitude_m, how.loiter_radius_m) == (cruise_mps, high_m, radius_m)
    assert isinstance(how, {"plane": WingPerformance, "vtol": VtolPerformance, "copter": Performance}[kind])


def asked(kind: str, autopilot: str, parameters: dict[str, float]) -> PreflightFacts:
    state = vehicle_state(vehicle_type=kind, autopilot=autopilot)
    return PreflightFacts("takeoff", state.at, "", state, None, 0, onboard=OnboardFacts(parameters))


@pytest.mark.parametrize(
    "parameters",
    [
        {"AIRSPEED_CRUISE": 18.0, "AIRSPEED_MIN": 13.0, "ROLL_LIMIT_DEG": 30.0, "NAVL1_PERIOD": 25.0, "NAVL1_DAMPING": 0.8},
        {"TRIM_ARSPD_CM": 1800.0, "ARSPD_FBW_MIN": 13.0, "LIM_ROLL_CD": 3000.0, "NAVL1_PERIOD": 25.0, "NAVL1_DAMPING": 0.8},
    ],
)
def test_plans_count_with_the_limits_of_the_wing_itself(parameters: dict[str, float]) -> None:
    own = moves(asked("plane", "ardupilot", parameters)).wing
    assert own.cruise_mps == 18.0
    assert 13.0 < own.slowest_mps < 18.0
    assert own.bank_deg < 30.0
    assert own.radius_m(18.0) > 1.3 * DYNAMICS["ardupilot"].wing.radius_m(18.0)
    assert {name for group in groups_to_read("ardupilot", "plane") for name in group} >= set(parameters)


def test_a_vehicle_with_the_limits_its_autopilot_comes_with_moves_as_that_autopilot_does() -> None:
    defaults = {"WP_ACC": 2.5, "WP_JERK": 1.0, "WP_SPD_UP": 2.5, "WP_SPD_DN": 1.5, "LAND_SPD_MS": 0.5, "RTL_ALT_M": 15.0}
    assert moves(asked("copter", "ardupilot", defaults)) == DYNAMICS["ardupilot"]
    hasty = moves(asked("copter", "ardupilot", {"WPNAV_SPEED_UP": 500.0, "WPNAV_ACCEL": 400.0})).copter
    assert (hasty.climb_mps, hasty.acceleration_mps2) == (5.0, 4.0)


def test_a_planes_consumption_is_learnt_in_flight_and_moves_its_turn_back() -> None:
    def after(truth: float) -> Following:
        following = Following("mav-1", utc_now(), replace(WING))
        used_s = truth * WING.wing.power_w(12.0) / 3600.0 / WING.battery_wh
        for second in range(0, 1800, 5):
            state = flying(FRAME.place(12.0 * (second % 100), 0.0), math.floor((1.0 - used_s * second) * 100) / 100, vehicle_type="plane")
            following.look(state, float(second), CALM, None, 0.25)
        return following

    usual, thirsty = after(1.0), after(2.0)
    assert thirsty.consumption > 1.5 * usual.consumption
    assert usual.turn_back is not None
    assert thirsty.turn_back is not None
    assert thirsty.turn_back.needed_now_fraction > 1.3 * usual.turn_back.needed_now_fraction
