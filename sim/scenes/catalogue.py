"""Scene files: those that come with the program and anybody's own, YAML or JSON, checked when they are read."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from geo.primitives import SettingsError
from sim.scenes.model import Scene

SUFFIXES = (".yaml", ".yml", ".json")
HINT = "Correct the file; sim/README.md shows one."


def shipped_scenes() -> list[str]:
    """Names of the scenes that come with the program."""
    return sorted(entry.name.removesuffix(".yaml") for entry in (files("sim") / "scenarios").iterdir() if entry.name.endswith(".yaml"))


def is_scene(path: Path) -> bool:
    """Whether a file looks like a scene: it has cameras. A file that cannot be read is none."""
    try:
        given = yaml.safe_load(path.read_text())
    except (OSError, ValueError, yaml.YAMLError):
        return False
    return isinstance(given, dict) and "cameras" in given


def read_scene(source: str) -> Scene:
    """A shipped scene by name, or a file by path. Raises: `SettingsError` naming the file and the first thing wrong with it."""
    if source in shipped_scenes():
        text, name = (files("sim") / "scenarios" / f"{source}.yaml").read_text(), source
    else:
        path = Path(source)
        try:
            text, name = path.read_text(), path.stem
        except OSError as error:
            raise _unusable(source, f"cannot be read ({error.strerror})", f"Shipped: {', '.join(shipped_scenes())}.") from error
    try:
        given: Any = yaml.safe_load(text)  # JSON is YAML, too
    except yaml.YAMLError as error:
        raise _unusable(source, f"is neither YAML nor JSON: {error}", HINT) from error
    if not isinstance(given, dict):
        raise _unusable(source, f"holds a {type(given).__name__}, not keys with values", HINT)
    try:
        return Scene.model_validate({"name": name, **given})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise _unusable(source, f"is wrong at {place}: {first['msg']}", HINT) from error


def _unusable(source: str, what: str, hint: str) -> SettingsError:
    return SettingsError(f"Scene '{source}' {what}.", code="sim.scene", hint=hint)
