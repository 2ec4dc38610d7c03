"""Logs kept of flights, the timelines replays are drawn from, and the stored track of a flight."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database, Row


@dataclass(frozen=True, slots=True)
class FlightFileRow:
    """A log in the data folder. `path` is below that folder; `ended_at` is None while it is being written.

    `recorded` is True for the station's own recordings, False for files people brought; `kept_by` names who brought it.
    """

    file_id: UUID
    vehicle_id: str
    format: str
    path: str
    name: str
    size_bytes: int
    started_at: datetime
    ended_at: datetime | None
    recorded: bool
    sha256: str | None = None
    kept_by: str | None = None
    deleted_at: datetime | None = None


class FlightFileStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, file: FlightFileRow) -> None:
        """Add a file, or what is newly known of it; an end once known is not taken back."""
        await self._database.execute(
            "INSERT INTO flight_file AS f (id, vehicle_id, format, path, name, size_bytes, sha256, started_at, ended_at, recorded, kept_by,"
            " deleted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " ON CONFLICT (id) DO UPDATE SET size_bytes = greatest(f.size_bytes, excluded.size_bytes),"
            " ended_at = coalesce(excluded.ended_at, f.ended_at), deleted_at = coalesce(excluded.deleted_at, f.deleted_at)",
            *(file.file_id, file.vehicle_id, file.format, file.path, file.name, file.size_bytes, file.sha256),
            *(file.started_at, file.ended_at, file.recorded, file.kept_by, file.deleted_at),
        )

    async def of_flight(self, vehicle_id: str, start: datetime, end: datetime | None) -> list[FlightFileRow]:
        """Files that tell of an interval of a vehicle and are still there, the station's own first."""
        rows = await self._database.rows(
            "SELECT * FROM flight_file WHERE vehicle_id = $1 AND deleted_at IS NULL AND ($3::timestamptz IS NULL OR started_at <= $3)"
            " AND (ended_at IS NULL OR ended_at >= $2) ORDER BY recorded DESC, started_at",
            *(vehicle_id, start, end),
        )
        return [_from(row) for row in rows]


class TimelineStore:
    """Timelines are plain JSON; their form is the replay's affair."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, flight_id: UUID, timeline: dict[str, Any]) -> None:
        await self._database.execute(
            "INSERT INTO flight_timeline (flight_id, timeline) VALUES ($1, $2)"
            " ON CONFLICT (flight_id) DO UPDATE SET timeline = excluded.timeline, made_at = now()",
            *(flight_id, timeline),
        )

    async def get(self, flight_id: UUID) -> dict[str, Any] | None:
        found: dict[str, Any] | None = await self._database.value("SELECT timeline FROM flight_timeline WHERE flight_id = $1", flight_id)
        return found


def _from(row: Row) -> FlightFileRow:
    return FlightFileRow(
        *(row["id"], row["vehicle_id"], row["format"], row["path"], row["name"], row["size_bytes"], row["started_at"], row["ended_at"]),
        *(row["recorded"], row["sha256"], row["kept_by"], row["deleted_at"]),
    )
