"""How long recorded video is kept, and the receipts of what was deleted. Rows go only here, always with a receipt."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from geo.core.database import Connection, Database
from geo.core.footage import SEGMENT_COLUMNS, FootageSegmentRow, segment_from
from geo.primitives import new_id

_KEEPS = (Path(__file__).parent / "sql/footage_keeps.sql").read_text(encoding="utf-8")
_UNKEPT = "NOT EXISTS (SELECT 1 FROM footage_keep k WHERE k.segment_id = s.id AND k.until > $1::timestamptz)"
LARGEST_BATCH = 2000


@dataclass(frozen=True, slots=True)
class FootagePolicyRow:
    """What differs from the settings for one source; None follows them. `days` is for footage nothing keeps longer."""

    source_id: str
    enabled: bool | None
    days: float | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class KeepTimes:
    """Days of each tier, and the seconds kept around what is worth keeping."""

    days: float
    observation_days: float
    finding_days: float
    before_s: float
    after_s: float


@dataclass(frozen=True, slots=True)
class FootageReceiptRow:
    """What was deleted of one source in one go. `digest` is the SHA-256 of the lines in `detail["segments"]`, joined by newlines."""

    receipt_id: UUID
    at: datetime
    source_id: str
    started_at: datetime
    ended_at: datetime
    segments: int
    size_bytes: int
    reason: str
    digest: str
    detail: dict[str, Any]


class FootageRetentionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def policies(self) -> dict[str, FootagePolicyRow]:
        rows = await self._database.rows("SELECT source_id, enabled, days, changed_by FROM footage_policy")
        return {row["source_id"]: FootagePolicyRow(row["source_id"], row["enabled"], row["days"], row["changed_by"]) for row in rows}

    async def set_policy(self, policy: FootagePolicyRow) -> None:
        await self._database.execute(
            "INSERT INTO footage_policy (source_id, enabled, days, changed_by) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (source_id) DO UPDATE SET enabled = excluded.enabled, days = excluded.days, changed_by = excluded.changed_by,"
            " changed_at = now()",
            *(policy.source_id, policy.enabled, policy.days, policy.changed_by),
        )

    async def recent(self, since: datetime) -> list[UUID]:
        """Segments that ended after an instant: what was seen in them may only be known by now."""
        rows = await self._database.rows(
            "SELECT id FROM footage_segment s WHERE s.ended_at > $1 AND s.started_at > $2 LIMIT 20000", since, since - timedelta(days=1)
        )
        return [row["id"] for row in rows]

    async def judge(self, segment_ids: Sequence[UUID], times: KeepTimes) -> None:
        """Store why these segments are kept, by what is known now."""
        await self._database.execute(
            _KEEPS, list(segment_ids), times.before_s, times.after_s, float(times.finding_days), float(times.observation_days)
        )

    async def due(self, now: datetime, days: float, *, among: Sequence[UUID] | None = None) -> list[FootageSegmentRow]:
        """Segments past their days that nothing keeps, oldest first, at most `LARGEST_BATCH`."""
        rows = await self._database.rows(
            f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s LEFT JOIN footage_policy p ON p.source_id = s.source_id"
            f" WHERE s.ended_at < $1::timestamptz - make_interval(secs => 86400 * coalesce(p.days, $2::float8)) AND {_UNKEPT}"
            " AND ($3::uuid[] IS NULL OR s.id = ANY ($3)) ORDER BY s.started_at LIMIT $4",
            *(now, float(days), None if among is None else list(among), LARGEST_BATCH),
        )
        return [segment_from(row) for row in rows]

    async def oldest_unkept(self, now: datetime, excess_bytes: int) -> list[FootageSegmentRow]:
        """The oldest finished segments that nothing keeps, just enough of them to make so much room."""
        rows = await self._database.rows(
            f"SELECT {SEGMENT_COLUMNS} FROM footage_segment s WHERE s.ended_at IS NOT NULL AND {_UNKEPT} ORDER BY s.started_at LIMIT $2",
            *(now, LARGEST_BATCH),
        )
        chosen, freed = [], 0
        for row in rows:
            if freed >= excess_bytes:
                break
            chosen.append(segment_from(row))
            freed += row["size_bytes"]
        return chosen

    async def delete(self, segments: Sequence[FootageSegmentRow], reason: str, at: datetime) -> list[FootageReceiptRow]:
        """Forget segments whose files are gone. One receipt a source, in the same transaction."""
        receipts = [
            _receipt(source_id, list(group), reason, at)
            for source_id, group in groupby(sorted(segments, key=lambda s: (s.source_id, s.started_at)), key=lambda s: s.source_id)
        ]
        async with self._database.transaction() as connection:
            await connection.execute("DELETE FROM footage_segment WHERE id = ANY ($1::uuid[])", [s.segment_id for s in segments])
            for receipt in receipts:
                await _write(connection, receipt)
        return receipts

    async def receipts(self, *, source_id: str | None = None, before: datetime | None = None, limit: int = 100) -> list[FootageReceiptRow]:
        """Newest first."""
        rows = await self._database.rows(
            "SELECT * FROM footage_receipt WHERE ($1::text IS NULL OR source_id = $1) AND ($2::timestamptz IS NULL OR at < $2)"
            " ORDER BY at DESC, id LIMIT $3",
            *(source_id, before, limit),
        )
        names = ("id", "at", "source_id", "started_at", "ended_at", "segments", "size_bytes", "reason", "digest", "detail")
        return [FootageReceiptRow(*(row[name] for name in names)) for row in rows]


def receipt_digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _receipt(source_id: str, segments: list[FootageSegmentRow], reason: str, at: datetime) -> FootageReceiptRow:
    ends = [segment.ended_at or segment.started_at for segment in segments]
    lines = [
        f"{segment.path} {segment.started_at.isoformat()} {end.isoformat()} {segment.size_bytes} {segment.sha256 or '-'}"
        for segment, end in zip(segments, ends, strict=True)
    ]
    return FootageReceiptRow(
        new_id(),
        at,
        source_id,
        segments[0].started_at,
        max(ends),
        len(segments),
        sum(segment.size_bytes for segment in segments),
        reason,
        receipt_digest(lines),
        {"segments": lines},
    )


async def _write(connection: Connection, receipt: FootageReceiptRow) -> None:
    await connection.execute(
        "INSERT INTO footage_receipt (id, at, source_id, started_at, ended_at, segments, size_bytes, reason, digest, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(receipt.receipt_id, receipt.at, receipt.source_id, receipt.started_at, receipt.ended_at, receipt.segments),
        *(receipt.size_bytes, receipt.reason, receipt.digest, receipt.detail),
    )
