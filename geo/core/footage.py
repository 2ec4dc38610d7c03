"""Recorded video in PostGIS: which segments there are, what ground they show, and why some are kept longer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database, Row

SEGMENT_COLUMNS = (
    "s.id, s.source_id, s.vehicle_id, s.started_at, s.ended_at, s.path, s.size_bytes, s.codec, s.width_px, s.height_px, s.clock, s.sha256,"
    " ST_AsGeoJSON(s.view)::jsonb AS view"
)
FOOTAGE_GAP_S = 3.0  # less between two segments is a reconnection, not a hole anybody looks for


@dataclass(frozen=True, slots=True)
class FootageSegmentRow:
    """A recorded segment. `path` is below the folder of footage; `ended_at` is None while it is being written.

    `clock` says where its instants come from: `stamped` by the camera in the stream, or `arrival` here. `view` is the ground seen
    meanwhile, a GeoJSON polygon.
    """

    segment_id: UUID
    source_id: str
    started_at: datetime
    path: str
    size_bytes: int
    codec: str
    width_px: int
    height_px: int
    clock: str
    ended_at: datetime | None = None
    vehicle_id: str | None = None
    sha256: str | None = None
    view: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class KeepRow:
    """Why a segment is kept, and until when."""

    segment_id: UUID
    reason: str
    subject: str
    until: datetime
    detail: dict[str, Any]
    made_by: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """What a person keeps of one source for one case."""

    source_id: str
    subject: str
    until: datetime
    made_by: str
    first_at: datetime
    last_at: datetime
    segments: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FootageQuestion:
    """What is looked for; None lets everything through. `area` is a GeoJSON polygon the view must touch, `label` a class seen."""

    start: datetime
    end: datetime
    source_id: str | None = None
    area: dict[str, Any] | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class FootageSpan:
    """Footage of one source without a hole. `labels` counts what was seen in it; `kept` are the reasons it is kept for."""

    source_id: str
    started_at: datetime
    ended_at: datetime
    segments: int
    size_bytes: int
    view: dict[str, Any] | None
    kept: tuple[str, ...] = ()
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FootageSummary:
    """What there is of one source. `begun_at` is the start of its newest segment, finished or not."""

    source_id: str
    first_at: datetime
    begun_at: datetime
    last_at: datetime | None
    size_bytes: int


class FootageStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_segment(self, segment: FootageSegmentRow) -> None:
        """Add a segment, or what is newly known of it."""
        await self._database.execute(
            "INSERT INTO footage_segment AS s (id, source_id, vehicle_id, started_at, ended_at, path, size_bytes, codec, width_px,"
            " height_px, clock, sha256, view)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ST_SetSRID(ST_GeomFromGeoJSON($13::jsonb), 4326))"
            " ON CONFLICT (id) DO UPDATE SET"
            " started_at = CASE WHEN excluded.ended_at IS NULL THEN s.started_at ELSE excluded.started_at END,"
            " ended_at = coalesce(excluded.ended_at, s.ended_at),"
            " size_bytes = greatest(s.size_bytes, excluded.size_bytes), sha256 = coalesce(excluded.sha256, s.sha256),"
            " view = coalesce(excluded.view, s.view)",
            *(segment.segment_id, segment.source_id, segment.vehicle_id, segment.started_at, segment.ended_at, segment.path),
            *(segment.size_bytes, segment.codec, segment.width_px, segment.height_px, segment.clock, segment.sha256, segment.view),
        )

    async def get(self, segment_id: UUID) -> FootageSegmentRow | None:
        row = await self._database.row(f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s WHERE s.id = $1", segment_id)
        return None if row is None else segment_from(row)

    async def open_segments(self) -> list[FootageSegmentRow]:
        """Segments without an end: being written now, or cut off by a crash."""
        return [
            segment_from(row)
            for row in await self._database.rows(f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s WHERE s.ended_at IS NULL")
        ]

    async def paths(self) -> set[str]:
        return {row["path"] for row in await self._database.rows("SELECT path FROM footage_segment")}

    async def of_paths(self, paths: Sequence[str]) -> list[FootageSegmentRow]:
        rows = await self._database.rows(
            f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s WHERE s.path = ANY ($1::text[]) ORDER BY s.started_at", list(paths)
        )
        return [segment_from(row) for row in rows]

    async def between(self, source_id: str, start: datetime, end: datetime, limit: int = 5000) -> list[FootageSegmentRow]:
        """Finished segments of a source that reach into an interval, in order."""
        rows = await self._database.rows(
            f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s WHERE s.source_id = $1 AND s.started_at < $3 AND s.ended_at > $2"
            " ORDER BY s.started_at LIMIT $4",
            *(source_id, start, end, limit),
        )
        return [segment_from(row) for row in rows]

    async def used_bytes(self) -> int:
        return int(await self._database.value("SELECT coalesce(sum(size_bytes), 0) FROM footage_segment"))

    async def summaries(self) -> list[FootageSummary]:
        rows = await self._database.rows(
            "SELECT source_id, min(started_at) AS first_at, max(started_at) AS begun_at, max(ended_at) AS last_at,"
            " sum(size_bytes)::bigint AS size_bytes FROM footage_segment GROUP BY source_id"
        )
        return [FootageSummary(*(row[name] for name in ("source_id", "first_at", "begun_at", "last_at", "size_bytes"))) for row in rows]

    async def keeps(self, segment_ids: Sequence[UUID]) -> list[KeepRow]:
        rows = await self._database.rows(
            "SELECT * FROM footage_keep WHERE segment_id = ANY($1::uuid[]) AND until > now() ORDER BY segment_id, reason, subject",
            list(segment_ids),
        )
        return [KeepRow(*(row[name] for name in ("segment_id", "reason", "subject", "until", "detail", "made_by"))) for row in rows]

    async def hold(self, source_id: str, start: datetime, end: datetime, *, subject: str, until: datetime, by: str) -> int:
        """A person keeps what a source recorded in an interval. Returns the number of segments kept."""
        tag = await self._database.execute(
            "INSERT INTO footage_keep (segment_id, reason, subject, until, detail, made_by)"
            " SELECT id, 'person', $4, $5, '{}'::jsonb, $6 FROM footage_segment"
            " WHERE source_id = $1 AND started_at < $3 AND coalesce(ended_at, now()) > $2"
            " ON CONFLICT (segment_id, reason, subject) DO UPDATE SET until = greatest(footage_keep.until, excluded.until),"
            " made_by = excluded.made_by, made_at = now()",
            *(source_id, start, end, subject, until, by),
        )
        return int(tag.rpartition(" ")[2])

    async def holds(self) -> list[HoldRow]:
        """All that is in force, the first to end first."""
        rows = await self._database.rows(
            "SELECT s.source_id, k.subject, max(k.until) AS until, max(k.made_by) AS made_by, min(s.started_at) AS first_at,"
            " max(coalesce(s.ended_at, s.started_at)) AS last_at, count(*)::int AS segments, sum(s.size_bytes)::bigint AS size_bytes"
            " FROM footage_keep k JOIN footage_segment s ON s.id = k.segment_id"
            " WHERE k.reason = 'person' AND k.until > now() GROUP BY s.source_id, k.subject ORDER BY 3, 1, 2"
        )
        return [HoldRow(**row) for row in rows]

    async def release(self, source_id: str, subject: str) -> int:
        """A hold is over. Returns the number of segments it kept."""
        tag = await self._database.execute(
            "DELETE FROM footage_keep k USING footage_segment s"
            " WHERE k.segment_id = s.id AND s.source_id = $1 AND k.reason = 'person' AND k.subject = $2",
            *(source_id, subject),
        )
        return int(tag.rpartition(" ")[2])


def segment_from(row: Row) -> FootageSegmentRow:
    return FootageSegmentRow(
        segment_id=row["id"],
        **{
            name: row[name]
            for name in (
                *("source_id", "vehicle_id", "started_at", "ended_at", "path", "size_bytes", "codec", "width_px", "height_px"),
                *("clock", "sha256", "view"),
            )
        },
    )
