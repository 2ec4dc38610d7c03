"""Small programs run as real processes by tests, and whether a process is still alive."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS_EACH = 2_000
# Begun at another place each time: two runs on one machine seldom meet, and what is taken is passed over.
_PORTS = (24_000 + _PORTS_EACH * (_WORKER % 4) + n % _PORTS_EACH for n in count(os.getpid()))


def is_alive(pid: int) -> bool:
    """Running, that is: there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_gone(*pids: int, within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while alive := [pid for pid in pids if is_alive(pid)]:
        if time.monotonic() > deadline:
            pytest.fail(f"still running after {within_s:g} s: {alive}")
        time.sleep(0.02)


def start_program(source: str, *arguments: object, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    """Run Python source; its standard output is a pipe of text lines."""
    command = [sys.executable, "-c", source, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port nobody else is given: below those a system gives to outgoing connections, each worker of a parallel run has its own."""
    while True:
        port = next(_PORTS)
        with socket.socket(socket.AF_INET, kind) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
