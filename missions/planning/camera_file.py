"""Cameras of one's own, in a TOML file: one table each, its name the id, its members those of a camera model."""

import tomllib
from pathlib import Path
from typing import Any

from geo.primitives import MissionError
from missions.planning.camera import CAMERA_MEMBERS, CameraModel, read_camera
from missions.planning.camera_catalogue import CAMERA_MODELS

CAMERA_FILE = "cameras.toml"  # in the data folder


def known_cameras(path: Path | None = None) -> dict[str, CameraModel]:
    """The catalogue and the cameras of a file, which go before those of the same id. A file that is not there holds none.

    Raises: `MissionError` naming the camera and the member that is missing, unknown or no number above zero.
    """
    if path is None or not path.exists():
        return dict(CAMERA_MODELS)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"is not TOML: {error}") from error
    return CAMERA_MODELS | {name: _camera(path, name, table) for name, table in tables.items()}


def _camera(path: Path, name: str, table: Any) -> CameraModel:
    if not isinstance(table, dict):
        raise _wrong(path, f"has a member '{name}' outside a table")
    read = read_camera(name, table)
    if isinstance(read, CameraModel):
        return read
    raise _wrong(path, "is refused: " + "; ".join(f"camera '{name}' {fault.message}" for fault in read))


def _wrong(path: Path, what: str) -> MissionError:
    return MissionError(
        f"{path} {what}.", code="mission.camera_file", hint=f"A camera is a table [my-camera] with {', '.join(CAMERA_MEMBERS)}."
    )
