"""One `.tlog` being written: eight bytes of big-endian Unix microseconds before each frame, as every ground station reads it.

Frames wait in memory until `flush`, which hands them to the system: a killed process loses what came since, no more. A marker beside the
file says that it is being written; one found at start tells of a station that was killed.
"""

import os
import struct
from datetime import datetime
from pathlib import Path

from geo.primitives import from_unix_s

SUFFIX = ".tlog"
OPEN_MARK = ".open"
_TIME = struct.Struct(">Q")


def timed(at_us: int, frame: bytes) -> bytes:
    return _TIME.pack(at_us) + frame


class Tape:
    """An open file. `put` never touches the disk; `flush` and `close` block and belong in a thread."""

    def __init__(self, path: Path, started_us: int) -> None:
        self.path = path
        self.started_at = from_unix_s(started_us / 1e6)
        self.last_us = started_us
        self.size_bytes = 0
        self._waiting: list[bytes] = []
        self._file: int | None = None

    def put(self, at_us: int, frame: bytes) -> None:
        self._waiting.append(timed(at_us, frame))
        self.last_us = at_us

    @property
    def ended_at(self) -> datetime:
        return from_unix_s(self.last_us / 1e6)

    def flush(self, *, durable: bool) -> None:
        """Write what waits; with `durable` also onto the disk itself. Raises: `OSError`; what could not be written is written next time."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            mark_of(self.path).touch()
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        waiting, self._waiting = self._waiting, []
        data = b"".join(waiting)
        try:
            while data:
                written = os.write(self._file, data)
                self.size_bytes += written
                data = data[written:]
        except OSError:
            if data:
                self._waiting.insert(0, data)
            raise
        if durable:
            os.fsync(self._file)

    def close(self) -> None:
        """Write the rest and take the marker away."""
        try:
            self.flush(durable=True)
        finally:
            if self._file is not None:
                os.close(self._file)
                self._file = None
        mark_of(self.path).unlink(missing_ok=True)

    def abandon(self) -> None:
        """Let go of a file that cannot be written any more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def mark_of(path: Path) -> Path:
    return path.with_name(path.name + OPEN_MARK)
