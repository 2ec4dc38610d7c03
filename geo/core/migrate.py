"""Brings a database to the newest schema. A database that has it already is only asked for its revision, without Alembic."""

import asyncio

from geo.core.database import Connection, name_of, open_database
from geo.core.revisions import head_revision, known_revisions
from geo.primitives import SettingsError

# Any number, the same for all: processes that start together wait for each other here.
UPGRADE_LOCK = 7_305_211
# This month and the next two; `store` keeps making them as time goes on.
MAKE_PARTITIONS = (
    "SELECT ensure_month_partition(parent, (date_trunc('month', now()) + make_interval(months => ahead))::date)"
    " FROM unnest(ARRAY['track', 'observation']) AS parent, generate_series(0, 2) AS ahead"
)


def upgrade(url: str) -> str:
    """Create or update the schema; safe to call from several processes at once. Returns the revision now in force.

    Blocking: from async code call it through `anyio.to_thread.run_sync`.
    Raises: `SettingsError` when the database cannot be reached, has no PostGIS, or was made by a newer program.
    """
    found = asyncio.run(_look(url, make_partitions=True))
    if found is not None and found not in known_revisions():
        raise SettingsError(
            f"The {name_of(url)} is at schema {found}, newer than this program's {head_revision()}.",
            code="settings.schema_newer",
            hint="Install the newer program, or point SUNQAR_DATABASE_URL at another database.",
        )
    if found != head_revision():
        # Only where something is to be done: Alembic and SQLAlchemy take as long to load as the rest of a start.
        from geo.core.alembic_upgrade import run_migrations

        asyncio.run(run_migrations(url, lock=UPGRADE_LOCK, afterwards=MAKE_PARTITIONS))
    return head_revision()


def current_revision(url: str) -> str | None:
    """The revision a database is at, or None for an empty one. Blocking; raises as `upgrade`."""
    return asyncio.run(_look(url))


async def _look(url: str, *, make_partitions: bool = False) -> str | None:
    async with open_database(url, max_connections=1) as database, database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", UPGRADE_LOCK)
        found = await _revision(connection)
        if make_partitions and found == head_revision():
            await connection.execute(MAKE_PARTITIONS)
        return found


async def _revision(connection: Connection) -> str | None:
    if await connection.value("SELECT to_regclass('alembic_version')") is None:
        return None
    found = await connection.value("SELECT version_num FROM alembic_version")
    return None if found is None else str(found)
