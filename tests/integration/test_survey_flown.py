"""A planned survey flown by the simulated copter, item by item over the wire's own messages: where it goes, how long, how many photos."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame
from ground_station.__main__ import main
from ground_station.flight_data import FlightDataError, read_flights
from ground_station.flight_data.power import power_samples
from missions import (
    EnergyModel,
    MissionItem,
    PlanContext,
    PlanResult,
    SurveyRequest,
    SurveyStatistics,
    VehicleStart,
    known_energies,
    plan_survey,
)
from sim.battery import CAPACITY_AH, CELLS
from sim.modes import Mode
from tests.support.plans import ring
from tests.support.simulated_flight import AKTAU, Flight

FRAME = LocalFrame(AKTAU)
ZONE_M = [(120, 60), (190, 60), (190, 130), (120, 130)]
REQUEST = SurveyRequest(
    polygon=ring([(20, 20), (320, 20), (320, 220), (220, 220), (220, 150), (90, 150), (90, 220), (20, 220)], AKTAU),
    avoid=(ring(ZONE_M, AKTAU),),
    camera="sunqar-sim-nadir",
    altitude_m=60.0,
    speed_mps=8.0,
    home=AKTAU,
)


def on_the_wire(item: MissionItem, seq: int) -> mavlink.MAVLink_mission_item_int_message:
    params = [float("nan") if value is None else value for value in item.params]
    lat, lon = (0, 0) if item.position is None else (round(item.position.lat_deg * 1e7), round(item.position.lon_deg * 1e7))
    return mavlink.MAVLink_mission_item_int_message(
        1, 1, seq, item.frame, item.command, 0, int(item.autocontinue), *params, lat, lon, item.altitude_m or 0.0, 0
    )


@cache
def flown() -> tuple[PlanResult, Flight, float]:
    """The plan, the flight after it, and the seconds from the start of the mission until the motors stop."""
    result = plan_survey(REQUEST)
    assert result.plan is not None
    flight = Flight(seed=3)
    home = on_the_wire(MissionItem(16, 0, position=AKTAU), 0)
    items = [home, *(on_the_wire(item, seq) for seq, item in enumerate(result.plan.flight_items(), start=1))]
    assert flight.upload(items) == mavlink.MAV_MISSION_ACCEPTED
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO) == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    begun_s = flight.clock.boot_s
    flight.until(lambda: flight.position.up > 5.0, 30)
    flight.until(lambda: flight.copter.truth.on_ground, 1800)
    return result, flight, flight.clock.boot_s - begun_s


def test_the_vehicle_stays_out_of_the_zone() -> None:
    _, flight, _ = flown()
    track = shapely.LineString([(place.east, place.north) for place in flight.track[::10]])
    assert track.distance(shapely.Polygon(ZONE_M)) > 3.0


def test_the_flight_takes_as_long_as_estimated() -> None:
    result, _, seconds = flown()
    assert isinstance(result.statistics, SurveyStatistics)
    assert seconds == pytest.approx(result.statistics.duration_s, rel=0.05)


def test_every_planned_photo_is_taken() -> None:
    result, flight, _ = flown()
    assert isinstance(result.statistics, SurveyStatistics)
    taken = flight.of("CAMERA_FEEDBACK")
    # The last one of a line is due at its very end, where the vehicle may already have turned.
    assert abs(len(taken) - result.statistics.photos) <= result.statistics.lines
    planned = FRAME.to_en_m([photo.position.as_tuple() for photo in result.photos])
    for photo in taken:
        place = FRAME.to_en_m([[photo.lng / 1e7, photo.lat / 1e7]])[0]
        assert np.hypot(*(planned - place).T).min() < result.statistics.trigger_m


def test_the_energy_estimate_is_that_of_a_usual_survey_copter() -> None:
    result, flight, _ = flown()
    assert isinstance(result.statistics, SurveyStatistics)
    used_wh = flight.copter.battery.used_mah / 1000.0 * CELLS * 3.9
    assert EnergyModel().battery_wh == pytest.approx(CAPACITY_AH * CELLS * 3.7, abs=1.0)
    assert result.statistics.energy_wh == pytest.approx(used_wh, rel=0.10)


def test_the_log_of_a_flight_gives_the_energy_model_of_its_vehicle_to_plans_that_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result, flight, _ = flown()
    log, kept = tmp_path / "survey.tlog", tmp_path / "energy.toml"
    log.write_bytes(flight.tlog())
    monkeypatch.setattr("sys.argv", ["sunqar", "energy", "calibrate", str(log), "--vehicle", "survey-1", "--out", str(kept)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, capsys.readouterr().err
    assert "error of the energy of a flight: " in capsys.readouterr().out
    energies = known_energies(kept)
    assert energies["survey-1"].hover_w == pytest.approx(EnergyModel().hover_w, rel=0.1)
    drawn = sum(sample.power_w for sample in power_samples(read_flights(log)[0])) / 3600.0
    named = replace(REQUEST, vehicles=(VehicleStart(AKTAU, "survey-1"),))
    numbers = plan_survey(named, PlanContext(energies=energies)).statistics
    assert numbers is not None
    assert result.statistics is not None
    assert numbers.energy_wh == pytest.approx(drawn, rel=0.1)
    assert numbers.energy_wh != result.statistics.energy_wh


def test_a_log_without_power_is_refused_in_one_sentence(shared_data: Path) -> None:
    record = read_flights(shared_data / "flight-logs" / "dji-srt" / "mavic_mini.SRT")[0]
    with pytest.raises(FlightDataError, match="holds no power data: neither voltage nor current"):
        power_samples(record)
