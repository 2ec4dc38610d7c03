"""Which file is read by what. To add a format: one file in `readers/`, one line here, one row in its test."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightRecord

Progress = Callable[[float], None]  # called now and then with the fraction read, 0..1
Reader = Callable[[Path, float, Progress], tuple[FlightRecord, ...]]

# Suffix -> (module in `readers`, its function). Loaded when a file asks for it: the libraries behind them cost a second, and the station,
# which only records, must be back at once after a crash.
READERS: dict[str, tuple[str, str]] = {
    ".tlog": ("tlog", "read_tlog"),
    ".bin": ("dataflash", "read_dataflash"),
    ".ulg": ("ulog", "read_ulog"),
    ".srt": ("dji_srt", "read_dji_srt"),
}


def read_flights(path: Path, *, fallback_start_s: float | None = None, progress: Progress = lambda _: None) -> tuple[FlightRecord, ...]:
    """What the file says of each vehicle in it.

    Args: `fallback_start_s` is the Unix second a file without a calendar starts at; the file's own age when absent.
    Raises: `FlightDataError` in one line for a file that is missing, empty, of another kind or broken.
    """
    known = READERS.get(path.suffix.lower())
    if known is None:
        raise FlightDataError(f"'{path.name}' is not a flight log by its name; known are {', '.join(READERS)}.", code="flight.format")
    try:
        status = path.stat()
        if not path.is_file():
            raise FlightDataError(f"'{path.name}' is no file.", code="flight.unreadable")
        if status.st_size == 0:
            raise FlightDataError(f"'{path.name}' is empty.", code="flight.unreadable")
        reader: Reader = getattr(import_module(f"ground_station.flight_data.readers.{known[0]}"), known[1])
        return reader(path, status.st_mtime if fallback_start_s is None else fallback_start_s, progress)
    except OSError as error:
        raise FlightDataError(f"'{path}' cannot be read: {error.strerror or error}.", code="flight.unreadable") from error
