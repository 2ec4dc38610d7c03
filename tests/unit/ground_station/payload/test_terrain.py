"""Terrain for vehicles: which heights a mask asks for, where they are, and what is not known stays unsaid."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from geo.primitives import LonLat, SettingsError, distance_m
from ground_station.mavlink import mavlink
from ground_station.payload.elevation import ElevationModel
from ground_station.payload.terrain import TerrainRequest
from tests.support.talk import VEHICLE, over_the_wire

SPACING_M = 100


def request(mask: int, *, lat_e7: int = 436_000_000, lon_e7: int = 511_000_000, spacing_m: int = SPACING_M) -> TerrainRequest | None:
    return TerrainRequest.read(over_the_wire(mavlink.MAVLink_terrain_request_message(lat_e7, lon_e7, spacing_m, mask), VEHICLE))


def asked(mask: int, **changed: int) -> TerrainRequest:
    found = request(mask, **changed)
    assert found is not None
    return found


def write_plane(path: Path, *, crs: str = "EPSG:4326", **options: Any) -> None:
    """Height is 1000 m for each degree north of 43, plus 100 m for each degree east of 51."""
    size, step = 200, 0.005
    rows, columns = np.mgrid[0:size, 0:size]
    lats, lons = 44.0 - (rows + 0.5) * step, 51.0 + (columns + 0.5) * step
    heights = ((lats - 43) * 1000 + (lons - 51) * 100).astype("float32")
    transform = Affine(step, 0.0, 51.0, 0.0, -step, 44.0)
    with rasterio.open(
        path, "w", driver="GTiff", width=size, height=size, count=1, dtype="float32", crs=crs, transform=transform, **options
    ) as file:
        file.write(heights, 1)


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
    assert asked(1).answer(0, [1.0] * 15 + [None]) is None


@pytest.mark.parametrize("changed", [{"mask": 0}, {"mask": 1 << 60}, {"spacing_m": 0}, {"lat_e7": 910_000_000}])
def test_nonsense_is_not_answered(changed: dict[str, int]) -> None:
    assert request(**({"mask": 1} | changed)) is None


def test_heights_come_from_a_geotiff_between_its_pixels_and_not_from_beyond_it(tmp_path: Path) -> None:
    write_plane(tmp_path / "plane.tif")
    model = ElevationModel.open(tmp_path / "plane.tif")
    inside, outside = model.heights([LonLat(51.5012, 43.6037), LonLat(53.0, 43.5)])
    assert inside == pytest.approx(603.7 + 50.12, abs=0.1)
    assert outside is None


def test_a_folder_of_srtm_tiles_is_one_model_and_voids_are_unknown(tmp_path: Path) -> None:
    for name, height in (("N43E051.hgt", 100), ("N43E052.hgt", 200)):
        grid = np.full((1201, 1201), height, dtype=">i2")
        grid[590:610, 590:610] = -32768
        (tmp_path / name).write_bytes(grid.tobytes())
    model = ElevationModel.open(tmp_path)
    assert model.heights([LonLat(51.25, 43.25), LonLat(52.75, 43.75), LonLat(51.5, 43.5)]) == [100.0, 200.0, None]


def test_a_model_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no elevation model in"):
        ElevationModel.open(tmp_path)
    (tmp_path / "wrong.tif").write_text("not a raster")
    with pytest.raises(SettingsError, match="cannot be read"):
        ElevationModel.open(tmp_path / "wrong.tif")
