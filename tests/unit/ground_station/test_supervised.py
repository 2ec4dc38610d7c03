"""Supervision of children, on real processes."""

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from ground_station.supervise.log_file import LogFile, worth_showing
from ground_station.supervise.supervised import SupervisedProcess
from tests.support.programs import is_alive, start_program, wait_gone

FAILS_ONCE = """
import pathlib, sys, time
marker = pathlib.Path(sys.argv[1])
if not marker.exists():
    marker.touch()
    print("2026-05-01T12:00:00.000Z WARNING ground_station.store the disk is almost full", flush=True)
    sys.exit("no such camera")
print("second life", flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(grandchild.pid, flush=True)
time.sleep(60)
"""
SUPERVISOR = """
import anyio, os, pathlib, sys
from ground_station.supervise.supervised import SupervisedProcess
async def main():
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = SupervisedProcess("sleeper", sleeper, dict(os.environ), pathlib.Path(sys.argv[1]))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(process.run)
        while process.child is None:
            await anyio.sleep(0.01)
        print(process.child.pid, flush=True)
anyio.run(main)
"""


def supervised(source: str, log_path: Path, *arguments: object, grace_s: float = 8.0) -> SupervisedProcess:
    argv = [sys.executable, "-c", source, *map(str, arguments)]
    return SupervisedProcess("child", argv, dict(os.environ), log_path, grace_s=grace_s)


async def wait_for_line(path: Path, text: str) -> None:
    with anyio.fail_after(45):
        while not path.exists() or text not in path.read_text():
            await anyio.sleep(0.02)


@pytest.mark.anyio
async def test_dead_child_is_started_again_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_path = tmp_path / "logs" / "child.log"
    process = supervised(FAILS_ONCE, log_path, tmp_path / "marker")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(process.run)
        await wait_for_line(log_path, "second life")
        tasks.cancel_scope.cancel()
    terminal = capsys.readouterr().out
    assert "ended with status 1: no such camera (starts again at once" in terminal
    assert "WARNING the disk is almost full" in terminal
    assert "second life" not in terminal
    assert process.starts == 2
    assert process.child is not None
    assert not is_alive(process.child.pid)


@pytest.mark.anyio
async def test_killed_child_is_reported_with_its_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = supervised("import time; print('up', flush=True); time.sleep(60)", tmp_path / "child.log")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(process.run)
        await wait_for_line(tmp_path / "child.log", "up")
        assert process.child is not None
        process.child.kill()
        with anyio.fail_after(45):
            while process.starts < 2:
                await anyio.sleep(0.02)
        tasks.cancel_scope.cancel()
    assert "killed by signal 9" in capsys.readouterr().out


@pytest.mark.anyio
async def test_child_that_ignores_the_request_to_stop_is_killed_with_its_own_children(tmp_path: Path) -> None:
    log_path = tmp_path / "child.log"
    process = supervised(STUBBORN, log_path, grace_s=0.3)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(process.run)
        await wait_for_line(log_path, "\n")
        tasks.cancel_scope.cancel()
    assert process.child is not None
    wait_gone(process.child.pid, int(log_path.read_text().split()[0]))


def test_children_die_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    with start_program(SUPERVISOR, tmp_path / "child.log") as supervisor:
        assert supervisor.stdout is not None
        child_pid = int(supervisor.stdout.readline())
        assert is_alive(child_pid)
        supervisor.send_signal(signal.SIGKILL)
    wait_gone(child_pid)


def test_log_file_rotates_and_keeps_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.supervise.log_file.ROTATE_BYTES", 20)
    log = LogFile(tmp_path / "a.log")
    for number in range(8):
        log.write(f"line number {number:010}")
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1", "a.log.2"]
    assert log.last_words() == "line number 0000000007"
    assert (tmp_path / "a.log.1").read_text() == "line number 0000000007\n"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("2026-05-01T12:00:00.123Z WARNING geo.core slow", "WARNING slow"),
        ("2026-05-01T12:00:00.123Z ERROR x.y it failed", "ERROR it failed"),
        ("2026-05-01T12:00:00.123Z INFO x started", None),
        ("Traceback (most recent call last):", None),
        ("[h264 @ 0x1] WARNING non-existing PPS", None),
    ],
)
def test_terminal_shows_warnings_alone(line: str, shown: str | None) -> None:
    assert worth_showing(line) == shown
