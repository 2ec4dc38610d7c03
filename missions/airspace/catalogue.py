"""The formats airspace may come in. To add one: a module with a FORMAT, one line here, one row in test_airspace_files.py."""

from pathlib import Path

from geo.primitives import MissionError
from missions.airspace import ed269, ed318, kml_zones, openair
from missions.airspace.airspace_format import AirspaceFile, AirspaceFormat
from missions.file_bytes import file_bytes

AIRSPACE_FORMATS: tuple[AirspaceFormat, ...] = (openair.FORMAT, ed269.FORMAT, ed318.FORMAT, kml_zones.FORMAT)
MAX_FILE_BYTES = 64 * 1024 * 1024


def airspace_format(name: str) -> AirspaceFormat:
    """By its id or by the suffix of a file. Raises `MissionError` naming what there is."""
    for known in AIRSPACE_FORMATS:
        if name == known.id or name.lower() in known.suffixes:
            return known
    ids = ", ".join(f"{known.id} ({' '.join(known.suffixes)})" for known in AIRSPACE_FORMATS)
    raise MissionError(f"'{name}' is not an airspace format.", code="mission.format", hint=f"There are {ids}.")


def read_airspace_bytes(data: bytes, file_name: str, format_id: str | None = None) -> AirspaceFile:
    """The zones of an uploaded file; without a format its suffix tells it. Raises `MissionError` naming lines or features."""
    source = Path(file_name).name
    chosen = airspace_format(format_id or Path(file_name).suffix)
    if format_id is None and chosen is ed269.FORMAT and b'"horizontalProjection"' not in data:
        chosen = ed318.FORMAT  # both are often named .json
    return chosen.read(data, source)


def read_airspace(path: Path | str, format_id: str | None = None) -> AirspaceFile:
    path = Path(path)
    data = file_bytes(path, MAX_FILE_BYTES, "Is it airspace?")
    return read_airspace_bytes(data, path.name, format_id)
