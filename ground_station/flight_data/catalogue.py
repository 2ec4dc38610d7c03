"""Which file is read by what. To add a format: one file in `readers/`, one line here, one row in its test."""

from collections.abc import Callable
from pathlib import Path

from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.readers.dataflash import read_dataflash
from ground_station.flight_data.readers.dji_srt import read_dji_srt
from ground_station.flight_data.readers.tlog import read_tlog
from ground_station.flight_data.readers.ulog import read_ulog
from ground_station.flight_data.record import FlightRecord

Progress = Callable[[float], None]  # called now and then with the fraction read, 0..1
Reader = Callable[[Path, float, Progress], tuple[FlightRecord, ...]]

READERS: dict[str, Reader] = {
    ".tlog": read_tlog,
    ".bin": read_dataflash,
    ".ulg": read_ulog,
    ".srt": read_dji_srt,
}


def read_flights(path: Path, *, fallback_start_s: float | None = None, progress: Progress = lambda _: None) -> tuple[FlightRecord, ...]:
    """What the file says of each vehicle in it.

    Args: `fallback_start_s` is the Unix second a file without a calendar starts at; the file's own age when absent.
    Raises: `FlightDataError` in one line for a file that is missing, empty, of another kind or broken.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise FlightDataError(f"'{path.name}' is not a flight log by its name; known are {', '.join(READERS)}.", code="flight.format")
    try:
        status = path.stat()
        if not path.is_file():
            raise FlightDataError(f"'{path.name}' is no file.", code="flight.unreadable")
        if status.st_size == 0:
            raise FlightDataError(f"'{path.name}' is empty.", code="flight.unreadable")
        return reader(path, status.st_mtime if fallback_start_s is None else fallback_start_s, progress)
    except OSError as error:
        raise FlightDataError(f"'{path}' cannot be read: {error.strerror or error}.", code="flight.unreadable") from error
