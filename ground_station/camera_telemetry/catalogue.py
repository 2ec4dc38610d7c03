"""Which file is read by what, and what a film brings along. To add a format: one file, one line here, one row in its test."""

from collections.abc import Callable
from pathlib import Path

from geo.primitives import VisionError
from ground_station.camera_telemetry.dji_subtitles import read_dji_subtitles
from ground_station.camera_telemetry.flight_logs import read_flight_log
from ground_station.camera_telemetry.misb_klv import film_telemetry, read_klv_file, read_klv_in_film
from ground_station.camera_telemetry.readings import Telemetry

FILMS = frozenset({".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".mp4", ".mov", ".mkv"})
LOGS = frozenset({".tlog", ".bin", ".ulg"})
SUFFIXES: dict[str, Callable[[Path], Telemetry]] = {
    ".srt": read_dji_subtitles,
    ".klv": read_klv_file,
    **dict.fromkeys(sorted(FILMS), read_klv_in_film),
}


def read_telemetry(path: Path, vehicle: str | None = None) -> Telemetry:
    """Raises: `VisionError`, `FlightDataError` in one line for a file that is missing, of another kind, broken or without a place."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES and suffix not in LOGS:
        raise VisionError(
            f"'{path.name}' is no telemetry by its name.",
            code="vision.telemetry",
            hint=f"Known are {', '.join([*SUFFIXES, *sorted(LOGS)])}.",
        )
    try:
        if not path.is_file():
            raise VisionError(f"There is no telemetry file '{path}'.", code="vision.telemetry", hint="Check the path given to --telemetry.")
        return read_flight_log(path, vehicle) if suffix in LOGS else SUFFIXES[suffix](path)
    except OSError as error:
        raise VisionError(
            f"'{path}' cannot be read: {error.strerror or error}.", code="vision.telemetry", hint="Check the file and its rights."
        ) from error


def own_telemetry(film: Path) -> Telemetry | None:
    """What a film carries in itself, or has beside it under its own name."""
    if not film.is_file():
        return None
    found = film_telemetry(film)
    if found is not None:
        return found
    beside = next((film.with_suffix(suffix) for suffix in (".srt", ".SRT") if film.with_suffix(suffix).is_file()), None)
    return None if beside is None else read_dji_subtitles(beside)
