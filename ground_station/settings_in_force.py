"""The settings in force as `sunqar config` prints them: flat, in the names of the environment, nothing secret."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from ground_station.endpoints import without_password
from ground_station.settings import Settings

HIDDEN = "********"


def settings_in_force(settings: Settings) -> list[tuple[str, str]]:
    """Pairs of environment name and value as text; unset ones read `(not set)`."""
    return [(name, _shown(value)) for name, value in _flat("SUNQAR_", settings)]


def _flat(prefix: str, model: BaseModel) -> Iterator[tuple[str, object]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _flat(f"{prefix}{name.upper()}__", value)
        else:
            yield f"{prefix}{name.upper()}", value


def _shown(value: object) -> str:
    match value:
        case None:
            return "(not set)"
        case SecretStr():
            return HIDDEN
        case str():
            return without_password(value) if "://" in value else value
        case Path():
            return str(value)
        case _:
            return json.dumps(value)
