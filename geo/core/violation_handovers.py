"""The outbox of cases on their way to outside systems. A row is written before anything is sent, and goes only with a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.cursor import Page, decode_cursor, encode_cursor
from geo.core.database import Connection, Database, Row
from geo.primitives import GeoError, new_id

_LISTING = "handovers"


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """`kind` is case or withdrawal; `state` waiting, delivered, refused (by the other side), expired or cancelled."""

    handover_id: UUID
    violation_id: UUID
    evidence_tier: str
    kind: str
    target: str
    state: str
    tries: int
    next_try_at: datetime | None
    deadline_at: datetime
    trouble: str
    receipt: dict[str, Any] | None
    asked_by: str
    at: datetime
    done_at: datetime | None


class HandoverStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, violation_id: UUID, target: str, by: str, at: datetime, deadline_at: datetime) -> HandoverRow:
        """Put an accepted case into the outbox. Asked again, one that was refused or expired is tried again; another is left as it is.

        Raises: `GeoError` with code `geo.constraint` when the case is of tier C or not accepted: the database itself refuses.
        """
        async with self._database.transaction() as connection:
            row = await connection.row(
                "INSERT INTO violation_handover (id, violation_id, evidence_tier, target, next_try_at, deadline_at, asked_by, at)"
                " SELECT $1, id, evidence_tier, $3, $5, $6, $4, $5 FROM violation WHERE id = $2"
                " ON CONFLICT (violation_id, target, kind) DO UPDATE SET state = 'waiting', tries = 0, trouble = '', done_at = NULL,"
                " receipt = NULL, next_try_at = EXCLUDED.next_try_at, deadline_at = EXCLUDED.deadline_at, asked_by = EXCLUDED.asked_by"
                " WHERE violation_handover.state IN ('refused', 'expired', 'cancelled') RETURNING *",
                *(new_id(), violation_id, target, by, at, deadline_at),
            )
            if row is None:
                row = await connection.row(
                    "SELECT * FROM violation_handover WHERE violation_id = $1 AND target = $2 AND kind = 'case'", violation_id, target
                )
        if row is None:
            raise GeoError(f"There is no violation {violation_id}.", code="geo.not_found")
        return _from(row)

    async def ask_for_withdrawals(self, at: datetime, deadline_at: datetime) -> int:
        """Whoever was handed a case that is withdrawn, or whose order is void, has to be told. Returns how many are new in the outbox."""
        tag = await self._database.execute(
            "INSERT INTO violation_handover (id, violation_id, evidence_tier, kind, target, next_try_at, deadline_at, asked_by, at)"
            " SELECT gen_random_uuid(), given.violation_id, given.evidence_tier, 'withdrawal', given.target, $1, $2, 'review', $1"
            " FROM violation_handover given JOIN violation v ON v.id = given.violation_id"
            " LEFT JOIN legal_order o ON o.id = v.legal_order_id AND o.void_from <= v.at"
            " WHERE given.kind = 'case' AND given.state = 'delivered' AND NOT starts_with(given.target, 'file:')"
            " AND (v.state = 'withdrawn' OR o.id IS NOT NULL) ON CONFLICT DO NOTHING",
            *(at, deadline_at),
        )
        return int(tag.rpartition(" ")[2])

    async def take(self, at: datetime, leased_until: datetime) -> HandoverRow | None:
        """The one that waits longest past its time; nobody else takes it until then. A case that is no longer accepted is called off."""
        await self._database.execute(
            "UPDATE violation_handover h SET state = 'cancelled', next_try_at = NULL, done_at = $1, trouble = 'the case is ' || v.state"
            " FROM violation v WHERE v.id = h.violation_id AND h.state = 'waiting' AND h.next_try_at <= $1"
            " AND h.kind = 'case' AND v.state NOT IN ('accepted', 'handed_over')",
            at,
        )
        row = await self._database.row(
            "UPDATE violation_handover SET next_try_at = $2, tries = tries + 1 WHERE id = (SELECT id FROM violation_handover"
            " WHERE state = 'waiting' AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
            *(at, leased_until),
        )
        return None if row is None else _from(row)

    async def delivered(self, handover_id: UUID, receipt: dict[str, Any], at: datetime) -> None:
        """With its receipt; a case is handed over from now on."""
        async with self._database.transaction() as connection:
            await _delivered(connection, handover_id, receipt, at)

    async def delivered_by_hand(self, violation_ids: Sequence[UUID], target: str, receipt: dict[str, Any], by: str, at: datetime) -> None:
        """Several accepted cases in one file: all, or none when one of them may not leave."""
        async with self._database.transaction() as connection:
            for violation_id in violation_ids:
                handover_id = new_id()
                await connection.execute(
                    "INSERT INTO violation_handover (id, violation_id, evidence_tier, target, next_try_at, deadline_at, asked_by, at)"
                    " SELECT $1, id, evidence_tier, $3, $5, $5, $4, $5 FROM violation WHERE id = $2",
                    *(handover_id, violation_id, target, by, at),
                )
                await _delivered(connection, handover_id, receipt, at)

    async def try_again(self, handover_id: UUID, trouble: str, next_try_at: datetime) -> None:
        await self._database.execute(
            "UPDATE violation_handover SET trouble = $2, next_try_at = $3 WHERE id = $1 AND state = 'waiting'",
            handover_id,
            trouble,
            next_try_at,
        )

    async def over(self, handover_id: UUID, state: str, trouble: str, receipt: dict[str, Any] | None, at: datetime) -> None:
        """`state` refused or expired."""
        await self._database.execute(
            "UPDATE violation_handover SET state = $2, trouble = $3, receipt = $4, done_at = $5, next_try_at = NULL"
            " WHERE id = $1 AND state = 'waiting'",
            *(handover_id, state, trouble, receipt, at),
        )

    async def of_violation(self, violation_id: UUID) -> list[HandoverRow]:
        rows = await self._database.rows("SELECT * FROM violation_handover WHERE violation_id = $1 ORDER BY at, id", violation_id)
        return [_from(row) for row in rows]

    async def page(self, state: str | None, cursor: str | None, limit: int) -> Page[HandoverRow]:
        """Newest first."""
        at, last = (None, None) if cursor is None else decode_cursor(_LISTING, cursor, 2)
        rows = await self._database.rows(
            "SELECT * FROM violation_handover WHERE ($1::text IS NULL OR state = $1)"
            " AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3)) ORDER BY at DESC, id DESC LIMIT $4",
            *(state, None if at is None else datetime.fromisoformat(str(at)), None if last is None else UUID(str(last)), limit + 1),
        )
        items = tuple(_from(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, encode_cursor(_LISTING, (items[-1].at, items[-1].handover_id)) if more else None)


async def _delivered(connection: Connection, handover_id: UUID, receipt: dict[str, Any], at: datetime) -> None:
    row = await connection.row(
        "UPDATE violation_handover SET state = 'delivered', receipt = $2, done_at = $3, next_try_at = NULL, trouble = ''"
        " WHERE id = $1 AND state = 'waiting' RETURNING violation_id, kind",
        *(handover_id, receipt, at),
    )
    if row is not None and row["kind"] == "case":
        # Withdrawn in the moment it was sent: it stays so, and the other side is told next.
        await connection.execute(
            "UPDATE violation SET state = 'handed_over', updated_at = now() WHERE id = $1 AND state = 'accepted'", row["violation_id"]
        )


def _from(row: Row) -> HandoverRow:
    return HandoverRow(handover_id=row["id"], **{name: row[name] for name in HandoverRow.__slots__ if name != "handover_id"})
