"""Named groups of vehicles, to be told the same thing together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, new_id


@dataclass(frozen=True, slots=True)
class GroupRow:
    group_id: UUID
    name: str
    vehicle_ids: tuple[str, ...]
    created_by: str
    created_at: datetime


class GroupStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[GroupRow]:
        """By name."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM vehicle_group ORDER BY name")]

    async def get(self, group_id: UUID) -> GroupRow:
        """Raises: `GeoError` with code `geo.not_found`."""
        row = await self._database.row("SELECT * FROM vehicle_group WHERE id = $1", group_id)
        if row is None:
            raise GeoError(f"There is no group {group_id}.", code="geo.not_found", hint="It may have been deleted; load the list again.")
        return _from(row)

    async def keep(self, name: str, vehicle_ids: tuple[str, ...], by: str) -> GroupRow:
        """Make a group, or give the one of this name other members."""
        row = await self._database.row(
            "INSERT INTO vehicle_group (id, name, vehicle_ids, created_by) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (name) DO UPDATE SET vehicle_ids = EXCLUDED.vehicle_ids RETURNING *",
            *(new_id(), name, list(vehicle_ids), by),
        )
        assert row is not None, "an insert that returns gives a row"
        return _from(row)

    async def delete(self, group_id: UUID) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        await self.get(group_id)
        await self._database.execute("DELETE FROM vehicle_group WHERE id = $1", group_id)


def _from(row: Row) -> GroupRow:
    return GroupRow(row["id"], row["name"], tuple(row["vehicle_ids"]), row["created_by"], row["created_at"])
