"""Keeps one child process running: starts it, writes down what it says, starts it again when it ends."""

import logging
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import anyio

from ground_station.supervise.child import start_child, stop_child, wait_child
from ground_station.supervise.log_file import LogFile, worth_showing
from ground_station.supervise.terminal import say

FIRST_PAUSE_S = 0.5  # before the second start in a row; the first is at once
LONGEST_PAUSE_S = 15.0
SETTLED_S = 10.0

logger = logging.getLogger(__name__)


class SupervisedProcess:
    """`run()` keeps the child alive until cancelled, then stops it."""

    def __init__(self, name: str, argv: Sequence[str], env: Mapping[str, str], log_path: Path, *, grace_s: float = 8.0) -> None:
        self.name = name
        self.starts = 0
        self.child: subprocess.Popen[bytes] | None = None
        self._argv, self._env, self._log_path = argv, env, log_path
        self._grace_s = grace_s
        self._shown = ""

    async def run(self) -> None:
        """Run until cancelled. Everything the child started is gone when this returns."""
        pause_s = 0.0
        log = LogFile(self._log_path)
        try:
            while True:
                started = time.monotonic()
                status = await self._once(log)
                if time.monotonic() - started > SETTLED_S:
                    pause_s = 0.0
                reason = f"{_ending(status)}: {log.last_words()}"
                when = f"in {pause_s:g} s" if pause_s else "at once"
                self._show(reason, f" (starts again {when}; log: {self._log_path})")
                await anyio.sleep(pause_s)
                pause_s = min(max(2 * pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        finally:
            log.close()

    async def _once(self, log: LogFile) -> int:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self._rest = b""
        try:
            self.child = start_child(self._argv, env=self._env, stdout=writing, stderr=writing)
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.starts += 1
        logger.info("%s started, pid %s", self.name, self.child.pid)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._pump, reading, log)
                try:
                    status = await wait_child(self.child)
                finally:
                    # Ends what the child may have left behind, which also ends the pump: nobody holds the pipe any more.
                    await stop_child(self.child, grace_s=self._grace_s)
                    self._drain(reading, log)
                    tasks.cancel_scope.cancel()
        finally:
            os.close(reading)
        return status

    async def _pump(self, reading: int, log: LogFile) -> None:
        while True:
            await anyio.wait_readable(reading)
            with suppress(BlockingIOError):
                if not self._take(reading, log):
                    return

    def _drain(self, reading: int, log: LogFile) -> None:
        """What the child said in its last moment, read before the pipe is closed."""
        with suppress(BlockingIOError):
            while self._take(reading, log):
                pass

    def _take(self, reading: int, log: LogFile) -> bool:
        """Read once; False at the end of the pipe. Raises: `BlockingIOError` when there is nothing to read now."""
        piece = os.read(reading, 65536)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if not piece and self._rest:
            lines, self._rest = [self._rest], b""
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            log.write(text)
            if shown := worth_showing(text):
                self._show(shown)
        return bool(piece)

    def _show(self, text: str, addition: str = "") -> None:
        """Put a line on the terminal, once however often it is repeated; the log has them all."""
        logger.warning("%s: %s%s", self.name, text, addition)
        if text != self._shown:
            say(f"{self.name:>8} | {text}{addition}")
        self._shown = text


def _ending(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"ended with status {status}"
