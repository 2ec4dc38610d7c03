"""Recorded video found by time, source, the ground it shows and what was seen in it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from geo.core.database import Database
from geo.core.footage import FOOTAGE_GAP_S, FootageQuestion, FootageSpan

_SPANS = (Path(__file__).parent / "sql/footage_spans.sql").read_text(encoding="utf-8")
MOST_EVENTS = 2000


@dataclass(frozen=True, slots=True)
class FootageEvent:
    """Something that was seen while a source was recorded. `position` is lon, lat."""

    observation_id: UUID
    kind: str
    label: str
    rule: str | None
    confidence: float
    started_at: datetime
    ended_at: datetime
    position: tuple[float, float] | None


class FootageSearch:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def spans(self, question: FootageQuestion, *, before: datetime | None = None, limit: int = 100) -> list[FootageSpan]:
        """Newest first; `before` is the start of the last one of the page before."""
        rows = await self._database.rows(
            _SPANS,
            *(question.start, question.end, question.source_id, question.area, question.label, FOOTAGE_GAP_S, before, limit),
        )
        return [
            FootageSpan(
                *(row["source_id"], row["started_at"], row["ended_at"], row["segments"], row["size_bytes"], row["view"]),
                *(tuple(row["kept"]), row["labels"]),
            )
            for row in rows
        ]

    async def events(
        self, source_id: str, start: datetime, end: datetime, *, label: str | None = None, area: dict[str, Any] | None = None
    ) -> list[FootageEvent]:
        """What a source saw in an interval, in order of time; findings first when there are too many to list."""
        rows = await self._database.rows(
            "SELECT id, kind, label, rule, confidence, started_at, ended_at, ST_X(position) AS lon, ST_Y(position) AS lat FROM ("
            " SELECT * FROM observation WHERE source_id = $1 AND started_at BETWEEN $2::timestamptz - interval '1 day' AND $3"
            " AND ended_at >= $2 AND ($4::text IS NULL OR label = $4)"
            " AND ($5::jsonb IS NULL OR position IS NULL OR ST_Intersects(position, ST_SetSRID(ST_GeomFromGeoJSON($5::jsonb), 4326)))"
            " ORDER BY (kind = 'track'), started_at LIMIT $6) o ORDER BY started_at, id",
            *(source_id, start, end, label, area, MOST_EVENTS),
        )
        return [
            FootageEvent(
                *(row["id"], row["kind"], row["label"], row["rule"], row["confidence"], row["started_at"], row["ended_at"]),
                None if row["lon"] is None else (row["lon"], row["lat"]),
            )
            for row in rows
        ]
