"""Scene files: those that come with the program and anybody's own, YAML or JSON, checked when they are read."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from geo.primitives import SettingsError
from sim.scenes.model import AnyActor, Picture, Scene

SUFFIXES = (".yaml", ".yml", ".json")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where PyYAML has it
DEFAULT_SCENE = "mangystau"
HINT = "Correct the file; sim/README.md shows one."


def shipped_scenes() -> list[str]:
    """Names of the scenes that come with the program."""
    return sorted(entry.name.removesuffix(".yaml") for entry in (files("sim") / "scenarios").iterdir() if entry.name.endswith(".yaml"))


def is_scene(path: Path) -> bool:
    """Whether a file looks like a scene: it has cameras, or another scene as its base. A file that cannot be read is none."""
    try:
        given = yaml.load(path.read_text(), Loader=LOADER)
    except (OSError, ValueError, yaml.YAMLError):
        return False
    return isinstance(given, dict) and ("cameras" in given or "base" in given)


def read_scene(source: str) -> Scene:
    """A shipped scene by name, or a file by path. Raises: `SettingsError` naming the file and the first thing wrong with it.

    With `base: NAME` a file takes every section it does not have itself from that shipped scene.
    """
    folder: Path | None = None
    if source in shipped_scenes():
        text, name = _shipped_text(source), source
    else:
        path = Path(source)
        try:
            text, name, folder = path.read_text(), path.stem, path.parent
        except OSError as error:
            raise _unusable(source, f"cannot be read ({error.strerror})", f"Shipped: {', '.join(shipped_scenes())}.") from error
    try:
        given: Any = yaml.load(text, Loader=LOADER)  # JSON is YAML, too
    except yaml.YAMLError as error:
        raise _unusable(source, f"is neither YAML nor JSON: {error}", HINT) from error
    if not isinstance(given, dict):
        raise _unusable(source, f"holds a {type(given).__name__}, not keys with values", HINT)
    if (base := given.pop("base", None)) is not None:
        if base not in shipped_scenes():
            raise _unusable(source, f"has the base '{base}', which is no shipped scene", f"Shipped: {', '.join(shipped_scenes())}.")
        given = {**yaml.load(_shipped_text(base), Loader=LOADER), "name": name, **given}
    try:
        scene = Scene.model_validate({"name": name, **given})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise _unusable(source, f"is wrong at {place}: {first['msg']}", HINT) from error
    return scene.model_copy(update={"actors": [_located(one, source, folder or Path()) for one in scene.actors]})


def _shipped_text(name: str) -> str:
    return (files("sim") / "scenarios" / f"{name}.yaml").read_text()


def _located(actor: AnyActor, source: str, folder: Path) -> AnyActor:
    if not isinstance(actor, Picture):
        return actor
    file = actor.file if actor.file.is_absolute() else folder / actor.file
    if not file.is_file():
        raise _unusable(source, f"names picture '{actor.file}', which does not exist", "Relative paths count from the scene file.")
    return actor.model_copy(update={"file": file})


def _unusable(source: str, what: str, hint: str) -> SettingsError:
    return SettingsError(f"Scene '{source}' {what}.", code="sim.scene", hint=hint)
