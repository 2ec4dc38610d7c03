"""Commands given to vehicles: every change of state is kept, and the latest is at hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo.core.database import Database, Row


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command as of its latest change. `state` is sent, acknowledged, running, done or failed; `progress` is 0..1."""

    command_id: UUID
    vehicle_id: str
    command: str
    state: str
    at: datetime
    requested_by: str
    progress: float | None = None
    effect: str | None = None
    reason: str | None = None


class CommandStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, update: CommandRow) -> bool:
        """Keep one change. True when it was new. A change that arrives late is kept but does not undo a later state."""
        async with self._database.transaction() as connection:
            # Final states stay: a late "running" must not hide "done".
            await connection.execute(
                "INSERT INTO command AS c (id, vehicle_id, command, state, requested_by, first_at, updated_at, progress, effect, reason)"
                " VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)"
                " ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at, progress = excluded.progress,"
                " effect = excluded.effect, reason = excluded.reason"
                " WHERE excluded.updated_at >= c.updated_at AND c.state NOT IN ('done', 'failed')",
                *(update.command_id, update.vehicle_id, update.command, update.state, update.requested_by, update.at),
                *(update.progress, update.effect, update.reason),
            )
            tag = await connection.execute(
                "INSERT INTO command_update (command_id, at, state, progress, effect, reason) VALUES ($1, $2, $3, $4, $5, $6)"
                " ON CONFLICT DO NOTHING",
                *(update.command_id, update.at, update.state, update.progress, update.effect, update.reason),
            )
        return tag.endswith(" 1")

    async def get(self, command_id: UUID) -> CommandRow | None:
        row = await self._database.row("SELECT * FROM command WHERE id = $1", command_id)
        return None if row is None else _from(row)

    async def latest(self, vehicle_id: str, limit: int = 50) -> list[CommandRow]:
        """The vehicle's newest commands, newest first."""
        rows = await self._database.rows("SELECT * FROM command WHERE vehicle_id = $1 ORDER BY updated_at DESC LIMIT $2", vehicle_id, limit)
        return [_from(row) for row in rows]


def _from(row: Row) -> CommandRow:
    return CommandRow(
        *(row["id"], row["vehicle_id"], row["command"], row["state"], row["updated_at"], row["requested_by"]),
        *(row["progress"], row["effect"], row["reason"]),
    )
