"""Local accounts. Passwords are hashed before they get here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, new_id


@dataclass(frozen=True, slots=True)
class UserRow:
    """`role` is viewer, inspector, officer, operator, pilot or admin."""

    user_id: UUID
    name: str
    role: str
    password_hash: str
    created_at: datetime


class UserStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_by_name(self, name: str) -> UserRow | None:
        row = await self._database.row("SELECT id, name, role, password_hash, created_at FROM app_user WHERE name = $1", name)
        return None if row is None else _from(row)

    async def add(self, name: str, role: str, password_hash: str) -> UserRow:
        """Raises: `GeoError` with code `geo.exists` when the name is taken."""
        row = await self._database.row(
            "INSERT INTO app_user (id, name, role, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING"
            " RETURNING id, name, role, password_hash, created_at",
            *(new_id(), name, role, password_hash),
        )
        if row is None:
            raise GeoError(f"There is already a user '{name}'.", code="geo.exists", hint="Choose another name.")
        return _from(row)

    async def set_password_hash(self, name: str, password_hash: str) -> None:
        """Raises: `GeoError` with code `geo.not_found` when there is no such user."""
        if await self._database.execute("UPDATE app_user SET password_hash = $2 WHERE name = $1", name, password_hash) == "UPDATE 0":
            raise GeoError(f"There is no user '{name}'.", code="geo.not_found", hint="`sunqar user add` makes one.")

    async def all(self) -> list[UserRow]:
        rows = await self._database.rows("SELECT id, name, role, password_hash, created_at FROM app_user ORDER BY name")
        return [_from(row) for row in rows]

    async def count(self) -> int:
        return int(await self._database.value("SELECT count(*) FROM app_user"))


def _from(row: Row) -> UserRow:
    return UserRow(row["id"], row["name"], row["role"], row["password_hash"], row["created_at"])
