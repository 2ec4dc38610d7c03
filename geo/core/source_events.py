"""What happened to video sources."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from uuid import UUID

from geo.core.database import Database

_SELECT = "SELECT id, source_id, at, kind, severity, what, text, lasted_s, doubtful_since FROM source_event"


@dataclass(frozen=True, slots=True)
class SourceEventRow:
    """`what` is the cause of a loss or the name of a trouble; `lasted_s` how long what is over had lasted.

    `doubtful_since`: the last good look before it; places given between that and `at` may be wrong.
    """

    event_id: UUID
    source_id: str
    at: datetime
    kind: str
    severity: str
    what: str | None
    text: str
    lasted_s: float | None = None
    doubtful_since: datetime | None = None


class SourceEventStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, rows: Sequence[SourceEventRow]) -> list[UUID]:
        """Write a batch. Returns the ids that were new."""
        if not rows:
            return []
        columns = zip(*(astuple(row) for row in rows), strict=True)
        written = await self._database.rows(
            "INSERT INTO source_event (id, source_id, at, kind, severity, what, text, lasted_s, doubtful_since)"
            " SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],"
            " $9::timestamptz[]) ON CONFLICT DO NOTHING RETURNING id",
            *(list(column) for column in columns),
        )
        return [row["id"] for row in written]

    async def latest(self, *, source_id: str | None = None, limit: int = 100) -> list[SourceEventRow]:
        """The newest events, newest first."""
        rows = await self._database.rows(
            f"{_SELECT} WHERE ($1::text IS NULL OR source_id = $1) ORDER BY at DESC, id LIMIT $2",
            *(source_id, limit),
        )
        return [SourceEventRow(*row.values()) for row in rows]

    async def standing(self, source_id: str) -> list[SourceEventRow]:
        """A loss without a return, troubles without their end: what stands by the record, oldest first."""
        rows = await self._database.rows(
            "SELECT DISTINCT ON (thing) * FROM (SELECT *, CASE WHEN kind IN ('lost', 'back') THEN '' ELSE what END AS thing"
            " FROM source_event WHERE source_id = $1) AS told ORDER BY thing, at DESC, id",
            source_id,
        )
        names = [field.name for field in fields(SourceEventRow)][1:]
        found = [SourceEventRow(row["id"], *(row[name] for name in names)) for row in rows if row["kind"] in ("lost", "trouble")]
        return sorted(found, key=lambda event: event.at)
