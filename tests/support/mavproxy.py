"""MAVProxy driven as a person does: a line in, and wait for what it says."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class MavProxy:
    """A running one; its words are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._said, self._read = process, "", 0
        self._grown = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._grown:
                self._said += line
                self._grown.notify_all()

    def heard_out(self) -> None:
        """Wait until its last word is read: its end must not close what is being read."""
        self._reader.join(10.0)

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait(self, pattern: str, within_s: float) -> None:
        """For words said after the ones waited for last."""
        end_s = time.monotonic() + within_s
        with self._grown:
            while not (match := re.search(pattern, self._said[self._read :])):
                if not self._grown.wait(end_s - time.monotonic()):
                    pytest.fail(f"MAVProxy did not say {pattern!r} within {within_s:g} s:\n{self._said[-3000:]}")
            self._read += match.end()


@contextmanager
def mavproxy(port: int, folder: Path) -> Iterator[MavProxy]:
    program = Path(sys.executable).with_name("mavproxy.py")
    command = [sys.executable, "-u", str(program), f"--master=udpin:127.0.0.1:{port}", "--no-state", f"--state-basedir={folder}"]
    command += ["--default-modules=link,param,wp,arm,mode,cmdlong,misc", "--force-connected"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True
    ) as process:
        station = MavProxy(process)
        try:
            yield station
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # asked politely, it waits for a person's next line
            station.heard_out()
