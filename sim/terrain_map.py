"""The ground's heights that a vehicle was sent, in ArduPilot's grids: 32 by 28 points with one square of overlap, filled 4 by 4.

Grids begin at whole degrees and are named by the latitude and longitude of their south-west corner, in 1e-7 degrees. A bit of the mask
stands for one block of 4 by 4 points, eight blocks eastwards, seven northwards. Source: ArduPilot's AP_Terrain, MAVLink's terrain protocol.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, radians

BLOCK = 4
BLOCKS_NORTH, BLOCKS_EAST = 7, 8
STRIDE_NORTH, STRIDE_EAST = (BLOCKS_NORTH - 1) * BLOCK, (BLOCKS_EAST - 1) * BLOCK
WHOLE = (1 << BLOCKS_NORTH * BLOCKS_EAST) - 1
GRIDS = 12
DEGREE_E7 = 10_000_000
METRES_PER_E7 = 0.011131884502145034
SAME_PLACE_E7 = 5  # TERRAIN_MARGIN of 0.05 m


@dataclass(slots=True)
class Grid:
    """One grid: the blocks that came, by bit, each 16 heights in metres above the sea, four northwards of four eastwards."""

    lat_e7: int
    lon_e7: int
    blocks: dict[int, tuple[int, ...]] = field(default_factory=dict)
    used: int = 0

    @property
    def missing(self) -> int:
        """Mask of the blocks that have not come."""
        return WHOLE & ~sum(1 << bit for bit in self.blocks)

    def height_m(self, north: int, east: int) -> int | None:
        block = self.blocks.get(north // BLOCK * BLOCKS_EAST + east // BLOCK)
        return None if block is None else block[north % BLOCK * BLOCK + east % BLOCK]


class TerrainMap:
    """A vehicle's cache of grids; asking for a height makes its grid one that is wanted, and the one longest unasked gives way."""

    def __init__(self, spacing_m: int) -> None:
        self.spacing_m = spacing_m
        self._grids: list[Grid] = []
        self._uses = 0

    @property
    def loaded(self) -> int:
        """Blocks that are here."""
        return sum(len(grid.blocks) for grid in self._grids)

    @property
    def pending(self) -> int:
        """Blocks that are wanted and not here."""
        return len(self._grids) * BLOCKS_NORTH * BLOCKS_EAST - self.loaded

    def height_m(self, lat_e7: int, lon_e7: int) -> float | None:
        """Height above the sea, linear between the four points around; None while one of them is missing."""
        grid, north, east = self._locate(lat_e7, lon_e7)
        row, column = int(north), int(east)
        corners = [grid.height_m(row + up, column + along) for up in (0, 1) for along in (0, 1)]
        if None in corners:
            return None
        south_west, south_east, north_west, north_east = (float(corner or 0) for corner in corners)
        share_n, share_e = north - row, east - column
        west = south_west + (north_west - south_west) * share_n
        return west + (south_east + (north_east - south_east) * share_n - west) * share_e

    def wanted(self, lat_e7: int, lon_e7: int) -> Grid | None:
        """The grid to ask for next: the one around this place, then any other that is not whole."""
        here, *_ = self._locate(lat_e7, lon_e7)
        return next((grid for grid in (here, *self._grids) if grid.missing), None)

    def take(self, lat_e7: int, lon_e7: int, spacing_m: int, bit: int, heights_m: Sequence[int]) -> bool:
        """One block as it was sent; False when it belongs to no grid that was asked for."""
        if spacing_m != self.spacing_m or bit >= BLOCKS_NORTH * BLOCKS_EAST:
            return False
        for grid in self._grids:
            if abs(grid.lat_e7 - lat_e7) <= SAME_PLACE_E7 and abs(grid.lon_e7 - lon_e7) <= SAME_PLACE_E7:
                grid.blocks[bit] = tuple(heights_m)
                return True
        return False

    def _locate(self, lat_e7: int, lon_e7: int) -> tuple[Grid, float, float]:
        """The grid of a place, and the place in it: squares northwards and eastwards of its corner."""
        lat0, lon0 = lat_e7 // DEGREE_E7 * DEGREE_E7, lon_e7 // DEGREE_E7 * DEGREE_E7
        north = (lat_e7 - lat0) * METRES_PER_E7 / self.spacing_m
        east = (lon_e7 - lon0) * METRES_PER_E7 * _shrink((lat_e7 + lat0) / 2) / self.spacing_m
        rows, columns = int(north) // STRIDE_NORTH * STRIDE_NORTH, int(east) // STRIDE_EAST * STRIDE_EAST
        lat = lat0 + int(rows * self.spacing_m / METRES_PER_E7)
        lon = lon0 + int(columns * self.spacing_m / METRES_PER_E7 / _shrink((lat0 + lat) / 2))
        return self._grid(lat, lon), north - rows, east - columns

    def _grid(self, lat_e7: int, lon_e7: int) -> Grid:
        self._uses += 1
        found = next((grid for grid in self._grids if (grid.lat_e7, grid.lon_e7) == (lat_e7, lon_e7)), None)
        if found is None:
            if len(self._grids) >= GRIDS:
                self._grids.remove(min(self._grids, key=lambda grid: grid.used))
            found = Grid(lat_e7, lon_e7)
            self._grids.append(found)
        found.used = self._uses
        return found


def _shrink(lat_e7: float) -> float:
    return max(0.01, cos(radians(lat_e7 / DEGREE_E7)))
