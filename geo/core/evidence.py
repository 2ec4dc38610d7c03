"""Evidence packages in PostGIS: each is a leaf of the day it was made on, in order; a sealed day takes no more."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from geo.core.cursor import Page, decode_cursor, encode_cursor
from geo.core.database import Database, Row
from geo.primitives import GeoError

# Packages of a day are counted without gaps: who adds one and who seals take turns.
_EVIDENCE_LOCK = 7_305_214


@dataclass(frozen=True, slots=True)
class EvidencePackageRow:
    """`path` is below the folder of evidence. `leaf` is given when it is added."""

    package_id: UUID
    violation_id: UUID
    kind: str
    reason: str
    path: str
    size_bytes: int
    sha256: str
    manifest_sha256: str
    day: date
    made_at: datetime
    made_by: str
    leaf: int = -1


@dataclass(frozen=True, slots=True)
class EvidenceDayRow:
    """A sealed day; `document` is its file."""

    day: date
    packages: int
    merkle_root: str
    previous_day: date | None
    previous_root: str | None
    key_id: str
    stamped: bool
    document: bytes
    sealed_at: datetime


class EvidenceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: EvidencePackageRow) -> EvidencePackageRow:
        """The row with its leaf. Raises: `GeoError` with code `geo.day_sealed` when its day is sealed already."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _EVIDENCE_LOCK)
            if await connection.value("SELECT EXISTS (SELECT FROM evidence_day WHERE day >= $1)", row.day):
                raise GeoError(f"The day {row.day} is sealed.", code="geo.day_sealed", hint="Make the package again.")
            kept = await connection.row(
                "INSERT INTO evidence_package (id, violation_id, kind, reason, path, size_bytes, sha256, manifest_sha256, day, made_at,"
                " made_by, leaf) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                " coalesce(max(leaf) + 1, 0) FROM evidence_package WHERE day = $9 RETURNING *",
                *(row.package_id, row.violation_id, row.kind, row.reason, row.path, row.size_bytes, row.sha256, row.manifest_sha256),
                *(row.day, row.made_at, row.made_by),
            )
        assert kept is not None, "an insert returns its row"
        return _package(kept)

    async def get(self, package_id: UUID) -> EvidencePackageRow | None:
        row = await self._database.row("SELECT * FROM evidence_package WHERE id = $1", package_id)
        return None if row is None else _package(row)

    async def page(
        self, *, violation_id: UUID | None = None, day: date | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[EvidencePackageRow]:
        """Newest first."""
        before = None if cursor is None else decode_cursor("evidence", cursor, 2)
        after_day = None if before is None else date.fromisoformat(str(before[0]))
        rows = await self._database.rows(
            "SELECT * FROM evidence_package WHERE ($1::uuid IS NULL OR violation_id = $1) AND ($2::date IS NULL OR day = $2)"
            " AND ($3::date IS NULL OR (day, leaf) < ($3, $4)) ORDER BY day DESC, leaf DESC LIMIT $5",
            *(violation_id, day, after_day, 0 if before is None else int(before[1]), limit + 1),
        )
        items = tuple(_package(row) for row in rows[:limit])
        more = encode_cursor("evidence", (items[-1].day, items[-1].leaf)) if len(rows) > limit else None
        return Page(items, more)

    async def unsealed_days(self, before: date) -> list[date]:
        """Days with packages that are not sealed, oldest first."""
        rows = await self._database.rows(
            "SELECT DISTINCT day FROM evidence_package p WHERE day < $1 AND NOT EXISTS (SELECT FROM evidence_day d WHERE d.day = p.day)"
            " ORDER BY day",
            before,
        )
        return [row["day"] for row in rows]

    async def leaves(self, day: date) -> list[str]:
        """SHA-256 of the manifests of a day, in order."""
        rows = await self._database.rows("SELECT manifest_sha256 FROM evidence_package WHERE day = $1 ORDER BY leaf", day)
        return [row["manifest_sha256"] for row in rows]

    async def newest_day(self) -> EvidenceDayRow | None:
        row = await self._database.row("SELECT * FROM evidence_day ORDER BY day DESC LIMIT 1")
        return None if row is None else _day(row)

    async def day(self, day: date) -> EvidenceDayRow | None:
        row = await self._database.row("SELECT * FROM evidence_day WHERE day = $1", day)
        return None if row is None else _day(row)

    async def days(self, limit: int = 400) -> list[EvidenceDayRow]:
        """Newest first."""
        return [_day(row) for row in await self._database.rows("SELECT * FROM evidence_day ORDER BY day DESC LIMIT $1", limit)]

    async def seal(self, row: EvidenceDayRow) -> bool:
        """Keep a sealed day; False when it is sealed already, or has got another package since it was read."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _EVIDENCE_LOCK)
            count = await connection.value("SELECT count(*) FROM evidence_package WHERE day = $1", row.day)
            newer = await connection.value("SELECT EXISTS (SELECT FROM evidence_day WHERE day >= $1)", row.day)
            if count != row.packages or newer:
                return False
            await connection.execute(
                "INSERT INTO evidence_day (day, packages, merkle_root, previous_day, previous_root, key_id, stamped, document, sealed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                *(row.day, row.packages, row.merkle_root, row.previous_day, row.previous_root, row.key_id, row.stamped),
                *(row.document, row.sealed_at),
            )
        return True


_PACKAGE = ("violation_id", "kind", "reason", "path", "size_bytes", "sha256", "manifest_sha256", "day", "made_at", "made_by", "leaf")
_DAY = ("day", "packages", "merkle_root", "previous_day", "previous_root", "key_id", "stamped", "document", "sealed_at")


def _package(row: Row) -> EvidencePackageRow:
    return EvidencePackageRow(package_id=row["id"], **{name: row[name] for name in _PACKAGE})


def _day(row: Row) -> EvidenceDayRow:
    return EvidenceDayRow(**{name: row[name] for name in _DAY})
