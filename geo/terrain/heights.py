"""Heights of the ground, as a surface: between the pixel centres of an elevation model bilinear.

Heights count from mean sea level (the geoid), as SRTM, Copernicus and ALOS models do, and as autopilots report. A model that says it
counts from the ellipsoid is read as it is and says so: the two differ by some tens of metres, but over the few kilometres of a flight
by centimetres, so everything reckoned from home (climbs, clearances, items above home) holds; only heights above the sea do not.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.terrain.grid import PixelGrid, Points


class VerticalReference(StrEnum):
    """What the heights of a model count from, by its own words."""

    AMSL = "amsl"
    ELLIPSOID = "ellipsoid"
    UNSTATED = "unstated"  # nearly all files; nearly always mean sea level


class Heights(Protocol):
    """The ground. Reading may block on files; one surface may be read from several threads."""

    @property
    def name(self) -> str: ...

    @property
    def vertical(self) -> VerticalReference: ...

    @property
    def resolution_m(self) -> float:
        """Side of the smallest pixel."""
        ...

    def heights_amsl_m(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) longitudes and latitudes -> (n,) heights, NaN where the model does not know the ground.

        Raises: `OSError` when a file cannot be read any more.
        """
        ...

    def pieces(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        """Sorted leg index + fraction, 0 to n - 1, of an (n, 2) path; between two neighbours the height along the path is one
        polynomial of second degree. Legs are taken as straight in the model's projection: give legs of a few hundred metres."""
        ...


class HeightRaster(Protocol):
    """One raster of a model."""

    @property
    def grid(self) -> PixelGrid: ...

    def sample_m(self, pixels: Points) -> Points:
        """(n, 2) columns and rows on the raster -> (n,) heights between the four pixels around, NaN when one of them is unknown."""
        ...


class RasterHeights:
    """One or several rasters as one surface: where they overlap, the first that knows the ground is asked."""

    def __init__(self, rasters: Sequence[HeightRaster], name: str, vertical: VerticalReference = VerticalReference.UNSTATED) -> None:
        self.rasters = tuple(rasters)
        self.name = name
        self.vertical = vertical
        self.resolution_m = min(raster.grid.resolution_m() for raster in self.rasters)

    def heights_amsl_m(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        places = np.asarray(lonlat_deg, dtype=np.float64).reshape(-1, 2)
        found = np.full(len(places), np.nan)
        for raster in self.rasters:
            missing = np.flatnonzero(np.isnan(found))
            if not len(missing) or not raster.grid.near(places[missing]):
                continue
            pixels = raster.grid.pixels(places[missing])
            held = raster.grid.holds(pixels)
            found[missing[held]] = raster.sample_m(pixels[held])
        return found

    def pieces(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        path = np.asarray(lonlat_deg, dtype=np.float64).reshape(-1, 2)
        ends = np.arange(len(path), dtype=np.float64)
        crossings = [raster.grid.crossings(path) for raster in self.rasters if raster.grid.near(path)]
        return np.unique(np.concatenate([ends, *crossings]))


def bilinear(values: NDArray[np.floating[Any]], pixels: Points) -> Points:
    """Heights of (n, 2) columns and rows between the four around, by a (rows, columns) array; outside it the outermost is held."""
    rows, columns = values.shape
    column, row = np.clip(pixels[:, 0], 0, columns - 1), np.clip(pixels[:, 1], 0, rows - 1)
    x0, y0 = np.minimum(column.astype(np.int64), max(columns - 2, 0)), np.minimum(row.astype(np.int64), max(rows - 2, 0))
    x1, y1 = np.minimum(x0 + 1, columns - 1), np.minimum(y0 + 1, rows - 1)
    fx, fy = column - x0, row - y0
    upper = values[y0, x0] * (1 - fx) + values[y0, x1] * fx
    lower = values[y1, x0] * (1 - fx) + values[y1, x1] * fx
    heights: Points = upper * (1 - fy) + lower * fy
    return heights


class _MemoryRaster:
    def __init__(self, grid: PixelGrid, values: Points) -> None:
        self.grid = grid
        self._values = values

    def sample_m(self, pixels: Points) -> Points:
        return bilinear(self._values, pixels)


def grid_heights(
    heights_m: ArrayLike, north_west_deg: tuple[float, float], step_deg: tuple[float, float], name: str = "grid"
) -> "RasterHeights":
    """A surface from a (rows, columns) array, rows from north to south. `north_west_deg` is longitude and latitude of the centre of the
    first pixel, `step_deg` the distance of neighbours in longitude and in latitude, both above zero."""
    values = np.asarray(heights_m, dtype=np.float64)
    (west, north), (dx, dy), (rows, columns) = north_west_deg, step_deg, values.shape
    bounds = (west - dx / 2, north - (rows - 0.5) * dy, west + (columns - 0.5) * dx, north + dy / 2)
    grid = PixelGrid((1 / dx, 0.0, -west / dx, 0.0, -1 / dy, north / dy), columns, rows, bounds)
    return RasterHeights([_MemoryRaster(grid, values)], name)
