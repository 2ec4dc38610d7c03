"""Flights: from take-off to landing, with the path flown made of the vehicle's track."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from geo.core.cursor import Page, decode_cursor, encode_cursor
from geo.core.database import Database, Row
from geo.primitives import GeoError, parse_instant

_SQL = Path(__file__).parent / "sql"
_FINISH = (_SQL / "finish_flight.sql").read_text(encoding="utf-8")
_INCIDENTS = (_SQL / "flight_incidents.sql").read_text(encoding="utf-8")
_SELECT = (
    "SELECT f.*, (SELECT count(*) FROM flight_incident AS i WHERE i.flight_id = f.id) AS incidents,"
    " ST_AsGeoJSON(f.outline, 6)::jsonb AS outline_geojson FROM flight AS f"
)
# A flight without an end is one that lasts; this long after its start nobody believes that any more.
_LONGEST = "interval '24 hours'"


@dataclass(frozen=True, slots=True)
class FlightRow:
    """One flight. `ended_at` and what is measured of it are None while it lasts.

    `source` is live, tlog, dataflash, ulog or dji_srt. `battery_used` is a fraction of the battery, `max_height_m` above home.
    """

    flight_id: UUID
    vehicle_id: str
    started_at: datetime
    mission_id: UUID | None = None
    ended_at: datetime | None = None
    distance_m: float | None = None
    pilot: str | None = None
    source: str = "live"
    airborne: bool = True
    max_height_m: float | None = None
    battery_used: float | None = None
    incidents: int = 0
    outline: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """Something that went wrong in flight. `kind` is link_lost, failsafe, text …; `severity` is warning or critical."""

    incident_id: UUID
    flight_id: UUID
    at: datetime
    kind: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class FlightFilter:
    """What a list of flights is narrowed to. `bbox` is west, south, east, north in degrees; the interval is half open."""

    vehicle_id: str | None = None
    pilot: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    start: datetime | None = None
    end: datetime | None = None


class FlightStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, flight: FlightRow) -> None:
        """Note a take-off; the same flight twice is one row."""
        await self._database.execute(
            "INSERT INTO flight (id, vehicle_id, mission_id, started_at, pilot, source, airborne) VALUES ($1, $2, $3, $4, $5, $6, $7)"
            " ON CONFLICT (id) DO NOTHING",
            *(flight.flight_id, flight.vehicle_id, flight.mission_id, flight.started_at, flight.pilot, flight.source, flight.airborne),
        )

    async def finish(self, flight_id: UUID, ended_at: datetime) -> None:
        """Note the landing; path, length, height, charge and incidents come from what is stored by then."""
        await self._database.execute(_FINISH, flight_id, ended_at)
        await self._database.execute(_INCIDENTS, flight_id)

    async def add_incidents(self, incidents: Sequence[IncidentRow]) -> None:
        """Keep incidents a log tells of; the same one twice is one row."""
        async with self._database.transaction() as connection:
            await connection.execute_many(
                "INSERT INTO flight_incident (id, flight_id, at, kind, severity, text) VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT DO NOTHING",
                [(i.incident_id, i.flight_id, i.at, i.kind, i.severity, i.text) for i in incidents],
            )

    async def set_pilot(self, flight_id: UUID, pilot: str) -> None:
        """Name the pilot of a flight that has none yet."""
        await self._database.execute("UPDATE flight SET pilot = $2 WHERE id = $1 AND pilot IS NULL", flight_id, pilot)

    async def get(self, flight_id: UUID) -> FlightRow | None:
        row = await self._database.row(f"{_SELECT} WHERE f.id = $1", flight_id)
        return None if row is None else _from(row)

    async def open_flight(self, vehicle_id: str) -> FlightRow | None:
        """The vehicle's newest flight without a landing."""
        row = await self._database.row(
            f"{_SELECT} WHERE f.vehicle_id = $1 AND f.ended_at IS NULL ORDER BY f.started_at DESC LIMIT 1", vehicle_id
        )
        return None if row is None else _from(row)

    async def overlapping(self, vehicle_id: str, start: datetime, end: datetime) -> list[FlightRow]:
        """The vehicle's flights that share time with an interval, the longest shared time first."""
        rows = await self._database.rows(
            f"{_SELECT} WHERE f.vehicle_id = $1 AND f.started_at < $3 AND coalesce(f.ended_at, f.started_at + {_LONGEST}) > $2"
            f" ORDER BY least(coalesce(f.ended_at, f.started_at + {_LONGEST}), $3) - greatest(f.started_at, $2) DESC",
            *(vehicle_id, start, end),
        )
        return [_from(row) for row in rows]

    async def incidents(self, flight_id: UUID) -> list[IncidentRow]:
        """In order of time."""
        rows = await self._database.rows(
            "SELECT id, flight_id, at, kind, severity, text FROM flight_incident WHERE flight_id = $1 ORDER BY at, id", flight_id
        )
        return [IncidentRow(*row.values()) for row in rows]

    async def latest(self, vehicle_id: str, limit: int = 50) -> list[FlightRow]:
        """Newest first."""
        return list((await self.page(FlightFilter(vehicle_id=vehicle_id), limit=limit)).items)

    async def page(self, where: FlightFilter, *, limit: int = 100, cursor: str | None = None) -> Page[FlightRow]:
        """Newest first. Raises `GeoError` with code `geo.cursor` on a cursor of another list."""
        rows = await self._database.rows(
            f"{_SELECT} WHERE ($1::timestamptz IS NULL OR (f.started_at, f.id) < ($1, $2::uuid))"
            " AND ($3::text IS NULL OR f.vehicle_id = $3) AND ($4::text IS NULL OR f.pilot = $4)"
            " AND ($5::timestamptz IS NULL OR coalesce(f.ended_at, f.started_at) >= $5) AND ($6::timestamptz IS NULL OR f.started_at < $6)"
            " AND ($7::float8 IS NULL OR ST_Intersects(f.outline, ST_MakeEnvelope($7, $8, $9, $10, 4326)))"
            " ORDER BY f.started_at DESC, f.id DESC LIMIT $11",
            *_before(cursor),
            *(where.vehicle_id, where.pilot, where.start, where.end),
            *(where.bbox or (None, None, None, None)),
            limit + 1,
        )
        flights = tuple(_from(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(flights, encode_cursor("flights", (flights[-1].started_at, flights[-1].flight_id)) if more else None)


def _before(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if cursor is None:
        return None, None
    at, flight_id = decode_cursor("flights", cursor, 2)
    try:
        return parse_instant(str(at)), UUID(str(flight_id))
    except ValueError as error:
        raise GeoError("The cursor is damaged.", code="geo.cursor", hint="Start again without a cursor.") from error


def _from(row: Row) -> FlightRow:
    return FlightRow(
        *(row["id"], row["vehicle_id"], row["started_at"], row["mission_id"], row["ended_at"], row["distance_m"]),
        *(row["pilot"], row["source"], row["airborne"], row["max_height_m"], row["battery_used"]),
        *(row["incidents"], row["outline_geojson"]),
    )
