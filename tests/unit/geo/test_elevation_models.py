"""Elevation models: one surface from files of any projection, and where its pieces meet."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings, strategies as st
from pyproj import Transformer
from rasterio import Affine

from geo.primitives import GeoError
from geo.terrain import RasterHeights, VerticalReference, grid_heights, read_dem

CASPIAN_39N = "EPSG:32639"


def plane_m(lon: Any, lat: Any) -> Any:
    """1000 m for each degree north of 43, plus 100 m for each degree east of 51."""
    return (lat - 43.0) * 1000.0 + (lon - 51.0) * 100.0


def write(path: Path, heights: Any, transform: Affine, crs: str = "EPSG:4326", **options: Any) -> Path:
    rows, columns = heights.shape
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "float32", "crs": crs} | options
    with rasterio.open(path, "w", transform=transform, **profile) as file:
        file.write(heights.astype(profile["dtype"]), 1)
    return path


def write_plane(path: Path, **options: Any) -> Path:
    size, step = 200, 0.005
    rows, columns = np.mgrid[0:size, 0:size]
    lats, lons = 44.0 - (rows + 0.5) * step, 51.0 + (columns + 0.5) * step
    return write(path, plane_m(lons, lats), Affine(step, 0.0, 51.0, 0.0, -step, 44.0), **options)


def write_tile(folder: Path, name: str, height_m: int) -> None:
    grid = np.full((1201, 1201), height_m, dtype=">i2")
    grid[590:610, 590:610] = -32768
    (folder / name).write_bytes(grid.tobytes())


def test_heights_come_from_a_geotiff_between_its_pixels_and_not_from_beyond_it(tmp_path: Path) -> None:
    inside, outside = read_dem(write_plane(tmp_path / "plane.tif")).heights_amsl_m([[51.5012, 43.6037], [53.0, 43.5]])
    assert inside == pytest.approx(603.7 + 50.12, abs=0.1)
    assert np.isnan(outside)


def test_a_model_in_metres_of_a_projection_tells_the_same_heights(tmp_path: Path) -> None:
    to_metres = Transformer.from_crs("EPSG:4326", CASPIAN_39N, always_xy=True)
    east, north = to_metres.transform(51.5, 43.6)
    rows, columns = np.mgrid[0:400, 0:300]
    xs, ys = east - 3000 + (columns + 0.5) * 20, north + 4000 - (rows + 0.5) * 20
    lons, lats = to_metres.transform(xs, ys, direction="INVERSE")
    model = read_dem(write(tmp_path / "utm.tif", plane_m(lons, lats), Affine(20, 0, east - 3000, 0, -20, north + 4000), CASPIAN_39N))
    assert model.resolution_m == pytest.approx(20.0, rel=1e-3)
    places = np.array([51.5, 43.6]) + np.random.default_rng(1).uniform(-0.02, 0.02, (50, 2))
    assert model.heights_amsl_m(places) == pytest.approx(plane_m(*places.T), abs=0.02)
    edge = [to_metres.transform(east - beside, north, direction="INVERSE") for beside in (2999, 3001)]
    assert np.isfinite(model.heights_amsl_m(edge)).tolist() == [True, False]


def test_heights_in_feet_or_scaled_are_given_in_metres(tmp_path: Path) -> None:
    feet = read_dem(write_plane(tmp_path / "feet.tif", crs="EPSG:4326+6360"))
    assert feet.vertical is VerticalReference.AMSL
    assert feet.heights_amsl_m([[51.5, 43.5]])[0] == pytest.approx(550.0 * 1200 / 3937, abs=0.1)
    with rasterio.open(write_plane(tmp_path / "scaled.tif"), "r+") as file:
        file.scales, file.offsets = (0.5,), (10.0,)
    assert read_dem(tmp_path / "scaled.tif").heights_amsl_m([[51.5, 43.5]])[0] == pytest.approx(285.0, abs=0.1)


def test_a_model_above_the_ellipsoid_says_so(tmp_path: Path) -> None:
    assert read_dem(write_plane(tmp_path / "ellipsoid.tif", crs="EPSG:4979")).vertical is VerticalReference.ELLIPSOID
    assert read_dem(write_plane(tmp_path / "plain.tif")).vertical is VerticalReference.UNSTATED


def test_a_folder_of_srtm_tiles_is_one_model_and_voids_are_unknown(tmp_path: Path) -> None:
    write_tile(tmp_path, "N43E051.hgt", 100)
    write_tile(tmp_path, "N43E052.hgt", 200)
    heights = read_dem(tmp_path).heights_amsl_m([[51.25, 43.25], [52.75, 43.75], [51.5, 43.5]])
    assert heights.tolist() == pytest.approx([100.0, 200.0, np.nan], nan_ok=True)


def test_several_files_fill_what_the_first_does_not_know(tmp_path: Path) -> None:
    write_tile(tmp_path, "N43E051.hgt", 100)
    coarse = write_plane(tmp_path / "plane.tif")
    heights = read_dem([tmp_path / "N43E051.hgt", coarse]).heights_amsl_m([[51.25, 43.25], [51.5, 43.5]])
    assert heights == pytest.approx([100.0, 550.0], abs=0.1)


def test_a_large_tiled_file_is_read_where_it_is_asked_and_no_block_has_a_rim(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:1500, 0:1500]
    step = 0.0001
    lats, lons = 44.0 - (rows + 0.5) * step, 51.0 + (columns + 0.5) * step
    tiled = {"tiled": True, "blockxsize": 128, "blockysize": 128, "dtype": "float64"}
    model = read_dem(write(tmp_path / "large.tif", plane_m(lons, lats), Affine(step, 0, 51, 0, -step, 44), **tiled))
    line = np.linspace([51.001, 43.999], [51.149, 43.851], 5000)
    assert model.heights_amsl_m(line) == pytest.approx(plane_m(*line.T), abs=0.01)


def test_a_model_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(GeoError, match="no elevation model in"):
        read_dem(tmp_path)
    (tmp_path / "wrong.tif").write_text("not a raster")
    with pytest.raises(GeoError, match="cannot be read"):
        read_dem(tmp_path / "wrong.tif")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), second=st.booleans())
def test_between_two_pieces_the_ground_along_a_leg_is_one_parabola(seed: int, second: bool) -> None:
    random = np.random.default_rng(seed)
    model = grid_heights(random.uniform(0, 100, (12, 9)), (51.0, 44.0), (0.001, 0.0013))
    if second:
        finer = grid_heights(np.where(random.uniform(size=(20, 20)) < 0.2, np.nan, 50.0), (51.002, 43.998), (0.0004, 0.0004))
        model = RasterHeights([*finer.rasters, *model.rasters], "both")
    path = random.uniform([50.999, 43.984], [51.009, 44.001], (3, 2))
    breaks = model.pieces(path)
    assert breaks[0] == 0.0
    assert breaks[-1] == 2.0
    for low, high in pairwise(breaks):
        if high - low < 1e-6:
            continue
        at = low + (high - low) * np.array([0.02, 0.2, 0.5, 0.8, 0.98])
        leg = min(int(at[2]), 1)
        heights = model.heights_amsl_m(path[leg] + (at - leg)[:, None] * (path[leg + 1] - path[leg]))
        if np.isnan(heights).any():
            assert np.isnan(heights).all()
            continue
        parabola = np.polyfit([0.02, 0.5, 0.98], heights[[0, 2, 4]], 2)
        assert np.polyval(parabola, [0.2, 0.8]) == pytest.approx(heights[[1, 3]], abs=1e-6)
