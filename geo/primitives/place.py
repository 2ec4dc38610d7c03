"""Places on the WGS84 ellipsoid. Longitude comes first everywhere, as in GeoJSON and PostGIS."""

from dataclasses import dataclass

from geo.primitives.errors import GeoError


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point in degrees, WGS84 (EPSG:4326). Raises `GeoError` when out of range or not a number."""

    lon_deg: float
    lat_deg: float

    def __post_init__(self) -> None:
        if not -180.0 <= self.lon_deg <= 180.0:
            raise GeoError(
                f"Longitude {self.lon_deg} is outside -180..180.",
                code="geo.longitude",
                hint="Coordinates are longitude, latitude in degrees; check that they are not swapped.",
            )
        if not -90.0 <= self.lat_deg <= 90.0:
            raise GeoError(
                f"Latitude {self.lat_deg} is outside -90..90.",
                code="geo.latitude",
                hint="Coordinates are longitude, latitude in degrees; check that they are not swapped.",
            )

    def as_tuple(self) -> tuple[float, float]:
        return (self.lon_deg, self.lat_deg)


@dataclass(frozen=True, slots=True)
class Place:
    """A point with the radius in metres that holds the truth with about 95 % probability."""

    position: LonLat
    accuracy_m: float
