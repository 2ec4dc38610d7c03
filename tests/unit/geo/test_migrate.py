"""The schema: migrations make exactly what the models say, from empty, twice, and side by side."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from geo.core.migrate import current_revision, upgrade
from geo.core.revisions import MIGRATIONS, head_revision, known_revisions
from geo.core.tables import Base
from geo.primitives import SettingsError
from tests.support.postgres import run_sql

pytestmark = pytest.mark.postgis


def test_upgrade_is_repeatable_and_reports_the_revision(empty_database_url: str) -> None:
    assert current_revision(empty_database_url) is None
    assert upgrade(empty_database_url) == head_revision()
    assert upgrade(empty_database_url) == head_revision()
    assert current_revision(empty_database_url) == head_revision()


def test_the_numbers_of_the_files_are_the_revisions_in_their_order() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_current_head() == head_revision()
    assert {script.revision for script in scripts.walk_revisions()} == known_revisions()


def test_processes_that_start_together_upgrade_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(upgrade, [empty_database_url] * 3)) == [head_revision()] * 3


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    # Reflection of partitions, extension tables and check texts is not part of the comparison.
    ours = set(Base.metadata.tables)

    def include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or name in ours

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"include_object": include, "compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async def run() -> list[Any]:
        engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(compare)
        finally:
            await engine.dispose()

    assert asyncio.run(run()) == []


def test_every_geometry_is_wgs84_with_a_spatial_index(database_url: str) -> None:
    columns = run_sql(
        database_url, "SELECT f_table_name || '.' || f_geometry_column || '.' || srid FROM geometry_columns ORDER BY 1"
    ).splitlines()
    assert len(columns) >= 20
    assert all(column.endswith(".4326") for column in columns)
    indexed = run_sql(
        database_url,
        "SELECT c.relname || '.' || a.attname || '.4326' FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_class x ON x.oid = i.indexrelid"
        " JOIN pg_am m ON m.oid = x.relam JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE m.amname = 'gist'",
    ).splitlines()
    assert set(columns) <= set(indexed)


def test_a_new_month_takes_its_rows_out_of_the_default_partition(database_url: str) -> None:
    run_sql(
        database_url,
        "INSERT INTO track (vehicle_id, at, position) VALUES"
        " ('mav-1', '2030-01-31T23:59:59Z', 'SRID=4326;POINT Z (51.16 43.65 10)'),"
        " ('mav-1', '2030-02-01T00:00:00Z', 'SRID=4326;POINT Z (51.16 43.65 10)')",
    )
    assert run_sql(database_url, "SELECT count(*) FROM track_default") == "2"
    assert run_sql(database_url, "SELECT ensure_month_partition('track', '2030-01-15')") == "t"
    assert run_sql(database_url, "SELECT ensure_month_partition('track', '2030-01-20')") == "f"
    assert run_sql(database_url, "SELECT count(*) FROM track_2030_01") == "1"
    assert run_sql(database_url, "SELECT count(*) FROM track_default") == "1"
    assert run_sql(database_url, "SELECT count(*) FROM track") == "2"


def test_schema_from_a_newer_program_is_refused(database_url: str) -> None:
    run_sql(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SettingsError, match="newer than this program"):
        upgrade(database_url)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.rsplit("/", 1)[0] + "/nowhere", "database 'nowhere' at 127.0.0.1:.*no such database"),
        (lambda url: "postgresql://sunqar:wrong-secret@" + url.split("@")[1], "user or password refused"),
        (
            lambda _: "postgresql://sunqar:wrong-secret@127.0.0.1:1/sunqar",
            "database 'sunqar' at 127.0.0.1:1 cannot be reached: nothing listens there",
        ),
        (
            lambda _: "postgresql://sunqar:wrong-secret@no-such-host.invalid/sunqar",
            "no-such-host.invalid:5432 cannot be reached: no such host",
        ),
        (lambda _: "mysql://root:wrong-secret@127.0.0.1/x", "not of the form postgresql://"),
        (lambda _: "wrong-secret", "not of the form postgresql://"),
    ],
    ids=["no-database", "wrong-password", "closed-port", "no-host", "wrong-scheme", "no-url"],
)
def test_wrong_url_gives_one_line_without_the_password(cluster_url: str, change: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refusal:
        upgrade(change(cluster_url))
    assert "wrong-secret" not in refusal.value.one_line()
    assert "SUNQAR_DATABASE_URL" in refusal.value.hint
    assert "\n" not in refusal.value.message
