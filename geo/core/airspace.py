"""Airspace zones in PostGIS: those around a flight, and whole files of them taken in, listed and removed.

Which of them a flight meets, by height and time, is told in one place, `missions.airspace`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.core.database import Database
from geo.primitives import LonLat

_COLUMNS = (
    "id, kind, authority, name_kk, name_ru, name_en, floor_m, floor_reference, ceiling_m, ceiling_reference, valid_from, valid_to, valid,"
    " source, message"
)


@dataclass(frozen=True, slots=True)
class AirspaceRow:
    """A zone as it is kept. `rings` have closing points, as in GeoJSON; `valid` are its periods, None = `valid_from` to `valid_to`."""

    zone_id: str
    kind: str
    authority: str
    name_kk: str
    name_ru: str
    name_en: str
    floor_m: float
    floor_reference: str
    ceiling_m: float | None
    ceiling_reference: str
    valid_from: datetime
    valid_to: datetime | None
    valid: list[dict[str, Any]] | None
    source: str
    message: str
    rings: list[list[list[float]]]


@dataclass(frozen=True, slots=True)
class AirspaceSource:
    """A file of zones: how many, and from when to when the last of them holds."""

    source: str
    zones: int
    valid_from: datetime
    valid_to: datetime | None


class AirspaceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def around(self, places: Sequence[LonLat], reach_m: float) -> list[AirspaceRow]:
        """Zones, in force or not, within a distance of the line through some places; geofences of vehicles are not among them."""
        if not places:
            return []
        rows = await self._database.rows(
            f"SELECT {_COLUMNS}, ST_AsGeoJSON(area, 9) AS area FROM airspace_zone"
            " WHERE kind <> 'geofence' AND ST_DWithin(area::geography, (SELECT ST_MakeLine(ST_MakePoint(lon, lat) ORDER BY n)"
            " FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS p(lon, lat, n))::geography, $3) ORDER BY id",
            [place.lon_deg for place in places],
            [place.lat_deg for place in places],
            reach_m,
        )
        return [_row(dict(row)) for row in rows]

    async def to_come(self, now: datetime) -> list[AirspaceRow]:
        """All zones that are not over, in force or not, without their rings; geofences of vehicles are not among them."""
        rows = await self._database.rows(
            f"SELECT {_COLUMNS}, NULL AS area FROM airspace_zone"
            " WHERE kind <> 'geofence' AND (valid_to IS NULL OR valid_to >= $1) ORDER BY id",
            now,
        )
        return [_row(dict(row)) for row in rows]

    async def sources(self) -> list[AirspaceSource]:
        rows = await self._database.rows(
            "SELECT source, count(*) AS zones, min(valid_from) AS valid_from,"
            " CASE WHEN bool_and(valid_to IS NOT NULL) THEN max(valid_to) END AS valid_to"
            " FROM airspace_zone WHERE source <> '' GROUP BY source ORDER BY source"
        )
        return [AirspaceSource(row["source"], row["zones"], row["valid_from"], row["valid_to"]) for row in rows]

    async def replace_source(self, source: str, zones: Sequence[AirspaceRow]) -> None:
        """Puts the zones of a file in the place of those it had before: all of them or none."""
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM airspace_zone WHERE source = $1", source)
            await connection.execute_many(
                f"INSERT INTO airspace_zone ({_COLUMNS}, area) VALUES"
                " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::jsonb, $14, $15,"
                " ST_SetSRID(ST_GeomFromGeoJSON($16), 4326))",
                [
                    (
                        *(zone.zone_id, zone.kind, zone.authority, zone.name_kk, zone.name_ru, zone.name_en),
                        *(zone.floor_m, zone.floor_reference, zone.ceiling_m, zone.ceiling_reference, zone.valid_from, zone.valid_to),
                        None if zone.valid is None else json.dumps(zone.valid),
                        *(source, zone.message, json.dumps({"type": "Polygon", "coordinates": zone.rings})),
                    )
                    for zone in zones
                ],
            )

    async def delete_source(self, source: str) -> int:
        """How many zones went with it."""
        rows = await self._database.rows("DELETE FROM airspace_zone WHERE source = $1 AND source <> '' RETURNING id", source)
        return len(rows)


def _row(row: dict[str, Any]) -> AirspaceRow:
    area = row.pop("area")
    rings = [] if area is None else json.loads(area)["coordinates"]
    valid = row.pop("valid")
    return AirspaceRow(zone_id=row.pop("id"), valid=json.loads(valid) if isinstance(valid, str) else valid, rings=rings, **row)
