"""Officers' looks at cases and their decisions. What decisions make of a case is asked of the caller, inside the transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from geo.core.database import Connection, Database, Row
from geo.primitives import GeoError, new_id

_FIGURES = (Path(__file__).parent / "sql/review_figures.sql").read_text(encoding="utf-8")
_OPEN = """SELECT v.id, v.rule, v.evidence_tier, v.source_id, v.at, v.received_at, v.state, v.measure_value, v.measure_limit,
    v.measure_unit, v.doubtful_why, ST_X(v.position) AS lon, ST_Y(v.position) AS lat,
    (SELECT count(*) FROM violation_review r WHERE r.violation_id = v.id AND NOT r.seeded) AS decided,
    (SELECT count(*) FROM violation_look l WHERE l.violation_id = v.id AND l.reviewer <> $1 AND l.deadline_at > $2) AS looking
FROM violation v WHERE v.state IN ('new', 'unclear') AND ($3::text IS NULL OR v.rule = $3) AND ($4::text IS NULL OR v.source_id = $4)
    AND ($5::uuid IS NULL OR v.id = $5) AND NOT EXISTS (SELECT FROM violation_review r WHERE r.violation_id = v.id AND r.reviewer = $1)
ORDER BY v.evidence_tier = 'C', v.at, v.id LIMIT $6 OFFSET $7"""
_PAGE = 200
# Officers take cases one after another: two would else see the same one free.
_LOOK_LOCK = 7_305_213


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that waits for an officer. `decided` officers have, `looking` others are before it now."""

    violation_id: UUID
    rule: str
    evidence_tier: str
    source_id: str
    at: datetime
    received_at: datetime
    state: str
    decided: int
    looking: int
    measure_value: float | None = None
    measure_limit: float | None = None
    measure_unit: str | None = None
    doubtful_why: str | None = None
    lon_deg: float | None = None
    lat_deg: float | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    rule: str | None = None
    source_id: str | None = None
    violation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LookRow:
    look_id: UUID
    violation_id: UUID
    reviewer: str
    seeded: bool
    shown_at: datetime
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRow:
    review_id: UUID
    violation_id: UUID
    reviewer: str
    decision: str
    reason: str
    note: str
    seconds_spent: float
    blind: bool
    seeded: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """`state` is the case's after the decision, `changed` whether it moved."""

    review: ReviewRow
    state: str
    changed: bool


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """`doubles` are cases two officers saw, of which they `disagreed`; `median_seconds` from being shown to the decision."""

    rule: str
    accepted: int
    rejected: int
    unclear: int
    waiting: int
    oldest_at: datetime | None
    looks: int
    median_seconds: float | None
    doubles: int
    disagreed: int
    known_bad_shown: int
    known_bad_found: int
    reasons: dict[str, int]


Room = Callable[[OpenCase], int]
"""How many officers may look at an open case now, besides those who have decided."""


class ReviewStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, reviewer: str, at: datetime, wanted: CaseFilter, room: Room, limit: int) -> list[OpenCase]:
        """What this officer may take: certified and officers' cases before statistics, oldest first."""
        async with self._database.connection() as connection:
            return await _free(connection, reviewer, at, wanted, room, limit)

    async def counts(self, reviewer: str) -> dict[str, int]:
        """Open cases this officer has not decided, by rule."""
        rows = await self._database.rows(
            "SELECT rule, count(*) AS number FROM violation v WHERE state IN ('new', 'unclear')"
            " AND NOT EXISTS (SELECT FROM violation_review r WHERE r.violation_id = v.id AND r.reviewer = $1) GROUP BY rule ORDER BY rule",
            reviewer,
        )
        return {row["rule"]: row["number"] for row in rows}

    async def look_of(self, reviewer: str, at: datetime) -> LookRow | None:
        """The case before this officer."""
        row = await self._database.row("SELECT * FROM violation_look WHERE reviewer = $1 AND deadline_at > $2", reviewer, at)
        return None if row is None else _look(row)

    async def take(self, reviewer: str, at: datetime, until: datetime, wanted: CaseFilter, room: Room) -> LookRow | None:
        """Put the first free case before the officer, in place of what he had. None when none is free."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOOK_LOCK)
            found = await _free(connection, reviewer, at, wanted, room, 1)
            return await _show(connection, reviewer, found[0].violation_id, False, at, until) if found else None

    async def take_known_bad(self, reviewer: str, at: datetime, until: datetime, rule: str | None) -> LookRow | None:
        """The same with a case known to be none that this officer has not decided."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOOK_LOCK)
            found = await connection.value(
                "SELECT v.id FROM violation_known_bad JOIN violation v ON v.id = violation_id WHERE v.state = 'rejected'"
                " AND ($2::text IS NULL OR v.rule = $2)"
                " AND NOT EXISTS (SELECT FROM violation_review r WHERE r.violation_id = v.id AND r.reviewer = $1)"
                " ORDER BY marked_at, v.id LIMIT 1",
                *(reviewer, rule),
            )
            return None if found is None else await _show(connection, reviewer, found, True, at, until)

    async def put_back(self, look_id: UUID, reviewer: str) -> bool:
        """The officer leaves the case undecided."""
        return await self._database.execute("DELETE FROM violation_look WHERE id = $1 AND reviewer = $2", look_id, reviewer) == "DELETE 1"

    async def looks_of(self, reviewer: str) -> int:
        """How many cases an officer has decided so far."""
        return int(await self._database.value("SELECT count(*) FROM violation_review WHERE reviewer = $1", reviewer))

    async def decide(
        self,
        look: LookRow,
        verdict: tuple[Literal["accept", "reject", "unclear"], str, str],
        at: datetime,
        shown_revision: datetime,
        state_after: Callable[[Sequence[str]], str],
    ) -> Decided:
        """Write a decision (with its reason and note) and what it makes of the case, in one transaction.

        Raises: `GeoError` with code `geo.look_over` when the time for the case is over, `geo.stale` when it was changed since
        `shown_revision`, `geo.case_closed` when it is decided or withdrawn.
        """
        async with self._database.transaction() as connection:
            case = await connection.row("SELECT state, updated_at FROM violation WHERE id = $1 FOR UPDATE", look.violation_id)
            held = await connection.value(
                "DELETE FROM violation_look WHERE id = $1 AND reviewer = $2 AND deadline_at > $3 RETURNING true",
                *(look.look_id, look.reviewer, at),
            )
            if case is None or not held:
                raise GeoError("The time for this case is over.", code="geo.look_over")
            if not look.seeded and case["state"] not in ("new", "unclear"):
                raise GeoError(f"The case is {case['state']} already.", code="geo.case_closed")
            if case["updated_at"] != shown_revision:
                raise GeoError("The case was changed since it was shown.", code="geo.stale")
            before = await _decisions(connection, look.violation_id)
            review = ReviewRow(
                *(new_id(), look.violation_id, look.reviewer, *verdict, (at - look.shown_at).total_seconds()),
                *(bool(before), look.seeded, at),
            )
            await connection.execute(
                "INSERT INTO violation_review (id, violation_id, reviewer, decision, reason, note, seconds_spent, blind, seeded, at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                *(review.review_id, review.violation_id, review.reviewer, review.decision, review.reason, review.note),
                *(review.seconds_spent, review.blind, review.seeded, review.at),
            )
            if look.seeded:
                return Decided(review, case["state"], changed=False)
            state = state_after([*before, review.decision])
            if state != case["state"]:
                await connection.execute("UPDATE violation SET state = $2, updated_at = now() WHERE id = $1", look.violation_id, state)
            return Decided(review, state, state != case["state"])

    async def reviews(self, violation_id: UUID) -> list[ReviewRow]:
        """All decisions on a case but those taken when it was known to be none, in their order."""
        rows = await self._database.rows(
            "SELECT * FROM violation_review WHERE violation_id = $1 AND NOT seeded ORDER BY at, id", violation_id
        )
        return [_review(row) for row in rows]

    async def mark_known_bad(self, violation_id: UUID, why: str, by: str) -> None:
        """Show a rejected case to officers again. Raises: `GeoError` with code `geo.not_rejected`."""
        async with self._database.transaction() as connection:
            state = await connection.value("SELECT state FROM violation WHERE id = $1 FOR SHARE", violation_id)
            if state != "rejected":
                raise GeoError(f"The case is {state or 'unknown'}, not rejected.", code="geo.not_rejected")
            await connection.execute(
                "INSERT INTO violation_known_bad (violation_id, why, marked_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                *(violation_id, why, by),
            )

    async def unmark_known_bad(self, violation_id: UUID) -> bool:
        return await self._database.execute("DELETE FROM violation_known_bad WHERE violation_id = $1", violation_id) == "DELETE 1"

    async def figures(self, since: datetime) -> list[RuleFigures]:
        """By rule, of cases received since then."""
        return [RuleFigures(**row) for row in await self._database.rows(_FIGURES, since)]


async def _free(connection: Connection, reviewer: str, at: datetime, wanted: CaseFilter, room: Room, limit: int) -> list[OpenCase]:
    free: list[OpenCase] = []
    for offset in range(0, 10**9, _PAGE):
        rows = await connection.rows(_OPEN, reviewer, at, wanted.rule, wanted.source_id, wanted.violation_id, _PAGE, offset)
        cases = (_open_case(row) for row in rows)
        free.extend(case for case in cases if room(case) > case.looking)
        if len(free) >= limit or len(rows) < _PAGE:
            break
    return free[:limit]


async def _show(connection: Connection, reviewer: str, violation_id: UUID, seeded: bool, at: datetime, until: datetime) -> LookRow:
    await connection.execute("DELETE FROM violation_look WHERE reviewer = $1 OR deadline_at <= $2", reviewer, at)
    row = await connection.row(
        "INSERT INTO violation_look (id, violation_id, reviewer, seeded, shown_at, deadline_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
        *(new_id(), violation_id, reviewer, seeded, at, until),
    )
    assert row is not None
    return _look(row)


async def _decisions(connection: Connection, violation_id: UUID) -> list[str]:
    rows = await connection.rows(
        "SELECT decision FROM violation_review WHERE violation_id = $1 AND NOT seeded ORDER BY at, id", violation_id
    )
    return [row["decision"] for row in rows]


def _open_case(row: Row) -> OpenCase:
    return OpenCase(violation_id=row["id"], lon_deg=row["lon"], lat_deg=row["lat"], **{name: row[name] for name in _OPEN_FIELDS})


_OPEN_FIELDS = (
    *("rule", "evidence_tier", "source_id", "at", "received_at", "state", "decided", "looking"),
    *("measure_value", "measure_limit", "measure_unit", "doubtful_why"),
)


def _look(row: Row) -> LookRow:
    return LookRow(row["id"], row["violation_id"], row["reviewer"], row["seeded"], row["shown_at"], row["deadline_at"])


def _review(row: Row) -> ReviewRow:
    return ReviewRow(
        *(row["id"], row["violation_id"], row["reviewer"], row["decision"], row["reason"], row["note"]),
        *(row["seconds_spent"], row["blind"], row["seeded"], row["at"]),
    )
