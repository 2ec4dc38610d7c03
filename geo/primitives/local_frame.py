"""Local metric frame: east and north in metres around an origin.

Azimuthal equidistant projection on WGS84 centred at the origin; within 20 km of it lengths are true to
better than 1 part in 10^5, so areas, spacings and speeds are measured here and never in degrees.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.primitives.place import LonLat

if TYPE_CHECKING:
    from pyproj import Transformer


@lru_cache(maxsize=256)
def _transformer(origin: LonLat) -> "Transformer":
    from pyproj import Transformer

    # The steps are spelled out: made from two systems by name they are the same, after 17 ms in PROJ's database instead of 0.1 ms.
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=aeqd +lat_0={origin.lat_deg} +lon_0={origin.lon_deg} +ellps=WGS84"
    )


class LocalFrame:
    """East-north plane tangent at `origin`."""

    def __init__(self, origin: LonLat) -> None:
        self.origin = origin
        self._projection = _transformer(origin)

    def to_en_m(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) longitudes and latitudes in degrees -> (n, 2) east and north in metres."""
        points = np.atleast_2d(np.asarray(lonlat_deg, dtype=np.float64))
        east, north = self._projection.transform(points[:, 0], points[:, 1])
        return np.column_stack([east, north])

    def to_lonlat_deg(self, en_m: ArrayLike) -> NDArray[np.float64]:
        """(n, 2) east and north in metres -> (n, 2) longitudes and latitudes in degrees."""
        points = np.atleast_2d(np.asarray(en_m, dtype=np.float64))
        lon, lat = self._projection.transform(points[:, 0], points[:, 1], direction="INVERSE")
        return np.column_stack([lon, lat])

    def place(self, east_m: float, north_m: float) -> LonLat:
        lon, lat = self._projection.transform(east_m, north_m, direction="INVERSE")
        return LonLat(float(lon), float(lat))

    def offset_m(self, point: LonLat) -> tuple[float, float]:
        east, north = self._projection.transform(point.lon_deg, point.lat_deg)
        return float(east), float(north)


def distance_m(a: LonLat, b: LonLat) -> float:
    """Ground distance in metres between two points a few hundred kilometres apart at most."""
    east, north = LocalFrame(a).offset_m(b)
    return float(np.hypot(east, north))


def bearing_deg(a: LonLat, b: LonLat) -> float:
    """Initial bearing from a to b, degrees clockwise from true north, 0..360."""
    east, north = LocalFrame(a).offset_m(b)
    return float(np.degrees(np.arctan2(east, north)) % 360.0)
