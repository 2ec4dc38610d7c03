"""Heights of the ground from files: GeoTIFF in any projection, and SRTM tiles (.hgt). One file, or a folder of them.

GDAL is loaded with the first file: most stations have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from geo.primitives import LonLat, SettingsError

SUFFIXES = frozenset({".tif", ".tiff", ".hgt"})
_WGS84 = "EPSG:4326"
_BAD_HEIGHT_M = 9000.0  # above and below this no ground is; some files have no mark for what is missing


@dataclass(frozen=True, slots=True)
class _Tile:
    """West, south, east, north in degrees."""

    path: Path
    bounds: tuple[float, float, float, float]

    def holds(self, place: LonLat) -> bool:
        west, south, east, north = self.bounds
        return west <= place.lon_deg <= east and south <= place.lat_deg <= north


class ElevationModel:
    """Heights above mean sea level as the files have them, between their pixels by the four around."""

    def __init__(self, tiles: Sequence[_Tile]) -> None:
        self._tiles = tuple(tiles)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises: `SettingsError` when there is no such file, nothing in it, or it has no place on the earth."""
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        if not files:
            raise SettingsError(
                f"There is no elevation model in {path}.", code="dem.empty", hint=f"Put files with {', '.join(sorted(SUFFIXES))} there."
            )
        return cls([_tile(file) for file in files])

    def heights(self, places: Sequence[LonLat]) -> list[float | None]:
        """One for each place; None where no file knows it. Blocks the thread: reads files."""
        import rasterio

        found: list[float | None] = [None] * len(places)
        for tile in self._tiles:
            wanted = [index for index, place in enumerate(places) if found[index] is None and tile.holds(place)]
            if not wanted:
                continue
            with rasterio.open(tile.path) as dataset:
                values = _sampled(dataset, [places[index] for index in wanted])
            for index, value in zip(wanted, values, strict=True):
                found[index] = value
        return found


def _tile(path: Path) -> _Tile:
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is None:
                raise SettingsError(
                    f"The elevation model {path} does not say where it is.", code="dem.no_place", hint="Give it a projection."
                )
            return _Tile(path, transform_bounds(dataset.crs, _WGS84, *dataset.bounds))
    except RasterioError as error:
        raise SettingsError(
            f"The elevation model {path} cannot be read: {error}.", code="dem.unreadable", hint="It must be a GeoTIFF or an SRTM .hgt file."
        ) from error


def _sampled(dataset: Any, places: Sequence[LonLat]) -> list[float | None]:
    """Bilinear between pixel centres."""
    from rasterio.warp import transform
    from rasterio.windows import Window

    xs, ys = transform(_WGS84, dataset.crs, [place.lon_deg for place in places], [place.lat_deg for place in places])
    to_pixel, east, north = ~dataset.transform, np.asarray(xs), np.asarray(ys)
    columns = to_pixel.a * east + to_pixel.b * north + to_pixel.c - 0.5
    rows = to_pixel.d * east + to_pixel.e * north + to_pixel.f - 0.5
    columns, rows = np.clip(columns, 0, dataset.width - 1), np.clip(rows, 0, dataset.height - 1)
    left, top = int(np.floor(columns.min())), int(np.floor(rows.min()))
    right, bottom = min(dataset.width - 1, int(columns.max()) + 1), min(dataset.height - 1, int(rows.max()) + 1)
    window = Window(left, top, right - left + 1, bottom - top + 1)
    grid = dataset.read(1, window=window, masked=True).astype(float).filled(np.nan)
    grid[np.abs(grid) > _BAD_HEIGHT_M] = np.nan
    x, y = columns - left, rows - top
    x0, y0 = np.floor(x).astype(int), np.floor(y).astype(int)
    x1, y1 = np.minimum(x0 + 1, grid.shape[1] - 1), np.minimum(y0 + 1, grid.shape[0] - 1)
    fx, fy = x - x0, y - y0
    upper = grid[y0, x0] * (1 - fx) + grid[y0, x1] * fx
    lower = grid[y1, x0] * (1 - fx) + grid[y1, x1] * fx
    return [None if np.isnan(value) else float(value) for value in upper * (1 - fy) + lower * fy]
