"""Schedules with the age of what is known: seen by an observation, flown over by a track, or covered by its last mission."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, new_id

TargetKind = Literal["fibre_segment", "cleanup_site", "polygon"]
SeenBy = Literal["observation", "track", "mission"]
FIBRE_HALF_WIDTH_M = 25.0

# The ground a schedule is about: a strip along fibre, the area of anything else.
_GROUND = (
    "CASE s.target_kind WHEN 'fibre_segment' THEN (SELECT ST_Buffer(ST_Force2D(f.path)::geography,"
    f" {FIBRE_HALF_WIDTH_M}, 'endcap=flat')::geometry FROM fibre_segment f WHERE f.id = s.target_id)"
    " WHEN 'cleanup_site' THEN (SELECT c.area FROM cleanup_site c WHERE c.id = s.target_id) ELSE s.area END"
)
_SELECT = (
    f"SELECT g.*, ST_AsGeoJSON(g.ground, 8)::jsonb AS ground_json, m.state AS mission_state, m.updated_at AS mission_at,"
    " (SELECT max(o.ended_at) FROM observation o WHERE o.position && g.ground AND ST_Intersects(o.position, g.ground)) AS observed_at,"
    " (SELECT max(t.at) FROM track t WHERE t.position && g.ground AND ST_Intersects(ST_Force2D(t.position), g.ground)) AS tracked_at"
    f" FROM (SELECT s.*, {_GROUND} AS ground FROM schedule s) g LEFT JOIN mission m ON m.id = g.mission_id"
)


@dataclass(frozen=True, slots=True)
class ScheduleSetup:
    """`survey` holds how it is flown, as a survey request without its polygon. `area` is GeoJSON, only for polygons."""

    name: str
    target_kind: TargetKind
    every_days: float
    survey: dict[str, Any]
    target_id: str | None = None
    area: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """`ground` is a GeoJSON Polygon, None when its target is gone. `seen_by` says what told of `seen_at`."""

    schedule_id: UUID
    setup: ScheduleSetup
    created_by: str
    created_at: datetime
    ground: dict[str, Any] | None
    mission_id: UUID | None
    mission_state: str | None
    seen_at: datetime | None
    seen_by: SeenBy | None

    @property
    def due_at(self) -> datetime:
        """What was never seen is due since it was set up."""
        return self.created_at if self.seen_at is None else self.seen_at + timedelta(days=self.setup.every_days)

    @property
    def underway(self) -> bool:
        """A mission for it waits for a person, or is on its way to being flown."""
        return self.mission_state in ("proposed", "draft", "approved", "uploaded", "flying")


class ScheduleStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[ScheduleRow]:
        """By name."""
        return [_from(row) for row in await self._database.rows(f"{_SELECT} ORDER BY g.name")]

    async def get(self, schedule_id: UUID) -> ScheduleRow:
        """Raises: `GeoError` with code `geo.not_found`."""
        row = await self._database.row(f"{_SELECT} WHERE g.id = $1", schedule_id)
        if row is None:
            raise GeoError(
                f"There is no schedule {schedule_id}.", code="geo.not_found", hint="It may have been deleted; load the list again."
            )
        return _from(row)

    async def create(self, setup: ScheduleSetup, by: str) -> ScheduleRow:
        """Raises: `GeoError` with code `geo.exists` (the name) or `geo.not_found` (its target)."""
        schedule_id = new_id()
        await self._database.execute(
            "INSERT INTO schedule (id, name, target_kind, target_id, survey, every_days, created_by, area)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, ST_GeomFromGeoJSON($8))",
            *(schedule_id, setup.name, setup.target_kind, setup.target_id, setup.survey, setup.every_days, by),
            None if setup.area is None else json.dumps(setup.area),
        )
        row = await self.get(schedule_id)
        if row.ground is None:
            await self.delete(schedule_id)
            raise GeoError(
                f"There is no {setup.target_kind.replace('_', ' ')} {setup.target_id!r}.",
                code="geo.not_found",
                hint="Take the id from its layer.",
            )
        return row

    async def delete(self, schedule_id: UUID) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        await self.get(schedule_id)
        await self._database.execute("DELETE FROM schedule WHERE id = $1", schedule_id)

    async def claim(self, schedule_id: UUID, within_s: float) -> bool:
        """Whether it is this process's turn to look: one of several copies gets each turn."""
        row = await self._database.row(
            "UPDATE schedule SET checked_at = now() WHERE id = $1"
            " AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2)) RETURNING id",
            *(schedule_id, within_s),
        )
        return row is not None

    async def note_proposal(self, schedule_id: UUID, mission_id: UUID) -> None:
        await self._database.execute("UPDATE schedule SET mission_id = $2 WHERE id = $1", schedule_id, mission_id)


def _from(row: Row) -> ScheduleRow:
    flown_at = row["mission_at"] if row["mission_state"] == "flown" else None
    told: tuple[tuple[datetime | None, SeenBy], ...] = (
        (row["observed_at"], "observation"),
        (row["tracked_at"], "track"),
        (flown_at, "mission"),
    )
    known = [(at, by) for at, by in told if at is not None]
    seen_at, seen_by = max(known) if known else (None, None)
    setup = ScheduleSetup(row["name"], row["target_kind"], row["every_days"], row["survey"], row["target_id"], None)
    return ScheduleRow(
        *(row["id"], setup, row["created_by"], row["created_at"], row["ground_json"]),
        *(row["mission_id"], row["mission_state"], seen_at, seen_by),
    )
