"""A survey planned for a plane and flown by the simulated ArduPlane: on the lines, as long and with as much energy as estimated."""

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame
from ground_station.__main__ import main
from missions import (
    MissionItem,
    PerimeterRequest,
    PlanContext,
    PlanResult,
    SurveyRequest,
    SurveyStatistics,
    VehicleStart,
    Wind,
    WingEnergyModel,
    keep_energy,
    known_wings,
    plan_request,
    plan_survey,
)
from sim import MeanWind
from sim.battery import CELLS
from sim.modes import PlaneMode
from tests.integration.test_survey_flown import on_the_wire
from tests.support.plans import ring
from tests.support.simulated_flight import AKTAU, Flight
from tests.support.whole_flights import fly

FRAME = LocalFrame(AKTAU)
# 42 hectares.
REQUEST = SurveyRequest(
    polygon=ring([(150, 150), (950, 150), (950, 550), (600, 800), (150, 600)], AKTAU),
    camera="sunqar-sim-nadir",
    altitude_m=100.0,
    side_overlap=0.5,
    home=AKTAU,
    vehicle="plane",
    wind=Wind(4.0, 300.0),
)


@cache
def flown() -> tuple[PlanResult, Flight, float]:
    """The plan, the flight after it, and the seconds from the start of the mission until the vehicle stands."""
    result = plan_survey(REQUEST)
    assert result.plan is not None
    flight = Flight(seed=3, vehicle_type="plane", wind=MeanWind(4.0, 300.0))
    home = on_the_wire(MissionItem(16, 0, position=AKTAU), 0)
    items = [home, *(on_the_wire(item, seq) for seq, item in enumerate(result.plan.flight_items(), start=1))]
    assert flight.upload(items) == mavlink.MAV_MISSION_ACCEPTED
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, PlaneMode.AUTO) == 0
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
    begun_s = flight.clock.boot_s
    flight.until(lambda: flight.position.up > 5.0, 60)
    flight.until(lambda: flight.copter.truth.on_ground and flight.copter.truth.velocity.level_length() < 0.1, 3000)
    return result, flight, flight.clock.boot_s - begun_s


def test_a_plane_flies_as_long_and_with_as_much_energy_as_estimated() -> None:
    result, flight, seconds = flown()
    assert isinstance(result.statistics, SurveyStatistics)
    assert seconds == pytest.approx(result.statistics.duration_s, rel=0.05)
    used_wh = flight.copter.battery.used_mah / 1000.0 * CELLS * 3.9
    assert result.statistics.energy_wh == pytest.approx(used_wh, rel=0.10)


def test_it_photographs_along_its_lines_with_wings_level() -> None:
    result, flight, _ = flown()
    assert isinstance(result.statistics, SurveyStatistics)
    taken = flight.of("CAMERA_FEEDBACK")
    # The last one of a line is due at its very end, where the turn begins.
    assert abs(len(taken) - result.statistics.photos) <= result.statistics.lines
    planned = FRAME.to_en_m([photo.position.as_tuple() for photo in result.photos])
    places = FRAME.to_en_m([[photo.lng / 1e7, photo.lat / 1e7] for photo in taken])
    nearest = np.hypot(*(places[:, None] - planned[None]).transpose(2, 0, 1)).min(axis=1)
    assert nearest.max() < result.statistics.trigger_m
    assert np.quantile([abs(photo.roll) for photo in taken], 0.95) < 15.0


PERIMETER = PerimeterRequest(
    polygon=ring([(150, 150), (950, 150), (950, 650), (600, 900), (150, 700)], AKTAU),
    camera="sunqar-sim-nadir",
    altitude_m=140.0,
    home=AKTAU,
    vehicle="plane",
)
ROUND = list(product(("ardupilot", "px4"), (60.0, 100.0, 140.0), (None, 60.0, 300.0)))
IN_EVERY_RUN = [("ardupilot", 140.0, None), ("ardupilot", 140.0, 300.0)]


@pytest.mark.parametrize(
    ("autopilot", "height_m", "from_deg"),
    [pytest.param(*case, marks=[] if case in IN_EVERY_RUN else pytest.mark.soak) for case in ROUND],
)
def test_climbing_and_landing_circles_take_a_plane_as_long_as_estimated(autopilot: str, height_m: float, from_deg: float | None) -> None:
    wind = None if from_deg is None else Wind(5.0, from_deg)
    result = plan_request(replace(PERIMETER, altitude_m=height_m, autopilot=autopilot, wind=wind))
    flight = fly(result, autopilot, vehicle_type="plane", wind=None if wind is None else MeanWind(wind.speed_mps, wind.from_deg))
    assert result.statistics is not None
    assert flight.seconds == pytest.approx(result.statistics.duration_s, rel=0.05)
    assert flight.energy_wh == pytest.approx(result.statistics.energy_wh, rel=0.10)


def test_it_lands_near_home() -> None:
    _, flight, _ = flown()
    assert np.hypot(flight.position.east, flight.position.north) < 80.0


def test_the_log_of_one_flight_foretells_the_energy_of_another_better_than_the_wing_assumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, log = tmp_path / "energy.toml", tmp_path / "perimeter.tlog"
    # A wing taken for a sleek one: it glides half as far again as it does.
    keep_energy(kept, "condor", WingEnergyModel(glide_ratio=14.0, efficiency=0.6))
    assumed = known_wings(kept)
    log.write_bytes(fly(plan_request(PERIMETER), "ardupilot", vehicle_type="plane").flight.tlog())
    monkeypatch.setattr("sys.argv", ["sunqar", "energy", "calibrate", str(log), "--vehicle", "condor", "--out", str(kept)])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert not ended.value.code, shown.err
    assert "condor: " in shown.out
    _, flight, _ = flown()
    used_wh = flight.copter.battery.used_mah / 1000.0 * CELLS * 3.9
    named = replace(REQUEST, vehicles=(VehicleStart(AKTAU, "condor"),))
    errors = []
    for wings in (assumed, known_wings(kept)):
        statistics = plan_survey(named, PlanContext(wings=wings)).statistics
        assert statistics is not None
        errors.append(abs(statistics.energy_wh / used_wh - 1.0))
    assert errors[0] > 0.25
    assert errors[1] < 0.10
