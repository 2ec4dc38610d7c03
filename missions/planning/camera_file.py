"""Cameras of one's own, in a TOML file: one table each, its name the id, its members those of a camera model."""

import tomllib
from dataclasses import MISSING, fields
from math import isfinite
from pathlib import Path
from typing import Any

from geo.primitives import MissionError
from missions.planning.camera import CAMERA_MODELS, CameraModel, Shutter

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
    members = {field.name: field for field in fields(CameraModel) if field.name != "id"}
    if unknown := sorted(set(table) - set(members)):
        raise _wrong(path, f"gives camera '{name}' the member '{unknown[0]}', which no camera has")
    values: dict[str, Any] = {"id": name, "name": str(table.get("name", name))}
    for member, field in members.items():
        if member in table and member != "name":
            values[member] = _value(path, name, member, table[member])
        elif member != "name" and field.default is MISSING:
            raise _wrong(path, f"does not give camera '{name}' its {member}")
    return CameraModel(**values)


def _value(path: Path, name: str, member: str, value: Any) -> Any:
    if member == "shutter":
        if value not in tuple(Shutter):
            raise _wrong(path, f"gives camera '{name}' the shutter '{value}'; there are {', '.join(Shutter)}")
        return Shutter(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
        raise _wrong(path, f"gives camera '{name}' the {member} {value!r}, no number above zero")
    return int(value) if member.endswith("_px") else float(value)


def _wrong(path: Path, what: str) -> MissionError:
    members = ", ".join(field.name for field in fields(CameraModel) if field.name != "id")
    return MissionError(f"{path} {what}.", code="mission.camera_file", hint=f"A camera is a table [my-camera] with {members}.")
