"""`sunqar sim fleet` as a process of its own, for clients that must not share anything with it but the wire."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN_S = 30.0


@contextmanager
def simulator_process(port: int, *options: str) -> Iterator[None]:
    """One vehicle that sends to UDP `port` of this machine, started, and ended afterwards."""
    command = [sys.executable, "-m", "ground_station", "sim", "fleet", "--out", f"udpout:127.0.0.1:{port}", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            if "MAVLink 2 on" not in first:
                process.kill()
                pytest.fail(f"sunqar sim fleet {' '.join(options)}: {first}{process.stdout.read()}")
            yield
        finally:
            process.terminate()
