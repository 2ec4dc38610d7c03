"""Things that happened to vehicles, each kept once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database


@dataclass(frozen=True, slots=True)
class VehicleEventRow:
    """`severity` is info, warning or critical; `detail` must be plain JSON."""

    event_id: UUID
    vehicle_id: str
    at: datetime
    kind: str
    severity: str
    text: str
    detail: dict[str, Any] = field(default_factory=dict)


class EventStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, rows: Sequence[VehicleEventRow]) -> list[UUID]:
        """Write a batch. Returns the ids that were new."""
        if not rows:
            return []
        columns = zip(*((r.event_id, r.vehicle_id, r.at, r.kind, r.severity, r.text, r.detail) for r in rows), strict=True)
        written = await self._database.rows(
            "INSERT INTO vehicle_event (id, vehicle_id, at, kind, severity, text, detail)"
            " SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::jsonb[])"
            " ON CONFLICT DO NOTHING RETURNING id",
            *(list(column) for column in columns),
        )
        return [row["id"] for row in written]

    async def latest(self, *, vehicle_id: str | None = None, kind: str | None = None, limit: int = 100) -> list[VehicleEventRow]:
        """The newest events, newest first."""
        rows = await self._database.rows(
            "SELECT id, vehicle_id, at, kind, severity, text, detail FROM vehicle_event"
            " WHERE ($1::text IS NULL OR vehicle_id = $1) AND ($2::text IS NULL OR kind = $2) ORDER BY at DESC LIMIT $3",
            *(vehicle_id, kind, limit),
        )
        return [VehicleEventRow(*row.values()) for row in rows]

    async def between(self, vehicle_id: str, start: datetime, end: datetime) -> list[VehicleEventRow]:
        """The vehicle's events of an interval, in order of time."""
        rows = await self._database.rows(
            "SELECT id, vehicle_id, at, kind, severity, text, detail FROM vehicle_event WHERE vehicle_id = $1 AND at BETWEEN $2 AND $3"
            " ORDER BY at, id",
            *(vehicle_id, start, end),
        )
        return [VehicleEventRow(*row.values()) for row in rows]
