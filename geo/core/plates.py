"""Plates read, kept no longer than a reason for them lasts, and the lists of plates somebody looks for or lets in.

A read that matches no wanted plate and belongs to no case is forgotten after hours, with a receipt; rows go only in `forget`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from geo.core.database import Connection, Database, Row
from geo.primitives import LonLat, new_id

LONGEST_H = 72.0
LARGEST_BATCH = 5000
_LIVING = "v.state NOT IN ('rejected', 'withdrawn')"


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """A legible plate of a tracked vehicle. `posterior` is the probability of each character of `text`, `label` the vehicle's class."""

    read_id: UUID
    source_id: str
    track_id: int
    at: datetime
    text: str
    grammar: str | None
    label: str
    posterior: tuple[float, ...]
    votes: int
    position: LonLat | None = None
    accuracy_m: float | None = None
    observation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlateReadRow:
    """A read with what it is kept for: a case, a wanted plate, or neither."""

    found: FoundPlate
    violation_id: UUID | None
    watch_id: UUID | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PlateWatchRow:
    watch_id: UUID
    text: str
    kind: str
    reason: str
    owner: str
    expires_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PlateReceiptRow:
    """So many reads made before an instant were forgotten. It names no plate."""

    receipt_id: UUID
    at: datetime
    count: int
    before: datetime
    by_source: dict[str, Any]


class PlateStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ingest(self, found: Sequence[FoundPlate], *, keep_h: float = LONGEST_H) -> list[UUID]:
        """Write reads, exactly once in effect, and tie them to what keeps them. Returns the ids that were new."""
        rows = {one.read_id: one for one in found}
        if not rows:
            return []
        columns = zip(*(_columns(one, keep_h) for one in rows.values()), strict=True)
        async with self._database.transaction() as connection:
            written = await connection.rows(
                "INSERT INTO plate_read (id, source_id, track_id, at, text, grammar, label, posterior, votes, accuracy_m, observation_id,"
                " expires_at, position) SELECT id, source_id, track_id, at, text, grammar, label, posterior::jsonb, votes, accuracy_m,"
                " observation_id, expires_at,"
                " CASE WHEN lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END FROM unnest($1::uuid[], $2::text[],"
                " $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::float8[],"
                " $11::uuid[], $12::timestamptz[], $13::float8[], $14::float8[]) AS t (id, source_id, track_id, at, text, grammar, label,"
                " posterior, votes, accuracy_m, observation_id, expires_at, lon, lat) ON CONFLICT (id) DO NOTHING RETURNING id",
                *(list(column) for column in columns),
            )
            ids = [row["id"] for row in written]
            await connection.execute(
                "UPDATE plate_read r SET watch_id = w.id, expires_at = greatest(r.expires_at, w.expires_at) FROM plate_watch w"
                " WHERE r.id = ANY ($1::uuid[]) AND w.text = r.text AND w.kind = 'wanted' AND w.expires_at > r.at AND w.made_at <= r.at",
                ids,
            )
            await _tie_to_cases(connection, None, ids)
        return ids

    async def tie(self, observation_ids: Sequence[UUID]) -> None:
        """Cases came of these observations: their reads are kept with them, and the case is told the plate."""
        if observation_ids:
            async with self._database.transaction() as connection:
                await _tie_to_cases(connection, list(observation_ids), None)

    async def forget(self, now: datetime, *, keep_h: float = LONGEST_H) -> PlateReceiptRow | None:
        """Delete what nothing keeps any more, with one receipt; None when there is nothing to forget."""
        async with self._database.transaction() as connection:
            # The last word is spoken over what is known now: a case may have come after its read, or have been rejected since.
            await _tie_to_cases(connection, None, None)
            await connection.execute(
                "UPDATE plate_read r SET violation_id = NULL, expires_at = CASE WHEN r.watch_id IS NULL"
                " THEN least(r.expires_at, r.at + make_interval(secs => 3600 * $1::float8)) ELSE r.expires_at END"
                f" FROM violation v WHERE v.id = r.violation_id AND NOT ({_LIVING})",
                keep_h,
            )
            gone = await connection.rows(
                "DELETE FROM plate_read WHERE id IN (SELECT id FROM plate_read WHERE expires_at <= $1 AND violation_id IS NULL"
                " ORDER BY expires_at LIMIT $2) RETURNING source_id",
                *(now, LARGEST_BATCH),
            )
            await connection.execute(
                "DELETE FROM plate_watch w WHERE w.expires_at <= $1 AND NOT EXISTS (SELECT FROM plate_read r WHERE r.watch_id = w.id)", now
            )
            if not gone:
                return None
            by_source: dict[str, Any] = {}
            for row in gone:
                by_source[row["source_id"]] = by_source.get(row["source_id"], 0) + 1
            receipt = PlateReceiptRow(new_id(), now, len(gone), now, by_source)
            await connection.execute(
                "INSERT INTO plate_receipt (id, at, count, before, by_source) VALUES ($1, $2, $3, $4, $5)",
                *(receipt.receipt_id, receipt.at, receipt.count, receipt.before, receipt.by_source),
            )
        return receipt

    async def reads(
        self, *, text: str | None = None, source_id: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> list[PlateReadRow]:
        """Newest first. `text` is compared as a whole."""
        rows = await self._database.rows(
            "SELECT *, ST_X(position) AS lon, ST_Y(position) AS lat FROM plate_read WHERE ($1::text IS NULL OR text = $1)"
            " AND ($2::text IS NULL OR source_id = $2) AND ($3::timestamptz IS NULL OR at >= $3) ORDER BY at DESC, id LIMIT $4",
            *(text, source_id, since, limit),
        )
        return [_read(row) for row in rows]

    async def seen_again(self, since: datetime, limit: int = 2000) -> list[PlateReadRow]:
        """Reads with a place whose text was read more than once since then, by text and time: what cloned plates are looked for in."""
        rows = await self._database.rows(
            "SELECT *, ST_X(position) AS lon, ST_Y(position) AS lat FROM plate_read WHERE at >= $1 AND position IS NOT NULL"
            " AND text IN (SELECT text FROM plate_read WHERE at >= $1 GROUP BY text HAVING count(*) > 1) ORDER BY text, at, id LIMIT $2",
            *(since, limit),
        )
        return [_read(row) for row in rows]

    async def receipts(self, limit: int = 100) -> list[PlateReceiptRow]:
        rows = await self._database.rows("SELECT id, at, count, before, by_source FROM plate_receipt ORDER BY at DESC, id LIMIT $1", limit)
        return [PlateReceiptRow(*row.values()) for row in rows]

    async def watches(self, now: datetime, *, text: str | None = None) -> list[PlateWatchRow]:
        """Those in force, newest first."""
        rows = await self._database.rows(
            "SELECT id, text, kind, reason, owner, expires_at, made_at FROM plate_watch"
            " WHERE expires_at > $1 AND ($2::text IS NULL OR text = $2) ORDER BY made_at DESC, id",
            *(now, text),
        )
        return [PlateWatchRow(*row.values()) for row in rows]

    async def add_watch(self, watch: PlateWatchRow) -> None:
        await self._database.execute(
            "INSERT INTO plate_watch (id, text, kind, reason, owner, expires_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            *(watch.watch_id, watch.text, watch.kind, watch.reason, watch.owner, watch.expires_at, watch.made_at),
        )

    async def end_watch(self, watch_id: UUID, *, keep_h: float = LONGEST_H) -> PlateWatchRow | None:
        """Take a plate off its list; its reads live no longer than any other. None when there is no such entry."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "UPDATE plate_read SET watch_id = NULL, expires_at = least(expires_at, at + make_interval(secs => 3600 * $2::float8))"
                " WHERE watch_id = $1",
                *(watch_id, keep_h),
            )
            row = await connection.row(
                "DELETE FROM plate_watch WHERE id = $1 RETURNING id, text, kind, reason, owner, expires_at, made_at", watch_id
            )
        return None if row is None else PlateWatchRow(*row.values())


async def _tie_to_cases(connection: Connection, observation_ids: list[UUID] | None, read_ids: list[UUID] | None) -> None:
    await connection.execute(
        "UPDATE plate_read r SET violation_id = v.id FROM (SELECT DISTINCT ON (observation_id) observation_id, id FROM violation v"
        f" WHERE observation_id IS NOT NULL AND {_LIVING} ORDER BY observation_id, at, id) v"
        " WHERE r.observation_id = v.observation_id AND r.violation_id IS NULL"
        " AND ($1::uuid[] IS NULL OR r.observation_id = ANY ($1)) AND ($2::uuid[] IS NULL OR r.id = ANY ($2))",
        *(observation_ids, read_ids),
    )
    await connection.execute(
        "UPDATE violation v SET plate = jsonb_build_object('text', r.text, 'grammar', r.grammar, 'confidence', r.posterior,"
        " 'votes', r.votes), updated_at = now() FROM plate_read r WHERE r.observation_id = v.observation_id AND v.plate IS NULL"
        f" AND {_LIVING} AND ($1::uuid[] IS NULL OR r.observation_id = ANY ($1)) AND ($2::uuid[] IS NULL OR r.id = ANY ($2))",
        *(observation_ids, read_ids),
    )


def _columns(found: FoundPlate, keep_h: float) -> tuple[Any, ...]:
    place = found.position
    return (
        *(found.read_id, found.source_id, found.track_id, found.at, found.text, found.grammar, found.label),
        *(json.dumps(found.posterior), found.votes, found.accuracy_m, found.observation_id),
        found.at + timedelta(hours=min(keep_h, LONGEST_H)),
        *((None, None) if place is None else place.as_tuple()),
    )


def _read(row: Row) -> PlateReadRow:
    plain = ("source_id", "track_id", "at", "text", "grammar", "label", "votes", "accuracy_m", "observation_id")
    return PlateReadRow(
        FoundPlate(
            read_id=row["id"],
            posterior=tuple(row["posterior"]),
            position=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
            **{name: row[name] for name in plain},
        ),
        row["violation_id"],
        row["watch_id"],
        row["expires_at"],
    )
