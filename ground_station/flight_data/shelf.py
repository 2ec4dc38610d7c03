"""Where recordings lie, how much room they may take, and what a killed station left open."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from geo.primitives import from_unix_s
from ground_station.flight_data.tape import OPEN_MARK, SUFFIX, mark_of

logger = logging.getLogger(__name__)

FOLDER = "flights"  # in the data folder; imported files lie there too
RECORDED = "recorded"


class Shelf:
    """Recordings below `<data_dir>/flights/recorded`. All calls block: call them from a thread."""

    def __init__(self, data_dir: Path, budget_bytes: int, *, delete_oldest: bool) -> None:
        self.root = data_dir / FOLDER
        self._folder = self.root / RECORDED
        self._budget_bytes, self._delete_oldest = budget_bytes, delete_oldest

    def place_for(self, vehicle_id: str, started_at: datetime) -> Path:
        """A new name of vehicle and UTC start."""
        stem = f"{vehicle_id}_{started_at:%Y%m%dT%H%M%SZ}"
        folder = self._folder / vehicle_id
        path, number = folder / f"{stem}{SUFFIX}", 1
        while path.exists():
            number += 1
            path = folder / f"{stem}-{number}{SUFFIX}"
        return path

    def make_room(self) -> tuple[bool, list[Path]]:
        """Whether another flight may be recorded, and what was deleted for it, oldest first, where that is allowed."""
        files = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in self._tapes()), key=lambda entry: entry[0])
        used_bytes = sum(size for _, size, _ in files)
        deleted: list[Path] = []
        for _, size, path in files if self._delete_oldest else ():
            if used_bytes < self._budget_bytes:
                break
            if mark_of(path).exists():
                continue  # being written
            path.unlink()
            used_bytes -= size
            deleted.append(path)
        return used_bytes < self._budget_bytes, deleted

    def left_open(self) -> list[tuple[Path, datetime]]:
        """Recordings a killed station did not close, with the instant of their last write; their markers are taken away."""
        found = []
        for mark in sorted(self._folder.rglob(f"*{SUFFIX}{OPEN_MARK}")):
            path = mark.with_name(mark.name.removesuffix(OPEN_MARK))
            if path.exists():
                found.append((path, from_unix_s(path.stat().st_mtime)))
            mark.unlink(missing_ok=True)
        return found

    def _tapes(self) -> Iterator[Path]:
        return self._folder.rglob(f"*{SUFFIX}")
