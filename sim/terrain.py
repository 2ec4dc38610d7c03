"""The ground's height: flat, or from an elevation model (GeoTIFF, SRTM .hgt, anything GDAL reads)."""

from math import floor, isfinite
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from geo.primitives import LonLat, SettingsError

FLAT_AMSL_M = 10.0
REACH_DEG = 0.5  # of a large model this much around home is kept in memory


class Terrain(Protocol):
    def height_amsl_m(self, lon_deg: float, lat_deg: float) -> float:
        """Height of the ground above mean sea level."""
        ...

    @property
    def flat(self) -> bool: ...


class FlatTerrain:
    """The same height everywhere."""

    flat = True

    def __init__(self, amsl_m: float = FLAT_AMSL_M) -> None:
        self._amsl_m = amsl_m

    def height_amsl_m(self, lon_deg: float, lat_deg: float) -> float:
        return self._amsl_m


class ElevationModel:
    """Heights on a regular grid of longitude and latitude, linear between its points; beyond its edge the edge goes on.

    `heights_m` has shape (rows from north to south, columns from west to east) and holds values at the pixels' centres; `west_deg` and
    `north_deg` are the centre of the first one.
    """

    flat = False

    def __init__(self, heights_m: Any, west_deg: float, north_deg: float, step_lon_deg: float, step_lat_deg: float) -> None:
        self._rows: list[list[float]] = np.asarray(heights_m, dtype=float).tolist()
        self._west, self._north = west_deg, north_deg
        self._step_lon, self._step_lat = step_lon_deg, step_lat_deg

    def height_amsl_m(self, lon_deg: float, lat_deg: float) -> float:
        column = min(max((lon_deg - self._west) / self._step_lon, 0.0), len(self._rows[0]) - 1.0)
        row = min(max((self._north - lat_deg) / self._step_lat, 0.0), len(self._rows) - 1.0)
        left, top = min(floor(column), len(self._rows[0]) - 2), min(floor(row), len(self._rows) - 2)
        across, down = column - left, row - top
        upper, lower = self._rows[top], self._rows[top + 1]
        above = upper[left] + (upper[left + 1] - upper[left]) * across
        below = lower[left] + (lower[left + 1] - lower[left]) * across
        return above + (below - above) * down


def read_elevation(path: Path, around: LonLat) -> ElevationModel:
    """The part of an elevation model within half a degree of `around`. Raises `SettingsError` when it cannot be read or lies elsewhere."""
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.vrt import WarpedVRT
    from rasterio.windows import Window, from_bounds

    try:
        with rasterio.open(path) as source, WarpedVRT(source, crs="EPSG:4326") as grid:
            bounds = grid.bounds
            if not (bounds.left <= around.lon_deg <= bounds.right and bounds.bottom <= around.lat_deg <= bounds.top):
                raise _unusable(path, f"home {around.lat_deg:g},{around.lon_deg:g} lies outside it")
            wanted = from_bounds(
                max(bounds.left, around.lon_deg - REACH_DEG),
                max(bounds.bottom, around.lat_deg - REACH_DEG),
                min(bounds.right, around.lon_deg + REACH_DEG),
                min(bounds.top, around.lat_deg + REACH_DEG),
                grid.transform,
            )
            window = Window(
                floor(wanted.col_off),
                floor(wanted.row_off),
                min(grid.width, round(wanted.width) + 1),
                min(grid.height, round(wanted.height) + 1),
            ).intersection(Window(0, 0, grid.width, grid.height))
            if window.width < 2 or window.height < 2:
                raise _unusable(path, "it has fewer than two points in a direction")
            heights = grid.read(1, window=window, masked=True).astype("float64")
            shape = grid.transform
            west, north = shape.c + (window.col_off + 0.5) * shape.a, shape.f + (window.row_off + 0.5) * shape.e
            step_lon, step_lat = shape.a, -shape.e
    except RasterioError as error:
        raise _unusable(path, str(error)) from error
    # The sea has no heights in most models: missing points lie at its level.
    filled = np.where(np.isfinite(heights.filled(np.nan)), heights.filled(0.0), 0.0)
    model = ElevationModel(filled, west, north, step_lon, step_lat)
    if not isfinite(model.height_amsl_m(around.lon_deg, around.lat_deg)):
        raise _unusable(path, "it has no height at home")
    return model


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"Elevation model '{path}' cannot be used: {why}.",
        code="sim.terrain",
        hint="Give a GeoTIFF or SRTM .hgt file that covers home, or leave --dem out for flat ground.",
    )
