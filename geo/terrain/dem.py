"""Elevation models from files: GeoTIFF (also cloud-optimised, any projection) and SRTM tiles (.hgt). One file, several, or a folder.

Files are read in blocks when they are first needed, and the blocks used last are kept: memory does not grow with the file.
"""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import GeoError
from geo.terrain.grid import WGS84, PixelGrid, Points
from geo.terrain.heights import Heights, RasterHeights, VerticalReference, bilinear

DEM_SUFFIXES = frozenset({".tif", ".tiff", ".hgt"})
_BLOCK_PX = 256
_BLOCKS_KEPT = 256  # of 256 KB each
_BAD_HEIGHT_M = 9000.0  # above and below this no ground is; some files have no mark for what is missing
_FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200.0 / 3937.0}


def read_dem(path: Path | str | Sequence[Path | str]) -> Heights:
    """The surface of a file, of several, or of a folder of them. Opens the files; heights are read when they are asked for.

    Raises: `GeoError` when there is no such file, nothing in the folder, or a file that is no raster with a place on the earth.
    """
    given = [Path(path)] if isinstance(path, Path | str) else [Path(one) for one in path]
    files = [file for one in given for file in _files(one)]
    blocks = _BlockCache()
    opened = [_opened(file, blocks) for file in files]
    # A model of both kinds cannot be told from one of the doubtful kind.
    kinds = {vertical for _, vertical in opened}
    vertical = kinds.pop() if len(kinds) == 1 else next(kind for kind in (VerticalReference.ELLIPSOID, *kinds) if kind in kinds)
    name = given[0].name if len(given) == 1 else f"{given[0].name} and {len(given) - 1} more"
    return RasterHeights([raster for raster, _ in opened], name, vertical)


def _files(path: Path) -> list[Path]:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in DEM_SUFFIXES) if path.is_dir() else [path]
    if not files:
        raise GeoError(
            f"There is no elevation model in {path}.", code="dem.empty", hint=f"Put files with {', '.join(sorted(DEM_SUFFIXES))} there."
        )
    return files


def _opened(path: Path, blocks: "_BlockCache") -> "tuple[_FileRaster, VerticalReference]":
    import rasterio
    from pyproj import CRS
    from rasterio.errors import RasterioError
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(path) as dataset:
            if dataset.crs is None:
                raise GeoError(f"The elevation model {path} does not say where it is.", code="dem.no_place", hint="Give it a projection.")
            crs = CRS.from_wkt(dataset.crs.to_wkt())
            horizontal = crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()
            name = WGS84 if horizontal.to_epsg() == 4326 else horizontal.to_wkt()
            inverse = ~dataset.transform
            # GDAL counts from the corner of the first pixel, a surface from its centre.
            to_pixel = (inverse.a, inverse.b, inverse.c - 0.5, inverse.d, inverse.e, inverse.f - 0.5)
            bounds = transform_bounds(dataset.crs, WGS84, *dataset.bounds)
            grid = PixelGrid(to_pixel, dataset.width, dataset.height, bounds, name)
            vertical, metres = _vertical(crs, str(dataset.units[0] or ""))
            return _FileRaster(path, grid, metres, blocks), vertical
    except RasterioError as error:
        raise GeoError(
            f"The elevation model {path} cannot be read: {error}.", code="dem.unreadable", hint="It must be a GeoTIFF or an SRTM .hgt file."
        ) from error


def _vertical(crs: Any, unit: str) -> tuple[VerticalReference, float]:
    """What heights count from, and how many metres one of them is."""
    metres = _FEET.get(unit.lower().strip(), 1.0)
    if crs.is_compound:
        upright = crs.sub_crs_list[1]
        factor = float(upright.axis_info[0].unit_conversion_factor) if upright.axis_info else metres
        return (VerticalReference.ELLIPSOID if "ellips" in upright.name.lower() else VerticalReference.AMSL), factor
    return (VerticalReference.ELLIPSOID if len(crs.axis_info) == 3 else VerticalReference.UNSTATED), metres


class _BlockCache:
    """The blocks used last, of all files of a model together."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[Path, int, int], NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Path, int, int]) -> NDArray[np.float32] | None:
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
            return self._blocks.get(key)

    def put(self, key: tuple[Path, int, int], block: NDArray[np.float32]) -> None:
        with self._lock:
            self._blocks[key] = block
            while len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)


class _FileRaster:
    def __init__(self, path: Path, grid: PixelGrid, metres: float, blocks: _BlockCache) -> None:
        self.grid = grid
        self._path = path
        self._metres = metres
        self._blocks = blocks

    def sample_m(self, pixels: Points) -> Points:
        import rasterio

        heights = np.full(len(pixels), np.nan)
        limit = np.array([self.grid.width, self.grid.height]) - 1
        block_of = np.clip(np.floor(pixels), 0, limit).astype(np.int64) // _BLOCK_PX
        order = np.lexsort((block_of[:, 0], block_of[:, 1]))
        changes = np.flatnonzero((np.diff(block_of[order], axis=0) != 0).any(axis=1)) + 1
        dataset = None
        try:
            for members in np.split(order, changes):
                if not len(members):
                    continue
                column, row = (int(v) for v in block_of[members[0]])
                block = self._blocks.get((self._path, column, row))
                if block is None:
                    # A raster library's handle belongs to one thread: opened anew, which costs less than the block.
                    dataset = dataset or rasterio.open(self._path)
                    block = self._read(dataset, column, row)
                    self._blocks.put((self._path, column, row), block)
                heights[members] = bilinear(block, pixels[members] - np.array([column, row]) * _BLOCK_PX)
        finally:
            if dataset is not None:
                dataset.close()
        return heights

    def _read(self, dataset: Any, column: int, row: int) -> NDArray[np.float32]:
        """A block and the first pixels of its neighbours to the right and below, so that every cell lies in one block."""
        from rasterio.windows import Window

        left, top = column * _BLOCK_PX, row * _BLOCK_PX
        window = Window(left, top, min(_BLOCK_PX + 1, self.grid.width - left), min(_BLOCK_PX + 1, self.grid.height - top))
        raw = dataset.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
        heights = (raw * dataset.scales[0] + dataset.offsets[0]) * self._metres
        heights[np.abs(heights) > _BAD_HEIGHT_M] = np.nan
        block: NDArray[np.float32] = heights.astype(np.float32)
        return block
