"""`sunqar up` from nothing to ready and back to nothing, whatever ends it."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ground_station.endpoints import endpoints_file
from tests.support.programs import is_alive, wait_gone
from tests.support.stack import Stack, command_line, start_stack

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: the first test makes the database, the others show that a second start is quick."""
    return tmp_path_factory.mktemp("station")


@pytest.fixture
def station(data_dir: Path) -> Iterator[Stack]:
    running = start_stack(data_dir, "--demo")
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def lasting(data_dir: Path) -> Iterator[Stack]:
    """One copy that lives through several tests, and ends well after all that was done to it."""
    running = start_stack(data_dir, "--demo")
    try:
        running.wait_ready()
        yield running
        assert running.end() == 0
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def test_first_run_shows_a_password_once_and_ctrl_c_leaves_nothing(station: Stack, data_dir: Path) -> None:
    station.wait_ready()
    assert station.password
    assert station.readiness()["ready"] is True
    assert endpoints_file(data_dir).exists()
    assert len(station.family()) > 8
    assert station.end(signal.SIGINT) == 0
    assert not endpoints_file(data_dir).exists()
    assert station.output.count("with password") == 1


def test_killed_outright_it_leaves_nothing_and_starts_again_quickly(station: Stack, data_dir: Path) -> None:
    station.wait_ready()
    first_s = sum(cpu_time_s(pid) for pid in station.family())
    station.end(signal.SIGKILL)
    again = start_stack(data_dir, "--demo")
    try:
        again.wait_ready()
        # Nothing is built or repaired anew: it costs what a first start does. Told in processor time of the same machine.
        assert sum(cpu_time_s(pid) for pid in again.family()) < 2 * first_s
        assert again.password is None
    finally:
        again.end()


def test_dead_process_is_started_again(lasting: Stack) -> None:
    [store] = pids_of("store", lasting)
    os.kill(store, signal.SIGKILL)
    lasting.wait_line(r"store \| killed by signal 9")
    wait_gone(store)
    wait_for(lambda: pids_of("store", lasting) not in ([], [store]), lasting)
    wait_for(lambda: lasting.readiness()["ready"] is True, lasting)


def test_dead_database_and_bus_are_started_again(lasting: Stack) -> None:
    servers = [pid for pid in lasting.family() if Path(command_line(pid)[0]).name in ("postgres", "nats-server")]
    assert len(servers) >= 2
    for pid in servers:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    lasting.wait_line(r"database \| ended")
    lasting.wait_line(r"bus \| ended")
    wait_for(lambda: lasting.readiness()["ready"] is True, lasting)


def test_second_copy_in_the_same_folder_is_refused_in_one_line(lasting: Stack, data_dir: Path) -> None:
    second = start_stack(data_dir)
    assert second.process.wait(60) == 1
    assert f"already runs in {data_dir} (pid {lasting.process.pid})" in second.output
    wait_for(lambda: lasting.readiness()["ready"] is True, lasting)


def test_taken_port_is_refused_in_one_line_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        station = start_stack(tmp_path, env={"SUNQAR_PORT": str(port)})
        assert station.process.wait(60) == 1
    assert f"TCP port {port}" in station.output
    assert "SUNQAR_PORT" in station.output
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("SUNQAR_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none", "127.0.0.1:1"),
        ("SUNQAR_NATS_URL", "nats://nobody:secret@127.0.0.1:1", "127.0.0.1:1"),
    ],
)
def test_wrong_address_is_one_line_without_its_password(tmp_path: Path, setting: str, value: str, named: str) -> None:
    station = start_stack(tmp_path, env={setting: value})
    assert station.process.wait(60) == 1
    assert named in station.output
    assert "secret" not in station.output
    assert "Traceback" not in station.output


def wait_for(condition: Callable[[], bool], station: Stack, within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, station.output
        time.sleep(0.2)


def pids_of(process: str, station: Stack) -> list[int]:
    return [pid for pid in station.family() if command_line(pid)[-1:] == [process]]


def cpu_time_s(pid: int) -> float:
    """Of the process and its ended children."""
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
