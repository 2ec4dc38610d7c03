"""The migrations run by Alembic. The configuration is made here; the migrations are part of the package."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from geo.core.database import name_of
from geo.core.revisions import MIGRATIONS
from geo.primitives import SettingsError


async def run_migrations(url: str, *, lock: int, afterwards: str) -> None:
    """Up to the newest under an advisory lock, then the statement `afterwards`, in one transaction.

    Raises: `SettingsError` when PostGIS is missing or the user may not make tables.
    """
    engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1], poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
            await connection.run_sync(_to_head)
            await connection.execute(text(afterwards))
    except DBAPIError as error:
        raise _in_plain_words(url, error) from error
    finally:
        await engine.dispose()


def _to_head(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


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
