"""Who did what. Every entry carries the hash of the one before, so a changed, missing or reordered entry shows."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from geo.core.database import Database, Row
from geo.primitives import utc_now

FIRST_HASH = "0" * 64
_BATCH = 2000
# Entries are chained one after another: writers take turns on this number.
_AUDIT_LOCK = 7_305_212


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`detail` is plain JSON. `hash` is the SHA-256 of all other fields in canonical JSON, as hexadecimal."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """`first_broken` is the sequence number of the first entry that does not fit the chain; None when it is whole."""

    entries: int
    first_broken: int | None

    @property
    def whole(self) -> bool:
        return self.first_broken is None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None lets everything through. `action` and `subject` match a beginning, up to a dot or slash or the end."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, actor: str, action: str, subject: str, detail: dict[str, Any] | None = None) -> AuditEntry:
        """Add one entry. `subject` names what was acted on, such as `vehicle/mav-1`."""
        # Through JSON once, so that what is hashed is what will be read back.
        plain: dict[str, Any] = json.loads(json.dumps(detail or {}, default=str))
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _AUDIT_LOCK)
            last = await connection.row("SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1")
            sequence, previous = (1, FIRST_HASH) if last is None else (last["sequence"] + 1, last["hash"])
            draft = AuditEntry(sequence, utc_now(), actor, action, subject, plain, previous, hash="")
            entry = replace(draft, hash=entry_hash(draft))
            await connection.execute(
                "INSERT INTO audit_entry (sequence, at, actor, action, subject, detail, previous_hash, hash)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(entry.sequence, entry.at, actor, action, subject, plain, previous, entry.hash),
            )
        return entry

    async def latest(self, limit: int = 100) -> list[AuditEntry]:
        """Newest first."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM audit_entry ORDER BY sequence DESC LIMIT $1", limit)]

    async def search(self, wanted: AuditFilter, *, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
        """Newest first; `before` is a sequence number, for the next page."""
        rows = await self._database.rows(
            "SELECT * FROM audit_entry WHERE ($1::text IS NULL OR actor = $1)"
            " AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.'))"
            " AND ($3::text IS NULL OR subject = $3 OR starts_with(subject, $3 || '/'))"
            " AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)"
            " AND ($6::bigint IS NULL OR sequence < $6) ORDER BY sequence DESC LIMIT $7",
            *(wanted.actor, wanted.action, wanted.subject, wanted.since, wanted.until, before, limit),
        )
        return [_from(row) for row in rows]

    async def verify(self) -> AuditVerdict:
        """Walk the whole chain. A cut-off end cannot be seen from inside; compare `entries` with an earlier count for that."""
        expected, previous, seen = 1, FIRST_HASH, 0
        while True:
            rows = await self._database.rows("SELECT * FROM audit_entry WHERE sequence >= $1 ORDER BY sequence LIMIT $2", expected, _BATCH)
            for entry in map(_from, rows):
                if entry.sequence != expected or entry.previous_hash != previous or entry.hash != entry_hash(entry):
                    return AuditVerdict(seen, entry.sequence)
                expected, previous, seen = entry.sequence + 1, entry.hash, seen + 1
            if len(rows) < _BATCH:
                return AuditVerdict(seen, None)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 of all fields but `hash`, over canonical JSON: sorted keys, no spaces, UTF-8, microsecond instants in UTC."""
    fields = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _from(row: Row) -> AuditEntry:
    return AuditEntry(
        *(row["sequence"], row["at"], row["actor"], row["action"], row["subject"]),
        *(row["detail"], row["previous_hash"], row["hash"]),
    )
