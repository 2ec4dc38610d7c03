"""Zones between the database and the room of missions: the same zone, as a row and as a value."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from geo.core import AirspaceRow, AirspaceStore, Database
from geo.primitives import Altitude, AltitudeReference, LonLat, utc_now
from missions import AirspaceZone, Validity, ZoneKind

# A zone that a file gives no beginning holds since before anything here was flown.
SINCE_EVER = datetime(2000, 1, 1, tzinfo=UTC)


# A plan goes up to 2 km around what was drawn, and home lies up to 20 km away.
REACH_M = 25_000.0


# Of a drawing with more places the corners of its frame are looked around: a little farther, much sooner.
_MANY = 5000


async def zones_to_come(database: Database, drawn: dict[str, Any] | None) -> tuple[AirspaceZone, ...]:
    """The zones around a drawing (GeoJSON geometry) that are in force or will be: nobody knows yet when the plan is flown."""
    positions = list(_positions((drawn or {}).get("coordinates", [])))
    if len(positions) > _MANY:
        lons, lats = zip(*positions, strict=True)
        positions = [(lon, lat) for lon in (min(lons), max(lons)) for lat in (min(lats), max(lats))]
    places = [LonLat(*position) for position in positions]
    rows = await AirspaceStore(database).around(places * 2 if len(places) == 1 else places, REACH_M)
    now = utc_now()
    return tuple(zone_of_row(row) for row in rows if row.valid_to is None or row.valid_to >= now)


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
    else:
        for part in coordinates:
            yield from _positions(part)


def zone_of_row(row: AirspaceRow) -> AirspaceZone:
    periods = [{"begins_at": None, "ends_at": None}] if row.valid == [] else row.valid
    return AirspaceZone(
        id=row.zone_id,
        name=row.name_en,
        kind=ZoneKind(row.kind),
        rings=tuple(tuple(LonLat(*position[:2]) for position in ring[:-1]) for ring in row.rings),
        floor=Altitude(row.floor_m, AltitudeReference(row.floor_reference)),
        ceiling=None if row.ceiling_m is None else Altitude(row.ceiling_m, AltitudeReference(row.ceiling_reference)),
        valid=(Validity(row.valid_from, row.valid_to),) if periods is None else tuple(Validity.from_json(period) for period in periods),
        authority=row.authority,
        source=row.source,
        message=row.message,
    )


def row_of_zone(zone: AirspaceZone, source: str) -> AirspaceRow:
    """Ids are made of the source, so that two files may name a zone alike."""
    begins = [validity.begins_at for validity in zone.valid]
    ends = [validity.ends_at for validity in zone.valid]
    return AirspaceRow(
        zone_id=f"{source}:{zone.id}",
        kind=zone.kind.value,
        authority=zone.authority,
        name_kk=zone.name,
        name_ru=zone.name,
        name_en=zone.name,
        floor_m=zone.floor.metres,
        floor_reference=zone.floor.reference.value,
        ceiling_m=None if zone.ceiling is None else zone.ceiling.metres,
        ceiling_reference=AltitudeReference.ABOVE_TERRAIN.value if zone.ceiling is None else zone.ceiling.reference.value,
        valid_from=min((at or SINCE_EVER for at in begins), default=SINCE_EVER),
        valid_to=max((at for at in ends if at), default=None) if all(ends) else None,
        valid=[validity.to_json() for validity in zone.valid] or None,
        source=source,
        message=zone.message,
        rings=[[list(point.as_tuple()) for point in (*ring, ring[0])] for ring in zone.rings],
    )
