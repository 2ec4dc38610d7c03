"""Which airspace zones a flight touches, asked of PostGIS: area, heights and time together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.core.database import Database
from geo.primitives import LonLat

MARGIN_M = 20.0  # room to brake: a copter at 10 m/s stops within it (ArduCopter's 2.5 m/s² with its jerk limit)


@dataclass(frozen=True, slots=True)
class FlownLeg:
    """A straight leg between two heights above ground, flown between two instants. `number` is the caller's own."""

    number: int
    start: LonLat
    end: LonLat
    low_m: float
    high_m: float
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ZoneHit:
    number: int
    zone_id: str
    kind: str
    authority: str
    name_kk: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AirspaceRow:
    """A zone as it is kept: heights in metres above ground, the rings of its area with closing points as GeoJSON has them."""

    zone_id: str
    kind: str
    authority: str
    name: str
    floor_m: float
    ceiling_m: float | None
    valid_from: datetime
    valid_to: datetime | None
    rings: list[list[list[float]]]


class AirspaceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def touched(self, legs: Sequence[FlownLeg]) -> list[ZoneHit]:
        """Each zone in force that a leg enters or comes within `MARGIN_M` of, at its heights, with that leg; in the order of the legs."""
        if not legs:
            return []
        rows = await self._database.rows(
            "WITH leg AS (SELECT * FROM unnest($1::bigint[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[],"
            " $7::float8[], $8::timestamptz[], $9::timestamptz[])"
            " AS t(number, lon0, lat0, lon1, lat1, low_m, high_m, begins_at, ends_at))"
            " SELECT DISTINCT leg.number, zone.id, zone.kind, zone.authority, zone.name_kk, zone.name_ru, zone.name_en"
            " FROM leg JOIN airspace_zone zone ON"
            " ST_DWithin(zone.area::geography, ST_MakeLine(ST_MakePoint(lon0, lat0), ST_MakePoint(lon1, lat1))::geography, $10)"
            " AND zone.floor_m <= leg.high_m AND (zone.ceiling_m IS NULL OR zone.ceiling_m >= leg.low_m)"
            " AND zone.valid_from <= leg.ends_at AND (zone.valid_to IS NULL OR zone.valid_to >= leg.begins_at)"
            " WHERE zone.kind <> 'geofence' ORDER BY leg.number, zone.id",
            [leg.number for leg in legs],
            *([leg.start.lon_deg for leg in legs], [leg.start.lat_deg for leg in legs]),
            *([leg.end.lon_deg for leg in legs], [leg.end.lat_deg for leg in legs]),
            *([leg.low_m for leg in legs], [leg.high_m for leg in legs]),
            *([leg.begins_at for leg in legs], [leg.ends_at for leg in legs]),
            MARGIN_M,
        )
        return [ZoneHit(*(row[key] for key in ("number", "id", "kind", "authority", "name_kk", "name_ru", "name_en"))) for row in rows]

    async def around(self, places: Sequence[LonLat], reach_m: float) -> list[AirspaceRow]:
        """Zones, in force or not, that lie within a distance of the line through some places; geofences of vehicles are not among them."""
        if not places:
            return []
        rows = await self._database.rows(
            "SELECT id, kind, authority, name_en, floor_m, ceiling_m, valid_from, valid_to, ST_AsGeoJSON(area, 9) AS area"
            " FROM airspace_zone"
            " WHERE kind <> 'geofence' AND ST_DWithin(area::geography, (SELECT ST_MakeLine(ST_MakePoint(lon, lat) ORDER BY n)"
            " FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS p(lon, lat, n))::geography, $3) ORDER BY id",
            [place.lon_deg for place in places],
            [place.lat_deg for place in places],
            reach_m,
        )
        return [
            AirspaceRow(
                zone_id=row["id"],
                kind=row["kind"],
                authority=row["authority"],
                name=row["name_en"],
                floor_m=row["floor_m"],
                ceiling_m=row["ceiling_m"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                rings=json.loads(row["area"])["coordinates"],
            )
            for row in rows
        ]
