"""Logs as files of this station: `<data_dir>/logs/<vehicle>/`. A log that is not whole yet ends in `.part` and is gone on with."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ground_station.mavlink.ftp_payload import file_crc32
from ground_station.mavlink.logs import LogEntry

READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LogFile:
    """Where a log of a vehicle is kept. Number, size and time make the name, so a partial file is only continued by the same log."""

    whole: Path
    partial: Path

    @classmethod
    def of(cls, data_dir: Path, vehicle_id: str, entry: LogEntry, suffix: str) -> "LogFile":
        started = f"{datetime.fromtimestamp(entry.started_unix_s, UTC):%Y%m%dT%H%M%SZ}" if entry.started_unix_s else "undated"
        name = f"{entry.number:05d}-{started}-{entry.size_bytes}{suffix}"
        folder = data_dir / "logs" / vehicle_id
        return cls(folder / name, folder / f"{name}.part")

    @property
    def is_whole(self) -> bool:
        return self.whole.exists()

    @property
    def bytes_here(self) -> int:
        path = self.whole if self.is_whole else self.partial
        return path.stat().st_size if path.exists() else 0

    def read(self, offset: int, count: int) -> bytes:
        """What is here already of a stretch of the log."""
        for path in (self.whole, self.partial):
            try:
                with path.open("rb") as file:
                    file.seek(offset)
                    return file.read(count)
            except FileNotFoundError:
                continue
        return b""

    def finish(self) -> None:
        """The partial file is whole now."""
        with self.partial.open("ab") as file:
            os.fsync(file.fileno())
        self.partial.replace(self.whole)

    def checksum(self) -> int:
        """CRC-32 of the partial file, as FTP computes it."""
        crc = 0
        with self.partial.open("rb") as file:
            while block := file.read(READ_BYTES):
                crc = file_crc32(block, crc)
        return crc


_NAME = re.compile(r"^(\d{5})-(\d{8}T\d{6}Z|undated)-(\d+)\.[a-z]+$")


def kept_logs(data_dir: Path, vehicle_id: str) -> list[tuple[LogEntry, Path]]:
    """Whole logs of a vehicle on this station, newest number first."""
    found = []
    for path in (data_dir / "logs" / vehicle_id).glob("*"):
        match = _NAME.match(path.name)
        if match is None:
            continue
        started = 0 if match[2] == "undated" else int(datetime.strptime(match[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())
        found.append((LogEntry(int(match[1]), int(match[3]), started), path))
    return sorted(found, key=lambda pair: -pair[0].number)
