"""Clips people asked for: a queue in the database, so that nothing is lost with a process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database, Row


@dataclass(frozen=True, slots=True)
class FootageExportRow:
    """A clip asked for. `state` is queued, running, done, failed, cancelled or deleted; `path` is below the folder of clips."""

    export_id: UUID
    source_id: str
    started_at: datetime
    ended_at: datetime
    original: bool
    reason: str
    asked_by: str
    state: str = "queued"
    progress: float = 0.0
    asked_at: datetime | None = None
    finished_at: datetime | None = None
    path: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    failure: str = ""
    detail: dict[str, Any] | None = None


_FIELDS = (
    *("source_id", "started_at", "ended_at", "original", "reason", "asked_by", "state", "progress", "asked_at", "finished_at"),
    *("path", "size_bytes", "sha256", "failure", "detail"),
)


class FootageExportStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, export: FootageExportRow) -> FootageExportRow:
        row = await self._database.row(
            "INSERT INTO footage_export (id, source_id, started_at, ended_at, original, reason, state, asked_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7) RETURNING *",
            *(export.export_id, export.source_id, export.started_at, export.ended_at, export.original, export.reason, export.asked_by),
        )
        assert row is not None
        return _from(row)

    async def get(self, export_id: UUID) -> FootageExportRow | None:
        row = await self._database.row("SELECT * FROM footage_export WHERE id = $1", export_id)
        return None if row is None else _from(row)

    async def latest(self, limit: int = 50, *, asked_by: str | None = None) -> list[FootageExportRow]:
        rows = await self._database.rows(
            "SELECT * FROM footage_export WHERE $2::text IS NULL OR asked_by = $2 ORDER BY asked_at DESC, id LIMIT $1", limit, asked_by
        )
        return [_from(row) for row in rows]

    async def take(self) -> FootageExportRow | None:
        """The oldest one waiting, now running."""
        row = await self._database.row(
            "UPDATE footage_export SET state = 'running', progress = 0 WHERE id ="
            " (SELECT id FROM footage_export WHERE state = 'queued' ORDER BY asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *"
        )
        return None if row is None else _from(row)

    async def put_back(self) -> None:
        """What ran when its process died is done again."""
        await self._database.execute("UPDATE footage_export SET state = 'queued', progress = 0 WHERE state = 'running'")

    async def progress(self, export_id: UUID, fraction: float) -> bool:
        """Note how far it is; False when nobody wants it any more."""
        tag = await self._database.execute(
            "UPDATE footage_export SET progress = $2 WHERE id = $1 AND state = 'running'", export_id, fraction
        )
        return tag.endswith(" 1")

    async def done(self, export_id: UUID, *, path: str, size_bytes: int, sha256: str, detail: dict[str, Any]) -> bool:
        """False when it was cancelled meanwhile."""
        tag = await self._database.execute(
            "UPDATE footage_export SET state = 'done', progress = 1, path = $2, size_bytes = $3, sha256 = $4, detail = $5,"
            " finished_at = now() WHERE id = $1 AND state = 'running'",
            *(export_id, path, size_bytes, sha256, detail),
        )
        return tag.endswith(" 1")

    async def failed(self, export_id: UUID, failure: str) -> None:
        await self._database.execute(
            "UPDATE footage_export SET state = 'failed', failure = $2, finished_at = now() WHERE id = $1 AND state = 'running'",
            *(export_id, failure),
        )

    async def cancel(self, export_id: UUID) -> bool:
        """False when there is nothing left to cancel."""
        tag = await self._database.execute(
            "UPDATE footage_export SET state = 'cancelled', finished_at = now() WHERE id = $1 AND state IN ('queued', 'running')", export_id
        )
        return tag.endswith(" 1")

    async def expired(self, before: datetime) -> list[FootageExportRow]:
        rows = await self._database.rows("SELECT * FROM footage_export WHERE state = 'done' AND finished_at < $1 LIMIT 1000", before)
        return [_from(row) for row in rows]

    async def deleted(self, export_id: UUID) -> None:
        await self._database.execute("UPDATE footage_export SET state = 'deleted' WHERE id = $1", export_id)


def _from(row: Row) -> FootageExportRow:
    return FootageExportRow(export_id=row["id"], **{name: row[name] for name in _FIELDS})
