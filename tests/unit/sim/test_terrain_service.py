"""Terrain data over the wire: what a vehicle asks for, what it makes of the answers, and what it does without them."""

from collections.abc import Callable
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.autopilot import Autopilot
from sim.modes import Mode
from sim.terrain_map import BLOCK, BLOCKS_EAST, METRES_PER_E7, TerrainMap
from sim.vector import Vector
from tests.support.simulated_flight import AKTAU, Flight

ABOVE_TERRAIN = mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT
Height = Callable[[float, float], float]


class Slope:
    """Ground that rises eastwards from 10 m at the place of start: 8 m in a hundred."""

    flat = False

    def height_amsl_m(self, lon_deg: float, lat_deg: float) -> float:
        return 10.0 + 0.08 * (lon_deg - AKTAU.lon_deg) * 80_600.0


def heights_of(request: Any, bit: int, height: Height) -> Any:
    """TERRAIN_DATA for one block of a request."""
    spacing = request.grid_spacing
    lat_m, lon_m = bit // BLOCKS_EAST * BLOCK * spacing, bit % BLOCKS_EAST * BLOCK * spacing
    values = []
    for north in range(BLOCK):
        for east in range(BLOCK):
            lat = request.lat / 1e7 + (lat_m + north * spacing) / METRES_PER_E7 / 1e7
            lon = request.lon / 1e7 + (lon_m + east * spacing) / METRES_PER_E7 / 1e7 / 0.7236
            values.append(round(height(lon, lat)))
    return mavlink.MAVLink_terrain_data_message(request.lat, request.lon, spacing, bit, values)


class Served(Flight):
    """A flight whose station answers every request for terrain."""

    served = True

    def step(self) -> None:
        before = len(self.sent)
        super().step()
        for request in [message for message in self.sent[before:] if message.get_type() == "TERRAIN_REQUEST"] if self.served else []:
            for bit in range(56):
                if request.mask >> bit & 1:
                    self.tell(heights_of(request, bit, Slope().height_amsl_m))


def above_terrain(flight: Flight, height_m: float, far_m: float = 400.0) -> list[Any]:
    return [
        flight.item(0, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0, 0, 0)),
        flight.item(1, mavlink.MAV_CMD_NAV_TAKEOFF, None, height_m=height_m),
        flight.item(2, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(far_m, 0.0, height_m), frame=ABOVE_TERRAIN),
        flight.item(3, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0.0, 0.0, height_m), frame=ABOVE_TERRAIN),
    ]


def start(flight: Flight, plan: list[Any]) -> Autopilot:
    pilot = flight.copter.autopilot
    flight.upload(plan)
    flight.run(2)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1, 21196) == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    return pilot


def test_missing_ground_is_asked_for_every_two_seconds_until_it_has_come() -> None:
    silent = Flight()
    silent.run(6)
    asked = silent.of("TERRAIN_REQUEST")
    assert len({(request.lat, request.lon) for request in asked}) == 1
    assert len(asked) == 4
    assert all(request.mask == (1 << 56) - 1 and request.grid_spacing == 100 for request in asked)
    flight = Served(terrain=Slope())
    flight.run(30)
    report = flight.of("TERRAIN_REPORT")[-1]
    assert (report.pending, report.spacing) == (0, 100)
    assert report.loaded >= 56
    flight.sent.clear()
    flight.run(6)
    assert flight.of("TERRAIN_REQUEST") == []


def test_a_check_is_answered_with_the_height_of_that_place() -> None:
    flight = Served(terrain=Slope())
    flight.run(30)
    lat, lon = flight.copter.places.lat_lon_e7(Vector(500.0, 0.0, 0.0))
    [report] = flight.tell(mavlink.MAVLink_terrain_check_message(lat, lon))
    assert (report.lat, report.lon, report.spacing) == (lat, lon, 100)
    assert report.terrain_height == pytest.approx(Slope().height_amsl_m(lon / 1e7, lat / 1e7), abs=1.5)
    [unknown] = flight.tell(mavlink.MAVLink_terrain_check_message(100_000_000, 100_000_000))
    assert unknown.spacing == 0
    assert unknown.pending == 56


def test_blocks_nobody_asked_for_and_other_spacings_are_left() -> None:
    known = TerrainMap(100)
    assert not known.take(436_000_000, 511_000_000, 100, 0, [1] * 16)
    known.height_m(436_505_000, 511_600_000)
    grid = known.wanted(436_505_000, 511_600_000)
    assert grid is not None
    assert not known.take(grid.lat_e7, grid.lon_e7, 30, 0, [1] * 16)
    assert not known.take(grid.lat_e7, grid.lon_e7, 100, 56, [1] * 16)
    assert known.take(grid.lat_e7, grid.lon_e7, 100, 3, [1] * 16)
    assert grid.missing == ((1 << 56) - 1) ^ (1 << 3)


def test_a_mission_above_terrain_keeps_its_height_over_the_slope() -> None:
    flight = Served(terrain=Slope())
    flight.run(30)
    pilot = start(flight, above_terrain(flight, 30))
    flight.until(lambda: pilot.run.current == 2 and flight.position.east > 50, 60)
    gaps = []
    while pilot.run.current == 2:
        flight.step()
        gaps.append(flight.position.up - flight.copter.places.ground_up_m(flight.position))
    assert min(gaps) > 27.0
    assert max(gaps) < 33.0
    assert pilot.terrain_known


def test_arming_waits_for_the_ground_of_a_mission_above_terrain() -> None:
    flight = Served(terrain=Slope())
    flight.served = False
    flight.upload(above_terrain(flight, 30))
    flight.run(2)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 4
    flight.step()
    assert "Arm: waiting for terrain data" in flight.texts()
    flight.served = True
    flight.run(40)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0


def test_without_data_the_mission_is_left_for_the_way_home() -> None:
    flight = Flight(terrain=Slope())
    pilot = start(flight, above_terrain(flight, 30))
    flight.until(lambda: pilot.mode == Mode.RTL, 60)
    assert "Failsafe: Terrain data missing" in flight.texts()


def test_terrain_taken_out_of_service_asks_for_nothing() -> None:
    flight = Flight(ready=False)
    flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"TERRAIN_ENABLE", 0.0, mavlink.MAV_PARAM_TYPE_INT8))
    flight.run(6)
    assert flight.of("TERRAIN_REQUEST") == flight.of("TERRAIN_REPORT") == []


def test_px4_has_no_terrain_database() -> None:
    flight = Flight(autopilot="px4")
    flight.run(5)
    assert flight.of("TERRAIN_REQUEST") == []
    assert flight.copter.autopilot.terrain_known
