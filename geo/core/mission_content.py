"""What a mission consists of, and the revisions that keep all it ever was."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Connection, Database, Row
from geo.primitives import GeoError

Json = dict[str, Any]

_SELECT = (
    "SELECT r.*, coalesce((SELECT jsonb_agg(jsonb_build_object('by', a.approved_by, 'at', a.approved_at) ORDER BY a.approved_at)"
    " FROM mission_approval a WHERE a.mission_id = r.mission_id AND a.revision = r.revision), '[]') AS approvals FROM mission_revision r"
)


@dataclass(frozen=True, slots=True)
class MissionContent:
    """What a person asked for and the planner made of it. `area` and `path` are GeoJSON geometries; the rest is plain JSON."""

    name: str
    content_hash: str
    plan: Json
    request: Json | None = None
    statistics: Json = field(default_factory=dict)
    findings: tuple[Json, ...] = ()
    area: Json | None = None
    path: Json | None = None


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """`note` says where a revision comes from when nobody drew it. `approvals` are objects of `by` and `at` (ISO 8601)."""

    revision: int
    content: MissionContent
    revised_by: str
    revised_at: datetime
    note: str | None
    approvals: tuple[Json, ...]


class RevisionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, mission_id: UUID) -> list[RevisionRow]:
        """Newest first."""
        return [_from(row) for row in await self._database.rows(f"{_SELECT} WHERE r.mission_id = $1 ORDER BY r.revision DESC", mission_id)]

    async def get(self, mission_id: UUID, revision: int) -> RevisionRow:
        """Raises: `GeoError` with code `geo.not_found`."""
        row = await self._database.row(f"{_SELECT} WHERE r.mission_id = $1 AND r.revision = $2", mission_id, revision)
        if row is None:
            raise GeoError(
                f"Mission {mission_id} has no revision {revision}.", code="geo.not_found", hint="Its list of revisions shows what there is."
            )
        return _from(row)


async def keep_revision(
    connection: Connection, mission_id: UUID, revision: int, content: MissionContent, by: str, note: str | None = None
) -> None:
    await connection.execute(
        "INSERT INTO mission_revision (mission_id, revision, revised_by, note,"
        " name, content_hash, plan, request, statistics, findings, area, path)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        *(mission_id, revision, by, note, content.name, content.content_hash, content.plan, content.request),
        *(content.statistics, list(content.findings), content.area, content.path),
    )


def _from(row: Row) -> RevisionRow:
    content = MissionContent(
        *(row["name"], row["content_hash"], row["plan"], row["request"], row["statistics"]),
        *(tuple(row["findings"]), row["area"], row["path"]),
    )
    return RevisionRow(row["revision"], content, row["revised_by"], row["revised_at"], row["note"], tuple(row["approvals"]))
