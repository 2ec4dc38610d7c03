"""Runs of missions, durable: what state each mission is in, which vehicle has it, and which photographs were taken for it.

A slot is changed only from the revision that was read, so that what a person asks and what telemetry shows never overwrite each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, LonLat, new_id

ShotSource = Literal["photos", "track"]

_SLOT = (
    "run_id, number, mission_id, vehicle_ids, state, reason, vehicle_id, flying_id, command_id, sortie, share, traced_at, revision,"
    " changed_at"
)
_OVER = frozenset({"finished", "aborted"})


@dataclass(frozen=True, slots=True)
class RunSlotRow:
    """One mission of a run. `vehicle_ids` may fly it, any may when empty; `vehicle_id` has it now or had it last.

    `flying_id` is the mission on board for it: the approved one, its rest, or a change of it. `sortie` counts flights from 1.
    `traced_at`: up to when the vehicle's way was looked at for photographs.
    """

    run_id: UUID
    number: int
    mission_id: UUID
    vehicle_ids: tuple[str, ...]
    state: str
    reason: str | None
    vehicle_id: str | None
    flying_id: UUID | None
    command_id: UUID | None
    sortie: int
    share: float | None
    traced_at: datetime | None
    revision: int
    changed_at: datetime

    @property
    def over(self) -> bool:
        return self.state in _OVER


@dataclass(frozen=True, slots=True)
class RunRow:
    run_id: UUID
    name: str
    least_battery: float
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    slots: tuple[RunSlotRow, ...]


@dataclass(frozen=True, slots=True)
class RunShotRow:
    """A photograph: `height_m` above the ground it shows, degrees clockwise from north, pitch -90 straight down."""

    sortie: int
    source: ShotSource
    number: int
    at: datetime
    position: LonLat
    height_m: float
    heading_deg: float
    pitch_deg: float = -90.0


class RunStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, name: str, missions: Sequence[tuple[UUID, Sequence[str]]], least_battery: float, by: str) -> RunRow:
        """A run of these missions, each with the vehicles that may fly it, all waiting for one."""
        run_id = new_id()
        async with self._database.transaction() as connection:
            await connection.execute(
                "INSERT INTO mission_run (id, name, least_battery, created_by) VALUES ($1, $2, $3, $4)", run_id, name, least_battery, by
            )
            for number, (mission_id, vehicle_ids) in enumerate(missions, start=1):
                await connection.execute(
                    "INSERT INTO mission_run_slot (run_id, number, mission_id, vehicle_ids, state, sortie, revision)"
                    " VALUES ($1, $2, $3, $4, 'waiting_for_drone', 1, 1)",
                    *(run_id, number, mission_id, list(vehicle_ids)),
                )
        return await self.get(run_id)

    async def get(self, run_id: UUID) -> RunRow:
        """Raises: `GeoError` with code `geo.not_found`."""
        found = await self._runs("WHERE id = $1", run_id)
        if not found:
            raise GeoError(f"There is no run {run_id}.", code="geo.not_found", hint="It may have been deleted; load the list again.")
        return found[0]

    async def open(self) -> list[RunRow]:
        """Those that have not ended, oldest first."""
        return await self._runs("WHERE ended_at IS NULL ORDER BY created_at, id")

    async def latest(self, limit: int) -> list[RunRow]:
        """Newest first."""
        return await self._runs("ORDER BY created_at DESC, id DESC LIMIT $1", limit)

    async def open_of_mission(self, mission_id: UUID) -> RunRow | None:
        """The run under way that carries out this mission."""
        found = await self._runs(
            "WHERE ended_at IS NULL AND id IN (SELECT run_id FROM mission_run_slot WHERE mission_id = $1"
            " AND state NOT IN ('finished', 'aborted'))",
            mission_id,
        )
        return found[0] if found else None

    async def claim(self, keeper: UUID, for_s: float) -> frozenset[UUID]:
        """The runs this process follows for the next seconds: those it followed before, and those nobody follows."""
        rows = await self._database.rows(
            "UPDATE mission_run SET kept_by = $1, kept_until = now() + make_interval(secs => $2)"
            " WHERE ended_at IS NULL AND (kept_by = $1 OR kept_until IS NULL OR kept_until < now()) RETURNING id",
            *(keeper, for_s),
        )
        return frozenset(row["id"] for row in rows)

    async def release(self, keeper: UUID) -> None:
        """Another process may follow its runs at once."""
        await self._database.execute("UPDATE mission_run SET kept_until = NULL, kept_by = NULL WHERE kept_by = $1", keeper)

    async def change(self, slot: RunSlotRow) -> RunSlotRow | None:
        """Write a slot over the revision it was read at, and end the run with its last slot. None when somebody was faster."""
        async with self._database.transaction() as connection:
            row = await connection.row(
                "UPDATE mission_run_slot SET state = $4, reason = $5, vehicle_id = $6, flying_id = $7, command_id = $8, sortie = $9,"
                " share = $10, traced_at = $11, revision = revision + 1,"
                " changed_at = CASE WHEN state = $4 THEN changed_at ELSE now() END"
                f" WHERE run_id = $1 AND number = $2 AND revision = $3 RETURNING {_SLOT}",
                *(slot.run_id, slot.number, slot.revision, slot.state, slot.reason, slot.vehicle_id, slot.flying_id, slot.command_id),
                *(slot.sortie, slot.share, slot.traced_at),
            )
            if row is not None and slot.over:
                await connection.execute(
                    "UPDATE mission_run SET ended_at = now() WHERE id = $1 AND ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM"
                    " mission_run_slot WHERE run_id = $1 AND state NOT IN ('finished', 'aborted'))",
                    slot.run_id,
                )
        return None if row is None else _slot(row)

    async def add_shots(self, slot: RunSlotRow, shots: Sequence[RunShotRow]) -> None:
        """Photographs taken for this slot; one that is there already is left as it is."""
        async with self._database.transaction() as connection:
            await connection.execute_many(
                "INSERT INTO mission_run_shot"
                " (run_id, slot, sortie, source, number, at, lon_deg, lat_deg, height_m, heading_deg, pitch_deg)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
                [
                    (
                        *(slot.run_id, slot.number, shot.sortie, shot.source, shot.number, shot.at, *shot.position.as_tuple()),
                        *(shot.height_m, shot.heading_deg, shot.pitch_deg),
                    )
                    for shot in shots
                ],
            )

    async def shots(self, run_id: UUID, number: int) -> list[RunShotRow]:
        """All that were taken for a slot, sortie by sortie."""
        rows = await self._database.rows(
            "SELECT * FROM mission_run_shot WHERE run_id = $1 AND slot = $2 ORDER BY sortie, source, number", run_id, number
        )
        return [
            RunShotRow(
                *(row["sortie"], row["source"], row["number"], row["at"], LonLat(row["lon_deg"], row["lat_deg"])),
                *(row["height_m"], row["heading_deg"], row["pitch_deg"]),
            )
            for row in rows
        ]

    async def _runs(self, which: str, *values: object) -> list[RunRow]:
        runs = await self._database.rows(
            f"SELECT id, name, least_battery, created_by, created_at, ended_at FROM mission_run {which}", *values
        )
        slots = await self._database.rows(
            f"SELECT {_SLOT} FROM mission_run_slot WHERE run_id = ANY($1) ORDER BY number", [run["id"] for run in runs]
        )
        return [
            RunRow(
                *(run["id"], run["name"], run["least_battery"], run["created_by"], run["created_at"], run["ended_at"]),
                tuple(_slot(slot) for slot in slots if slot["run_id"] == run["id"]),
            )
            for run in runs
        ]


def _slot(row: Row) -> RunSlotRow:
    return RunSlotRow(
        *(row["run_id"], row["number"], row["mission_id"], tuple(row["vehicle_ids"]), row["state"], row["reason"], row["vehicle_id"]),
        *(row["flying_id"], row["command_id"], row["sortie"], row["share"], row["traced_at"], row["revision"], row["changed_at"]),
    )
