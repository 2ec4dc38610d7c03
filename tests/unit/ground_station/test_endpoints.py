"""Where processes find the database and the bus."""

import os
from pathlib import Path

import pytest

from geo.primitives import SettingsError
from ground_station.endpoints import (
    Endpoints,
    database_url,
    endpoints_file,
    nats_url,
    read_endpoints,
    without_password,
    write_endpoints,
)
from ground_station.settings import Settings
from ground_station.supervise.lock import data_folder_lock

RUNNING = Endpoints("postgresql://a:b@127.0.0.1:1/sunqar", "nats://a:b@127.0.0.1:2", "http://127.0.0.1:8000", os.getpid())


def test_setting_wins_over_running_copy(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://else/where", nats_url="nats://elsewhere")
    with data_folder_lock(tmp_path):
        write_endpoints(tmp_path, RUNNING)
        assert database_url(settings) == "postgresql://else/where"
        assert nats_url(settings) == "nats://elsewhere"


def test_running_copy_is_found_and_its_file_is_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with data_folder_lock(tmp_path):
        write_endpoints(tmp_path, RUNNING)
        assert database_url(settings) == RUNNING.database_url
        assert nats_url(settings) == RUNNING.nats_url
    assert endpoints_file(tmp_path).stat().st_mode & 0o077 == 0


def test_file_left_by_a_dead_copy_is_not_believed(tmp_path: Path) -> None:
    write_endpoints(tmp_path, RUNNING)
    assert read_endpoints(tmp_path) is None
    with pytest.raises(SettingsError, match="SUNQAR_DATABASE_URL is not set") as caught:
        database_url(Settings(data_dir=tmp_path))
    assert "sunqar up" in caught.value.hint
    with pytest.raises(SettingsError, match="SUNQAR_NATS_URL is not set"):
        nats_url(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"database_url": 1}'])
def test_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    with data_folder_lock(tmp_path):
        endpoints_file(tmp_path).write_text(text)
        assert read_endpoints(tmp_path) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db:5432/sunqar?sslmode=require", "postgresql://me:***@db:5432/sunqar?sslmode=require"),
        ("nats://token@bus:4222", "nats://***@bus:4222"),
        ("postgresql://me@db/sunqar", "postgresql://me@db/sunqar"),
        ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222"),
        ("nats://u:p@ss@[::1]:4222", "nats://u:***@[::1]:4222"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
