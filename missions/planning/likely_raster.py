"""A probability map out of a GeoTIFF: its pixels joined to so many squares that a request can say them one by one.

Numbers may be probabilities, counts or weights: where they add up to more than one, each is divided by their sum.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LonLat, MissionError
from missions.planning.area_file import DrawnArea

RASTER_SUFFIXES = (".tif", ".tiff")
MOST_SQUARES = 400
# A model that was drawn finer than this says nothing more about where to look, and would not fit into memory.
_MOST_PIXELS = 25_000_000


def likely_areas(path: Path) -> list[DrawnArea]:
    """The squares that are not empty, the likeliest first, their `probability` among the properties.

    Raises: `MissionError` naming the file and what is wrong with it.
    """
    values, corners_deg = _read(path)
    blocks, edges = _joined(values)
    total = float(blocks.sum())
    if total <= 0.0:
        raise _refused(path, "no pixel of it is above zero", "A probability map says where something may be.")
    shares = blocks / max(total, 1.0)
    order = np.argsort(-shares, axis=None, kind="stable")
    rows, columns = np.unravel_index(order[: np.count_nonzero(shares)], shares.shape)
    areas = []
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True), start=1):
        top, bottom, left, right = edges[0][row], edges[0][row + 1], edges[1][column], edges[1][column + 1]
        ring = tuple(corners_deg(pixel) for pixel in ((left, top), (right, top), (right, bottom), (left, bottom)))
        # Rounded down, so that all of them together are at most one.
        areas.append(DrawnArea(number, ring, (), {"probability": float(np.floor(shares[row, column] * 1e9) / 1e9)}))
    return [area for area in areas if area.properties["probability"] > 0.0]


class _Corners:
    """Pixel corners, counted from the first, as places in WGS84."""

    def __init__(self, dataset: Any, path: Path) -> None:
        from pyproj import CRS, Transformer

        self._to_map = dataset.transform
        self._to_wgs84 = Transformer.from_crs(CRS.from_wkt(dataset.crs.to_wkt()), "EPSG:4326", always_xy=True)
        self._path = path

    def __call__(self, pixel: tuple[int, int]) -> LonLat:
        column, row = pixel
        to_map = self._to_map
        lon, lat = self._to_wgs84.transform(to_map.a * column + to_map.b * row + to_map.c, to_map.d * column + to_map.e * row + to_map.f)
        if not (np.isfinite(lon) and np.isfinite(lat)):
            raise _refused(self._path, "its corners lie outside its projection", "Export it again in WGS84 (EPSG:4326).")
        return LonLat(round(float(lon), 8), round(float(lat), 8))


def _read(path: Path) -> tuple[NDArray[np.float64], _Corners]:
    import rasterio  # loads GDAL, which only files need
    from rasterio.errors import RasterioError

    try:
        # Other drivers of GDAL read addresses and further files.
        with rasterio.open(path, driver="GTiff") as dataset:
            if dataset.crs is None:
                raise _refused(path, "it does not say where it is", "Give it a projection.")
            if dataset.width * dataset.height > _MOST_PIXELS:
                raise _refused(path, f"{dataset.width} x {dataset.height} pixels are too many", "Resample it to a coarser one.")
            band = dataset.read(1, masked=True)
            values = np.nan_to_num(np.ma.filled(band.astype(np.float64), 0.0), nan=0.0, posinf=-1.0, neginf=-1.0)
            if values.min() < 0.0:
                raise _refused(path, "it has numbers below zero or without end", "Probabilities are from 0 to 1; mark voids as no data.")
            return values, _Corners(dataset, path)
    except RasterioError as error:
        raise _refused(path, f"it cannot be read as a GeoTIFF ({error})", "Export it again.") from error


def _joined(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[list[int], list[int]]]:
    """Sums over squares of pixels, at most as many as fit a request, and the pixel edges of their rows and columns."""
    size = max(1, int(np.ceil(np.sqrt(values.size / MOST_SQUARES))))
    while -(-values.shape[0] // size) * -(-values.shape[1] // size) > MOST_SQUARES:
        size += 1
    first = [np.arange(0, length, size) for length in values.shape]
    blocks = np.add.reduceat(np.add.reduceat(values, first[0], axis=0), first[1], axis=1)
    edges = [[*begin.tolist(), length] for begin, length in zip(first, values.shape, strict=True)]
    return blocks, (edges[0], edges[1])


def _refused(path: Path, problem: str, hint: str) -> MissionError:
    return MissionError(f"{path.name}: {problem}.", code="mission.probability_map", hint=hint)
