"""Air, battery, sensors and ground around a vehicle."""

from collections.abc import Callable
from math import sqrt
from pathlib import Path
from random import Random
from statistics import fmean, pstdev

import numpy as np
import pytest
import rasterio
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LonLat, SettingsError
from sim import MeanWind
from sim.airframes import BodyState, MotionCommand, airframe_of
from sim.battery import CELLS, Battery, drain, measured_at, rest_voltage_v
from sim.local_place import LocalPlaces
from sim.sensors import Sensors
from sim.terrain import ElevationModel, read_elevation
from sim.vector import Vector
from sim.wind import Wind
from tests.support.simulated_flight import AKTAU, Flight

DT_S = 0.02


def blown(wind: Wind, height_m: float, seconds: float) -> list[Vector]:
    return [wind.step(height_m, DT_S) for _ in range(round(seconds / DT_S))]


# Wind ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height_m", "share"), [(0.0, 0.0), (15.0, 0.5), (30.0, sqrt(0.5)), (60.0, 1.0), (200.0, 1.0)])
def test_wind_grows_as_the_root_of_height_up_to_sixty_metres(height_m: float, share: float) -> None:
    air = blown(Wind(MeanWind(8.0, 270.0, 0.0), Random(1)), height_m, 1.0)[-1]
    assert air.east == pytest.approx(8.0 * share, abs=1e-9)
    assert air.north == pytest.approx(0.0, abs=1e-9)


def test_a_change_of_wind_arrives_with_a_lag_of_five_seconds() -> None:
    wind = Wind(MeanWind(0.0, 0.0, 0.0), Random(1))
    blown(wind, 60.0, 1.0)
    wind.mean = MeanWind(10.0, 180.0, 0.0)
    assert blown(wind, 60.0, 5.0)[-1].north == pytest.approx(10.0 * (1.0 - np.exp(-1.0)), rel=0.01)
    assert blown(wind, 60.0, 30.0)[-1].north == pytest.approx(10.0, rel=0.01)


def test_gusts_are_as_strong_as_asked_and_last_about_a_second() -> None:
    easts = [air.east for air in blown(Wind(MeanWind(10.0, 270.0, 0.2), Random(5)), 60.0, 1200.0)]
    assert fmean(easts) == pytest.approx(10.0, abs=0.3)
    assert pstdev(easts) == pytest.approx(2.0, rel=0.1)
    away = np.asarray(easts) - fmean(easts)
    second = round(1.0 / DT_S)
    assert (away[:-second] * away[second:]).mean() / away.var() == pytest.approx(np.exp(-1.0), abs=0.1)


# Battery -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("charge", "cell_v"), [(1.0, 4.173), (0.5, 3.742), (0.115, 3.21)])
def test_a_cell_at_rest_has_the_voltage_of_its_charge(charge: float, cell_v: float) -> None:
    assert rest_voltage_v(charge) / CELLS == pytest.approx(cell_v)
    measured = measured_at(Battery(charge), 20.0)
    assert measured.charge == charge
    assert drain(measured, 0.0, 10.0).voltage_v == pytest.approx(20.0, abs=0.01)


def test_voltage_sags_by_current_times_resistance_through_a_ten_hertz_filter() -> None:
    battery = Battery(0.5, rest_voltage_v(0.5), 0.0)
    first = drain(battery, 1.0, DT_S)
    assert 0.5 * 0.2 < rest_voltage_v(0.5) - first.voltage_v < 0.9 * 0.2
    for _ in range(20):
        battery = drain(battery, 1.0, DT_S)
    assert battery.voltage_v == pytest.approx(rest_voltage_v(battery.charge) - 20.0 * 0.01, abs=0.002)


def test_climbing_costs_more_than_hovering_and_flying_fast_more_than_slow() -> None:
    def load_at(velocity: Vector) -> float:
        state = BodyState(position=Vector(0, 0, 500), velocity=velocity, on_ground=False)
        for _ in range(300):
            state = airframe_of("copter").step(state, MotionCommand(velocity, None, motors_on=True), Vector(0, 0, 0), DT_S)
        return state.load

    hovering, climbing, sinking, fast = (
        load_at(Vector(0, 0, 0)),
        load_at(Vector(0, 0, 2.5)),
        load_at(Vector(0, 0, -1.5)),
        load_at(Vector(12, 0, 0)),
    )
    assert sinking < hovering < climbing
    assert hovering < fast
    assert hovering == pytest.approx(1.03)


# Sensors -------------------------------------------------------------------------------------------------------------------------


def test_satellites_give_five_places_a_second_near_the_truth() -> None:
    sensors = Sensors(Random(4))
    truth = BodyState(position=Vector(10, 20, 30), on_ground=False)
    samples = [sensors.sample(truth, step * DT_S) for step in range(round(600 / DT_S))]
    fixes = sorted({sample.gps.at_s: sample.gps for sample in samples if sample.gps.kind == 3}.values(), key=lambda fix: fix.at_s)
    assert len(fixes) == pytest.approx(598 * 5, abs=6)
    off = [fix.position.minus(truth.position) for fix in fixes]
    assert 0.1 < pstdev([place.east for place in off]) < 0.6
    assert max(place.length() for place in off) < 4.0
    heights = [sample.barometer_up_m for sample in samples]
    assert 0.03 < pstdev(heights) < 0.5
    headings = [sample.heading_deg for sample in samples]
    assert 0.05 < pstdev(headings) < 1.5


def test_there_is_no_place_before_the_receiver_has_its_satellites() -> None:
    flight = Flight(ready=False)
    flight.run(1.0)
    assert flight.copter.body.readings.gps.kind == 1
    assert not flight.copter.body.readings.ready
    flight.run(4.0)
    assert flight.copter.body.readings.ready


# Ground --------------------------------------------------------------------------------------------------------------------------

NORTH_WEST = LonLat(51.1, 43.7)
STEP_DEG = 0.001


def sloping(rows: int = 101, columns: int = 101) -> np.ndarray:
    """100 m at the western edge, 1 m more for each column eastwards."""
    return np.tile(100.0 + np.arange(columns, dtype="float32"), (rows, 1))


@pytest.fixture
def slope_file(tmp_path: Path) -> Path:
    path = tmp_path / "slope.tif"
    heights = sloping()
    profile = {"driver": "GTiff", "height": 101, "width": 101, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    corner = rasterio.Affine(STEP_DEG, 0, NORTH_WEST.lon_deg - STEP_DEG / 2, 0, -STEP_DEG, NORTH_WEST.lat_deg + STEP_DEG / 2)
    with rasterio.open(path, "w", transform=corner, **profile) as out:
        out.write(heights, 1)
    return path


def test_heights_between_grid_points_are_linear(slope_file: Path) -> None:
    ground = read_elevation(slope_file, AKTAU)
    assert ground.height_amsl_m(51.1, 43.65) == pytest.approx(100.0, abs=1e-3)
    assert ground.height_amsl_m(51.1505, 43.65) == pytest.approx(150.5, abs=1e-3)
    assert ground.height_amsl_m(50.0, 43.65) == pytest.approx(100.0, abs=1e-3)  # the edge goes on


def test_an_srtm_tile_is_read(tmp_path: Path) -> None:
    path = tmp_path / "N43E051.hgt"
    heights = np.full((1201, 1201), -32768, dtype=">i2")
    heights[:, 100:] = 42
    path.write_bytes(heights.tobytes())
    ground = read_elevation(path, AKTAU)
    assert ground.height_amsl_m(51.16, 43.6505) == pytest.approx(42.0)
    assert ground.height_amsl_m(51.02, 43.6505) == 0.0  # the sea has no heights


@pytest.mark.parametrize(
    ("make", "why"),
    [(lambda path: path.write_bytes(b"not a picture"), "cannot be used"), (lambda path: None, "cannot be used")],
    ids=["broken", "missing"],
)
def test_a_useless_elevation_model_is_named(tmp_path: Path, make: Callable[[Path], object], why: str) -> None:
    path = tmp_path / "ground.tif"
    make(path)
    with pytest.raises(SettingsError, match=why):
        read_elevation(path, AKTAU)


def test_home_must_lie_on_the_elevation_model(slope_file: Path) -> None:
    with pytest.raises(SettingsError, match="lies outside it"):
        read_elevation(slope_file, LonLat(60.0, 43.65))


def test_a_copter_lands_where_the_ground_is() -> None:
    terrain = ElevationModel(sloping(), NORTH_WEST.lon_deg, NORTH_WEST.lat_deg, STEP_DEG, STEP_DEG)
    flight = Flight(terrain=terrain)
    assert flight.copter.places.ground_amsl_m == pytest.approx(160.0)
    flight.take_off(40)
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(800, 0, 40), -1, 1)
    flight.run(110.0)
    below = flight.copter.body.readings.ground_up_m
    assert below == pytest.approx(800.0 / 80.6, abs=0.5)
    assert flight.command(mavlink.MAV_CMD_NAV_LAND) == 0
    flight.until(lambda: flight.copter.truth.on_ground, 90)
    assert flight.position.up == pytest.approx(below, abs=0.2)
    amsl_m = flight.of("GPS_RAW_INT")[-1].alt / 1000.0
    assert amsl_m == pytest.approx(160.0 + below, abs=2.5)


def test_heights_above_terrain_are_taken_over_the_place_itself() -> None:
    terrain = ElevationModel(sloping(), NORTH_WEST.lon_deg, NORTH_WEST.lat_deg, STEP_DEG, STEP_DEG)
    places = LocalPlaces(AKTAU, terrain)
    east = Vector(806, 0, 0)
    assert places.height_m(30.0, 10, east) == pytest.approx(40.0, abs=0.1)
    assert places.height_m(30.0, 3, east) == 30.0
    assert places.height_m(190.0, 0, east) == pytest.approx(30.0)
