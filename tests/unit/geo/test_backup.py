"""Backup and restore: whole or not at all, never over something by accident."""

import subprocess
from pathlib import Path

import pytest

from geo.core import backup, restore
from geo.core.postgres_install import find_postgres
from geo.primitives import GeoError, SettingsError
from tests.support.postgres import run_sql

pytestmark = pytest.mark.postgis


def fill(url: str) -> None:
    run_sql(
        url,
        "INSERT INTO settlement (id, kind, name_kk, name_ru, name_en, position)"
        " VALUES ('a', 'city', 'Ақтау', 'Актау', 'Aktau', 'SRID=4326;POINT(51.16 43.65)')",
    )
    run_sql(url, "INSERT INTO track (vehicle_id, at, position) VALUES ('mav-1', '2020-01-01Z', 'SRID=4326;POINT Z (51.16 43.65 3)')")
    run_sql(url, "SELECT ensure_month_partition('track', '2020-01-01')")


def test_backup_restores_into_an_empty_database(database_url: str, empty_database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    file = tmp_path / "region.backup"
    assert backup(database_url, file) == file.stat().st_size > 0
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["region.backup"]
    restore(empty_database_url, file)
    assert run_sql(empty_database_url, "SELECT name_kk || ST_AsText(position) FROM settlement") == "АқтауPOINT(51.16 43.65)"
    assert run_sql(empty_database_url, "SELECT count(*) FROM track_2020_01") == "1"


def test_restore_over_data_needs_force_and_then_replaces_everything(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    file = tmp_path / "region.backup"
    backup(database_url, file)
    run_sql(database_url, "UPDATE settlement SET name_en = 'changed'; SELECT ensure_month_partition('track', '2031-01-01')")
    with pytest.raises(GeoError, match="already holds data") as refusal:
        restore(database_url, file)
    assert "--force" in refusal.value.hint
    assert run_sql(database_url, "SELECT name_en FROM settlement") == "changed"
    restore(database_url, file, replace=True)
    assert run_sql(database_url, "SELECT name_en FROM settlement") == "Aktau"
    assert run_sql(database_url, "SELECT to_regclass('track_2031_01') IS NULL") == "t"


def test_backup_refuses_to_replace_a_file_without_force(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    file.write_text("precious")
    with pytest.raises(GeoError, match="exists already"):
        backup(database_url, file)
    assert file.read_text() == "precious"
    backup(database_url, file, replace=True)
    assert file.read_bytes()[:5] == b"PGDMP"


def test_failed_backup_leaves_no_file(cluster_url: str, database_url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        backup("postgresql://sunqar:x@127.0.0.1:1/none", tmp_path / "a.backup")
    with pytest.raises(GeoError, match="empty"):
        backup(cluster_url, tmp_path / "a.backup")
    with pytest.raises(GeoError, match="cannot be written"):
        backup(database_url, tmp_path / "no such folder/a.backup")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["text", "cut", "cut_late", "absent"])
def test_restore_refuses_a_damaged_file_and_changes_nothing(database_url: str, tmp_path: Path, damage: str) -> None:
    fill(database_url)
    file = tmp_path / "a.backup"
    backup(database_url, file)
    match damage:
        case "text":
            file.write_text("hello")
        case "cut":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        case "cut_late":
            file.write_bytes(file.read_bytes()[:-200])
        case _:
            file.unlink()
    with pytest.raises(GeoError) as refusal:
        restore(database_url, file, replace=True)
    assert str(file) in refusal.value.message
    assert run_sql(database_url, "SELECT count(*) FROM settlement") == "1"


def test_restore_that_must_wait_too_long_changes_nothing(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    file = tmp_path / "a.backup"
    backup(database_url, file)
    hold = "BEGIN; LOCK TABLE settlement; SELECT pg_sleep(120)"
    holder = subprocess.Popen(
        [str(find_postgres().program("psql")), "-X", "-q", database_url, "-c", hold], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    holding = "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    try:
        while run_sql(database_url, f"SELECT count(*) {holding}") == "0":
            assert holder.poll() is None
        with pytest.raises(GeoError, match="lock timeout"):
            restore(database_url, file, replace=True)
    finally:
        run_sql(database_url, f"SELECT pg_terminate_backend(pid) {holding}")
        holder.wait()
    assert run_sql(database_url, "SELECT count(*) FROM settlement") == "1"


def test_backup_of_a_newer_program_is_refused(database_url: str, empty_database_url: str, tmp_path: Path) -> None:
    run_sql(database_url, "UPDATE alembic_version SET version_num = '9999'")
    backup(database_url, tmp_path / "new.backup")
    with pytest.raises(GeoError, match="newer than this program"):
        restore(empty_database_url, tmp_path / "new.backup")
