"""Violations in PostGIS: written exactly once in effect, each with the right it holds by; doubted when the source or the order was."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from geo.core.database import Connection, Database, Row
from geo.primitives import LonLat

_INGEST = (Path(__file__).parent / "sql/ingest_violations.sql").read_text(encoding="utf-8")
SELECT_VIOLATION = "SELECT v.*, ST_X(v.position) AS lon, ST_Y(v.position) AS lat FROM violation v"
MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """What was measured, two sigmas of it, and the limit it was held against, in `unit`."""

    value: float
    uncertainty: float
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class FoundViolation:
    """A verdict as it comes from a source. `legal_order` is the one its scene names, whether it holds or not.

    `violation_id` is derived from source, run, track, rule and instant, so that the same verdict is the same case however often it is told.
    `proof_at` are the instants of the stills: before, at, after. `bbox_px` is x0, y0, x1, y1 at `at`; `accuracy_m` holds the true place
    with 95 % probability.
    """

    violation_id: UUID
    rule: str
    rule_edition: str
    source_id: str
    track_id: int
    model: str
    label: str
    confidence: float
    from_at: datetime
    at: datetime
    until_at: datetime
    proof_at: tuple[datetime, ...]
    bbox_px: tuple[float, float, float, float]
    feature: str
    verdict_hash: str
    position: LonLat | None = None
    accuracy_m: float | None = None
    vehicle_id: str | None = None
    observation_id: UUID | None = None
    scene_edition: int | None = None
    legal_order: str | None = None
    measure: MeasureRow | None = None
    doubtful_why: str | None = None


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """A case: what was found, by which right it holds (`evidence_tier` A, B or C), and how far it got (`state`)."""

    found: FoundViolation
    evidence_tier: str
    legal_order_id: str | None
    certificate_id: str | None
    state: str
    plate: dict[str, Any] | None
    received_at: datetime
    updated_at: datetime


class ViolationStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ingest(self, found: Sequence[FoundViolation]) -> list[UUID]:
        """Write a batch in one transaction, each in its tier. Returns the ids that were new."""
        several = {one.violation_id: one for one in found}
        if not several:
            return []
        columns = zip(*(_columns(one) for one in several.values()), strict=True)
        return [row["id"] for row in await self._database.rows(_INGEST, *(list(column) for column in columns))]

    async def get(self, violation_id: UUID) -> ViolationRow | None:
        row = await self._database.row(f"{SELECT_VIOLATION} WHERE v.id = $1", violation_id)
        return None if row is None else violation_of(row)

    async def several(self, violation_ids: Sequence[UUID]) -> list[ViolationRow]:
        """Those there are, in order of time."""
        rows = await self._database.rows(f"{SELECT_VIOLATION} WHERE v.id = ANY($1) ORDER BY v.at, v.id", list(violation_ids))
        return [violation_of(row) for row in rows]

    async def between(self, source_id: str, start: datetime, end: datetime) -> list[ViolationRow]:
        """Of one source, complete from `start` until before `end`, in order of time; at most `MOST_LISTED`."""
        rows = await self._database.rows(
            f"{SELECT_VIOLATION} WHERE v.source_id = $1 AND v.at >= $2 AND v.at < $3 ORDER BY v.at, v.id LIMIT {MOST_LISTED}",
            *(source_id, start, end),
        )
        return [violation_of(row) for row in rows]

    async def doubt(self, source_id: str, since: datetime, until: datetime, why: str) -> list[ViolationRow]:
        """Mark what a source saw in a window in which it may have looked wrongly. Returns the cases that are doubtful since now."""
        rows = await self._database.rows(
            "WITH v AS (UPDATE violation SET doubtful_why = $4, updated_at = now() WHERE source_id = $1 AND at >= $2 AND at <= $3"
            " AND doubtful_why IS NULL RETURNING *) SELECT v.*, ST_X(v.position) AS lon, ST_Y(v.position) AS lat FROM v ORDER BY at, id",
            *(source_id, since, until, why),
        )
        return [violation_of(row) for row in rows]


async def withdraw_under(connection: Connection, order_id: str, since: datetime, why: str) -> list[ViolationRow]:
    """Cases that lean on an order which does not hold since then: withdrawn, and doubtful where they have left the house already."""
    rows = await connection.rows(
        "WITH v AS (UPDATE violation SET doubtful_why = $3, updated_at = now(),"
        " state = CASE WHEN state IN ('new', 'accepted', 'unclear') THEN 'withdrawn' ELSE state END"
        " WHERE legal_order_id = $1 AND at >= $2 AND state NOT IN ('rejected', 'withdrawn') RETURNING *)"
        " SELECT v.*, ST_X(v.position) AS lon, ST_Y(v.position) AS lat FROM v ORDER BY at, id",
        *(order_id, since, why),
    )
    return [violation_of(row) for row in rows]


def violation_of(row: Row) -> ViolationRow:
    """A row of `SELECT_VIOLATION`."""
    x0, y0, x1, y1 = row["bbox_px"]
    measured = None if row["measure_value"] is None else MeasureRow(*(row[f"measure_{name}"] for name in _MEASURE))
    return ViolationRow(
        FoundViolation(
            violation_id=row["id"],
            proof_at=tuple(row["proof_at"]),
            bbox_px=(x0, y0, x1, y1),
            position=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
            measure=measured,
            legal_order=row["legal_order_id"],
            **{name: row[name] for name in _PLAIN},
        ),
        **{
            name: row[name] for name in ("evidence_tier", "legal_order_id", "certificate_id", "state", "plate", "received_at", "updated_at")
        },
    )


_MEASURE = ("value", "uncertainty", "limit", "unit")
_PLAIN = (
    *("rule", "rule_edition", "source_id", "track_id", "model", "label", "confidence", "from_at", "at", "until_at", "feature"),
    *("verdict_hash", "accuracy_m", "vehicle_id", "observation_id", "scene_edition", "doubtful_why"),
)


def _columns(one: FoundViolation) -> tuple[object, ...]:
    """In the order of `ingest_violations.sql`."""
    lon, lat = (None, None) if one.position is None else one.position.as_tuple()
    measure = one.measure
    measured = (None,) * 4 if measure is None else (measure.value, measure.uncertainty, measure.limit, measure.unit)
    return (
        *(one.violation_id, one.rule, one.rule_edition, one.source_id, one.vehicle_id, one.observation_id, one.track_id),
        *(one.scene_edition, one.model, one.legal_order, one.from_at, one.at, one.until_at),
        json.dumps([instant.isoformat() for instant in one.proof_at]),  # the lists of an array of lists would have to be of one length
        *(lon, lat, one.accuracy_m, one.label, one.confidence, *one.bbox_px, *measured, one.feature, one.doubtful_why, one.verdict_hash),
    )
