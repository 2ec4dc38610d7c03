"""Log files of the children, with simple rotation, and which of their lines the terminal shows."""

import re
from collections import deque
from pathlib import Path

ROTATE_BYTES = 5_000_000
KEPT_FILES = 3
_TAIL_LINES = 20
# As `ground_station.logs` writes them: instant, level, logger, text.
_RECORD = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z (?P<level>[A-Z]+) \S+ (?P<text>.*)")
_SHOWN_LEVELS = ("WARNING", "ERROR", "CRITICAL")


class LogFile:
    """Appends lines; past `ROTATE_BYTES` the file becomes `.1`, the former `.1` becomes `.2`, …"""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail: deque[str] = deque(maxlen=_TAIL_LINES)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")

    def write(self, line: str) -> None:
        if line.strip():
            self.tail.append(line)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        if self._file.tell() > ROTATE_BYTES:
            self._rotate()

    def last_words(self) -> str:
        """The last line, which is what a dying process says."""
        return self.tail[-1] if self.tail else "it said nothing"

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(KEPT_FILES - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if newer.exists():
                newer.replace(older)
        self._file = self.path.open("ab")


def worth_showing(line: str) -> str | None:
    """The part of a log line for the terminal: level and text of warnings and worse; None for everything else."""
    match = _RECORD.fullmatch(line)
    return f"{match['level']} {match['text']}" if match and match["level"] in _SHOWN_LEVELS else None
