"""Where the pixels of an elevation raster lie, and where a path crosses from one of its cells into the next."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat

if TYPE_CHECKING:
    from pyproj import Transformer

Points = NDArray[np.float64]
WGS84 = "EPSG:4326"


@lru_cache(maxsize=64)
def _transformer(crs: str) -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs(WGS84, crs, always_xy=True)


@dataclass(frozen=True, slots=True)
class PixelGrid:
    """`to_pixel` (a, b, c, d, e, f): column = a x + b y + c and row = d x + e y + f of pixel **centres**, x and y in `crs` (WKT or
    authority code, horizontal, x to the east). A raster knows the ground as far as its pixels reach: half a pixel past the outer
    centres. `bounds_deg` is west, south, east, north, and may be larger than the raster."""

    to_pixel: tuple[float, float, float, float, float, float]
    width: int
    height: int
    bounds_deg: tuple[float, float, float, float]
    crs: str = WGS84

    def pixels(self, lonlat_deg: Points) -> Points:
        """(n, 2) longitudes and latitudes -> (n, 2) columns and rows; infinite where the projection has no such place."""
        x, y = lonlat_deg[:, 0], lonlat_deg[:, 1]
        if self.crs != WGS84:
            x, y = _transformer(self.crs).transform(x, y)
        a, b, c, d, e, f = self.to_pixel
        return np.column_stack([a * x + b * y + c, d * x + e * y + f])

    def lonlat_deg(self, pixels: Points) -> Points:
        """Inverse of `pixels`."""
        a, b, c, d, e, f = self.to_pixel
        x, y = np.linalg.solve(np.array([[a, b], [d, e]]), (pixels - [c, f]).T)
        if self.crs != WGS84:
            x, y = _transformer(self.crs).transform(x, y, direction="INVERSE")
        return np.column_stack([x, y])

    def holds(self, pixels: Points) -> NDArray[np.bool_]:
        limit = np.array([self.width, self.height]) - 0.5
        inside = (pixels >= -0.5) & (pixels <= limit)
        return inside[:, 0] & inside[:, 1]

    def near(self, lonlat_deg: Points) -> bool:
        """False when no place between these, taken as corners, can lie on the raster."""
        west, south, east, north = self.bounds_deg
        low, high = lonlat_deg.min(axis=0), lonlat_deg.max(axis=0)
        return bool(low[0] <= east and high[0] >= west and low[1] <= north and high[1] >= south)

    def resolution_m(self) -> float:
        """The shorter side of a pixel in the middle of the raster."""
        middle = np.array([self.width, self.height]) / 2.0
        corner, right, below = self.lonlat_deg(middle + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        sides = LocalFrame(LonLat(*(float(v) for v in corner))).to_en_m([right, below])
        return float(np.hypot(*sides.T).min())

    def crossings(self, lonlat_deg: Points) -> Points:
        """Where an (n, 2) path of straight legs crosses lines between cells: leg index + fraction of it, in no order.

        Cells lie between pixel centres; the outer half pixel, where the outermost height is held, is a cell of its own.
        """
        pixels = self.pixels(lonlat_deg)
        found = [_line_crossings(pixels[:, axis], size) for axis, size in ((0, self.width), (1, self.height))]
        return np.concatenate(found)


def _line_crossings(values: Points, size: int) -> Points:
    """Where a path's columns (or rows) pass the whole numbers 0 to size - 1 and the raster's edges."""
    start, end = values[:-1], values[1:]
    low, high = np.minimum(start, end), np.maximum(start, end)
    usable = np.isfinite(low) & np.isfinite(high) & (high - low > 1e-9)
    start, end, low, high = start[usable], end[usable], low[usable], high[usable]
    legs = np.flatnonzero(usable)
    first = np.clip(np.ceil(low), 0, size).astype(np.int64)
    last = np.clip(np.floor(high), -1, size - 1).astype(np.int64)
    counts = np.maximum(last - first + 1, 0)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    lines = np.repeat(first, counts) + offsets
    parts = [np.repeat(legs, counts) + (lines - np.repeat(start, counts)) / np.repeat(end - start, counts)]
    for edge in (-0.5, size - 0.5):
        passes = (low < edge) & (high > edge)
        parts.append(legs[passes] + (edge - start[passes]) / (end[passes] - start[passes]))
    return np.concatenate(parts)
