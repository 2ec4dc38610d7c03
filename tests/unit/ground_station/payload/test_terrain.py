"""Terrain for vehicles: which heights a mask asks for, where they are, and what is not known stays unsaid."""

from math import nan

import pytest

from geo.primitives import LonLat, distance_m
from ground_station.mavlink import mavlink
from ground_station.payload.terrain import TerrainRequest
from tests.support.talk import VEHICLE, over_the_wire

SPACING_M = 100


def request(mask: int, *, lat_e7: int = 436_000_000, lon_e7: int = 511_000_000, spacing_m: int = SPACING_M) -> TerrainRequest | None:
    return TerrainRequest.read(over_the_wire(mavlink.MAVLink_terrain_request_message(lat_e7, lon_e7, spacing_m, mask), VEHICLE))


def asked(mask: int, **changed: int) -> TerrainRequest:
    found = request(mask, **changed)
    assert found is not None
    return found


def test_blocks_stand_eight_to_the_east_and_seven_to_the_north() -> None:
    wanted = asked(1 | 1 << 7 | 1 << 8 | 1 << 55)
    assert list(wanted.blocks) == [0, 7, 8, 55]
    corner = LonLat(51.1, 43.6)
    assert wanted.points(0)[0] == corner
    assert distance_m(corner, wanted.points(7)[0]) == pytest.approx(7 * 4 * SPACING_M, rel=3e-3)
    assert wanted.points(7)[0].lat_deg == pytest.approx(corner.lat_deg)
    assert distance_m(corner, wanted.points(8)[0]) == pytest.approx(4 * SPACING_M, rel=3e-3)
    assert wanted.points(8)[0].lon_deg == pytest.approx(corner.lon_deg)


def test_heights_of_a_block_go_eastwards_row_by_row_to_the_north() -> None:
    points = asked(1).points(0)
    assert len(points) == 16
    assert points[1].lon_deg > points[0].lon_deg
    assert points[1].lat_deg == points[0].lat_deg
    assert points[4].lat_deg > points[0].lat_deg
    assert points[4].lon_deg == pytest.approx(points[0].lon_deg)


def test_the_answer_echoes_the_corner_and_rounds_the_heights() -> None:
    answer = asked(1 << 9).answer(9, [10.4] * 15 + [-27.6])
    assert answer is not None
    sent = over_the_wire(answer, (254, 190))
    assert (sent.lat, sent.lon, sent.grid_spacing, sent.gridbit) == (436_000_000, 511_000_000, SPACING_M, 9)
    assert list(sent.data) == [10] * 15 + [-28]


def test_a_block_with_an_unknown_height_is_not_answered() -> None:
    assert asked(1).answer(0, [1.0] * 15 + [nan]) is None


@pytest.mark.parametrize("changed", [{"mask": 0}, {"mask": 1 << 60}, {"spacing_m": 0}, {"lat_e7": 910_000_000}])
def test_nonsense_is_not_answered(changed: dict[str, int]) -> None:
    assert request(**({"mask": 1} | changed)) is None
