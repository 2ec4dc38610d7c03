"""What happened to video sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo.core.database import Database


@dataclass(frozen=True, slots=True)
class SourceEventRow:
    """`what` is the cause of a loss or the name of a trouble; `lasted_s` how long what is over had lasted."""

    event_id: UUID
    source_id: str
    at: datetime
    kind: str
    severity: str
    what: str | None
    text: str
    lasted_s: float | None = None


class SourceEventStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, rows: Sequence[SourceEventRow]) -> list[UUID]:
        """Write a batch. Returns the ids that were new."""
        if not rows:
            return []
        columns = zip(*((r.event_id, r.source_id, r.at, r.kind, r.severity, r.what, r.text, r.lasted_s) for r in rows), strict=True)
        written = await self._database.rows(
            "INSERT INTO source_event (id, source_id, at, kind, severity, what, text, lasted_s)"
            " SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[])"
            " ON CONFLICT DO NOTHING RETURNING id",
            *(list(column) for column in columns),
        )
        return [row["id"] for row in written]

    async def latest(self, *, source_id: str | None = None, limit: int = 100) -> list[SourceEventRow]:
        """The newest events, newest first."""
        rows = await self._database.rows(
            "SELECT id, source_id, at, kind, severity, what, text, lasted_s FROM source_event"
            " WHERE ($1::text IS NULL OR source_id = $1) ORDER BY at DESC, id LIMIT $2",
            *(source_id, limit),
        )
        return [SourceEventRow(*row.values()) for row in rows]
