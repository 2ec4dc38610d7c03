"""Templates: how a thing is flown, under a name. A template is a request without its place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, new_id


@dataclass(frozen=True, slots=True)
class TemplateRow:
    template_id: UUID
    name: str
    request: dict[str, Any]
    created_by: str
    updated_at: datetime


class TemplateStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[TemplateRow]:
        """By name."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM mission_template ORDER BY name")]

    async def get(self, template_id: UUID) -> TemplateRow:
        """Raises: `GeoError` with code `geo.not_found`."""
        row = await self._database.row("SELECT * FROM mission_template WHERE id = $1", template_id)
        if row is None:
            raise _unknown(template_id)
        return _from(row)

    async def create(self, name: str, request: dict[str, Any], by: str) -> TemplateRow:
        """Raises: `GeoError` with code `geo.exists` when the name is taken."""
        template_id = new_id()
        await self._database.execute(
            "INSERT INTO mission_template (id, name, request, created_by) VALUES ($1, $2, $3, $4)", template_id, name, request, by
        )
        return await self.get(template_id)

    async def change(self, template_id: UUID, name: str, request: dict[str, Any]) -> TemplateRow:
        """Raises: `GeoError` with code `geo.not_found`, or `geo.exists` when another has the name."""
        row = await self._database.row(
            "UPDATE mission_template SET name = $2, request = $3, updated_at = now() WHERE id = $1 RETURNING *", template_id, name, request
        )
        if row is None:
            raise _unknown(template_id)
        return _from(row)

    async def delete(self, template_id: UUID) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        await self.get(template_id)
        await self._database.execute("DELETE FROM mission_template WHERE id = $1", template_id)


def _unknown(template_id: UUID) -> GeoError:
    return GeoError(f"There is no template {template_id}.", code="geo.not_found", hint="It may have been deleted; load the list again.")


def _from(row: Row) -> TemplateRow:
    return TemplateRow(row["id"], row["name"], row["request"], row["created_by"], row["updated_at"])
