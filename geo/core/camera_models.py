"""Cameras of one's own, by id. What their members mean is told in the room of missions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.core.database import Database, Row
from geo.primitives import GeoError


@dataclass(frozen=True, slots=True)
class CameraModelRow:
    camera_id: str
    members: dict[str, Any]
    created_by: str
    updated_at: datetime


class CameraModelStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[CameraModelRow]:
        """By id."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM camera_model ORDER BY id")]

    async def create(self, camera_id: str, members: dict[str, Any], by: str) -> None:
        """Raises: `GeoError` with code `geo.exists` when the id is taken."""
        await self._database.execute("INSERT INTO camera_model (id, members, created_by) VALUES ($1, $2, $3)", camera_id, members, by)

    async def change(self, camera_id: str, members: dict[str, Any]) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        row = await self._database.row(
            "UPDATE camera_model SET members = $2, updated_at = now() WHERE id = $1 RETURNING id", camera_id, members
        )
        if row is None:
            raise _unknown(camera_id)

    async def delete(self, camera_id: str) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        if await self._database.row("DELETE FROM camera_model WHERE id = $1 RETURNING id", camera_id) is None:
            raise _unknown(camera_id)


def _unknown(camera_id: str) -> GeoError:
    return GeoError(
        f"There is no camera of your own '{camera_id}'.",
        code="geo.not_found",
        hint="It may have been deleted; those of the catalogue and of cameras.toml cannot be changed here.",
    )


def _from(row: Row) -> CameraModelRow:
    return CameraModelRow(row["id"], row["members"], row["created_by"], row["updated_at"])
