"""The private cluster: created once, reached by its URL, ended with its parent, clear about what stands in its way."""

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from geo.core.postgres_install import find_postgres
from geo.core.private_cluster import PrivateCluster
from geo.primitives import SettingsError
from tests.support.postgres import run_sql

pytestmark = pytest.mark.postgis

NOBODY = 65534

START_AND_SLEEP = """
import sys, time
from pathlib import Path
from geo.core.private_cluster import PrivateCluster
cluster = PrivateCluster(Path(sys.argv[1]), durable=False)
print(cluster.start(), flush=True)
print((cluster.cluster_dir / "postmaster.pid").read_text().splitlines()[0], flush=True)
time.sleep(600)
"""


def test_cluster_keeps_data_and_port_over_a_restart_below_a_locked_folder(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    cluster = PrivateCluster(locked / "data", durable=False)
    with cluster:
        first_url = cluster.url
        run_sql(first_url, "CREATE TABLE kept AS SELECT 'Ақтау' AS name")
        assert run_sql(first_url, "SHOW timezone") == "UTC"
        assert run_sql(first_url, "SHOW server_encoding") == "UTF8"
        assert run_sql(first_url, "SHOW lc_collate") == "C.UTF-8"
    assert not cluster.running
    with cluster:
        assert cluster.url == first_url
        assert run_sql(cluster.url, "SELECT name FROM kept") == "Ақтау"


def test_secrets_are_readable_by_the_owner_alone(tmp_path: Path) -> None:
    with PrivateCluster(tmp_path, durable=False):
        assert (tmp_path / "postgres.password").stat().st_mode & 0o077 == 0
        assert (tmp_path / "postgres").stat().st_mode & 0o077 == 0


def test_server_ends_when_its_parent_is_killed_and_the_next_start_succeeds(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", START_AND_SLEEP, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    server_pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    cluster = PrivateCluster(tmp_path, durable=False)
    with cluster:  # waits for the orphan's own shutdown
        assert run_sql(cluster.url, "SELECT 1") == "1"
        assert not _is_running_postgres(server_pid)


def test_a_pid_file_left_by_a_power_cut_is_no_obstacle(tmp_path: Path) -> None:
    cluster = PrivateCluster(tmp_path, durable=False)
    cluster.start()
    cluster.stop()
    # The file now names a living stranger: this very process.
    (tmp_path / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n/somewhere\n0\n5432\n\n\n0 0\nready\n")
    with cluster:
        assert run_sql(cluster.url, "SELECT 1") == "1"


def test_second_owner_of_the_same_folder_is_refused(tmp_path: Path) -> None:
    with PrivateCluster(tmp_path, durable=False), pytest.raises(SettingsError, match="already run by another program") as refusal:
        PrivateCluster(tmp_path, durable=False).start()
    assert refusal.value.code == "settings.cluster_busy"


def test_remembered_port_taken_by_a_stranger_gives_another_port(tmp_path: Path) -> None:
    first, second = PrivateCluster(tmp_path / "a", durable=False), PrivateCluster(tmp_path / "b", durable=False)
    with first:
        second.start()
        second.stop()
        (tmp_path / "b/postgres.port").write_text((tmp_path / "a/postgres.port").read_text())
        with second:
            assert second.url.rsplit(":", 1)[1] != first.url.rsplit(":", 1)[1]
            assert run_sql(second.url, "SELECT 1") == "1"


def test_failed_start_quotes_the_servers_own_words(tmp_path: Path) -> None:
    cluster = PrivateCluster(tmp_path, durable=False)
    cluster.start()
    cluster.stop()
    (tmp_path / "postgres/postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(SettingsError, match="FATAL") as failure:
        cluster.start()
    assert str(cluster.log_path) in failure.value.hint
    assert not cluster.running


def test_missing_postgres_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as missing:
        find_postgres(debian_root=tmp_path, search_path=str(tmp_path))
    assert missing.value.code == "settings.postgres_missing"
    assert "apt-get install postgresql" in missing.value.hint


def test_missing_postgis_names_the_package(tmp_path: Path) -> None:
    (tmp_path / "99/bin").mkdir(parents=True)
    for program in ("postgres", "initdb"):
        (tmp_path / "99/bin" / program).touch()
    with pytest.raises(SettingsError) as missing:
        find_postgres(debian_root=tmp_path, search_path=str(tmp_path / "nowhere"))
    assert missing.value.code == "settings.postgis_missing"
    assert "postgresql-99-postgis-3" in missing.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can step into another user's shoes")
def test_ordinary_user_runs_the_cluster_as_themselves(tmp_path: Path) -> None:
    home = Path("/tmp") / f"sunqar-user-{os.getpid()}"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # forking beside idle threads: the child starts its own
            child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                with PrivateCluster(home / "data", durable=False) as cluster:
                    status = 0 if cluster.running else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert (home / "data/postgres").stat().st_uid == NOBODY
    finally:
        shutil.rmtree(home)


def _is_running_postgres(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True
