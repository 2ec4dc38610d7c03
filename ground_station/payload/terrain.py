"""Blocks of terrain as vehicles ask for them. Pure: where each height is wanted, and the answer made of heights.

A request names a corner, a spacing in metres and 56 bits: 8 blocks to the east by 7 to the north, each of 4 by 4 heights.
Sources: MAVLink terrain protocol; the flat-earth offsets are ArduPilot's (`Location::offset_latlng`), so that its grid and ours are one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, isfinite, radians

from geo.primitives import LonLat
from ground_station.mavlink import WireMessage, mavlink

BLOCKS_EAST, BLOCKS_NORTH, SIDE = 8, 7, 4
BLOCKS = BLOCKS_EAST * BLOCKS_NORTH
M_PER_DEG = 1.0 / (1e-7 * 89.83204953368922)  # ArduPilot's LOCATION_SCALING_FACTOR
SPACING_MAX_M = 1000
HEIGHT_MIN_M, HEIGHT_MAX_M = -500, 9000


@dataclass(frozen=True, slots=True)
class TerrainRequest:
    """`lat_e7`, `lon_e7`: the south-west corner, echoed as it came."""

    lat_e7: int
    lon_e7: int
    spacing_m: int
    mask: int

    @classmethod
    def read(cls, m: WireMessage) -> "TerrainRequest | None":
        """None for what no vehicle should ask: a corner off the globe, no spacing, no block."""
        mask = int(m.mask) & ((1 << BLOCKS) - 1)
        if abs(m.lat) > 900_000_000 or abs(m.lon) > 1_800_000_000 or not 0 < m.grid_spacing <= SPACING_MAX_M or not mask:
            return None
        return cls(int(m.lat), int(m.lon), int(m.grid_spacing), mask)

    @property
    def blocks(self) -> Iterator[int]:
        """Numbers of the blocks asked for: row by row from the south-west."""
        return (number for number in range(BLOCKS) if self.mask >> number & 1)

    def points(self, block: int) -> list[LonLat]:
        """The 16 places of a block: four rows northwards, each eastwards."""
        corner = offset(
            LonLat(self.lon_e7 / 1e7, self.lat_e7 / 1e7),
            east_m=block % BLOCKS_EAST * SIDE * self.spacing_m,
            north_m=block // BLOCKS_EAST * SIDE * self.spacing_m,
        )
        return [offset(corner, east_m=i % SIDE * self.spacing_m, north_m=i // SIDE * self.spacing_m) for i in range(SIDE * SIDE)]

    def answer(self, block: int, heights_m: Iterable[float]) -> WireMessage | None:
        """None when a height is not known (NaN): no answer is better than a sea that is not there."""
        known = [float(height) for height in heights_m if isfinite(height)]
        if len(known) != SIDE * SIDE:
            return None
        data = [round(min(HEIGHT_MAX_M, max(HEIGHT_MIN_M, height))) for height in known]
        message: WireMessage = mavlink.MAVLink_terrain_data_message(self.lat_e7, self.lon_e7, self.spacing_m, block, data)
        return message


def offset(place: LonLat, *, east_m: float, north_m: float) -> LonLat:
    """On ArduPilot's flat earth: longitude is scaled at the middle latitude."""
    dlat = north_m / M_PER_DEG
    scale = max(0.01, cos(radians(place.lat_deg + dlat / 2)))
    lon = place.lon_deg + east_m / M_PER_DEG / scale
    return LonLat((lon + 180.0) % 360.0 - 180.0 if abs(lon) > 180.0 else lon, max(-90.0, min(90.0, place.lat_deg + dlat)))
