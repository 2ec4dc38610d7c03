"""Brings a database to the newest schema. The configuration is made here; the migrations are part of the package."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from geo.core.database import name_of, probe
from geo.primitives import SettingsError

T = TypeVar("T")

# Any number, the same for all: processes that start together wait for each other here.
UPGRADE_LOCK = 7_305_211


def upgrade(url: str) -> str:
    """Create or update the schema; safe to call from several processes at once. Returns the revision now in force.

    Blocking: from async code call it through `anyio.to_thread.run_sync`.
    Raises: `SettingsError` when the database cannot be reached, has no PostGIS, or was made by a newer program.
    """
    return asyncio.run(_with_connection(url, _upgrade))


def current_revision(url: str) -> str | None:
    """The revision a database is at, or None for an empty one. Blocking; raises as `upgrade`."""
    return asyncio.run(_with_connection(url, lambda connection, _: MigrationContext.configure(connection).get_current_revision()))


def head_revision() -> str:
    """The revision this program brings databases to."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def known_revisions() -> frozenset[str]:
    """Every revision this program can bring up to date."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def _with_connection(url: str, work: Callable[[Connection, str], T]) -> T:
    await probe(url)
    engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1], poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work, url)
    except DBAPIError as error:
        raise _in_plain_words(url, error) from error
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, url: str) -> str:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
    config = _config()
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in known_revisions():
        raise SettingsError(
            f"The {name_of(url)} is at schema {found}, newer than this program's {head_revision()}.",
            code="settings.schema_newer",
            hint="Install the newer program, or point SUNQAR_DATABASE_URL at another database.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    # This month and the next two; `store` keeps making them as time goes on.
    connection.execute(
        text(
            "SELECT ensure_month_partition(parent, (date_trunc('month', now()) + make_interval(months => ahead))::date)"
            " FROM unnest(ARRAY['track', 'observation']) AS parent, generate_series(0, 2) AS ahead"
        )
    )
    return head_revision()


def _in_plain_words(url: str, error: DBAPIError) -> SettingsError:
    said = str(error.orig).split(": ", 1)[-1].splitlines()[0]
    if "postgis" in said:
        return SettingsError(
            f"PostGIS cannot be enabled in the {name_of(url)}: {said}.",
            code="settings.postgis_missing",
            hint="Install PostGIS on that server and run CREATE EXTENSION postgis as its superuser.",
        )
    return SettingsError(
        f"The schema of the {name_of(url)} cannot be brought up to date: {said}.",
        code="settings.schema",
        hint="Give the user the right to create tables, or start from an empty database.",
    )
