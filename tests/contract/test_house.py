"""What holds in every room: errors that say the way out, faces that are complete and light, imports that go through the face."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.primitives import SunqarError, errors

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("geo", "missions", "vision", "ground_station", "sim")
FACES = ("geo.primitives", "geo.terrain", "geo.core", "geo.layers", "geo.api", "geo.demo", "missions", "vision", "sim")
# Whatever costs seconds to load, or may be absent: importing a face must not bring it.
HEAVY = ("torch", "ultralytics", "osgeo", "pyogrio", "asyncpg", "sqlalchemy", "openvino", "av")
ERROR_CLASSES = {name: thing for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, SunqarError)}


def sources(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(), str(path))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


@pytest.mark.parametrize("error_class", ERROR_CLASSES.values(), ids=ERROR_CLASSES)
def test_every_error_class_has_a_code_of_its_own_and_a_hint(error_class: type[SunqarError]) -> None:
    others = [other.code for other in ERROR_CLASSES.values() if other is not error_class]
    assert error_class.code not in others
    assert error_class.hint.endswith(".")
    assert error_class("Something.").one_line() == f"Something. {error_class.hint}"


def test_errors_of_rooms_belong_to_the_one_tree() -> None:
    astray = [
        f"{place(path, node)} {node.name}"
        for path, tree in sources(*ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in ("Exception", "ValueError", "RuntimeError") for base in node.bases)
        and node.name != "SunqarError"
        and not node.name.startswith("_")
    ]
    assert astray == []


def test_codes_given_to_errors_are_plain_words_and_hints_are_not_empty() -> None:
    wrong = []
    for path, tree in sources(*ROOMS):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERROR_CLASSES):
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            code, hint = given.get("code"), given.get("hint")
            if isinstance(code, ast.Constant) and not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", str(code.value)):
                wrong.append(f"{place(path, node)} code {code.value!r}")
            if isinstance(hint, ast.Constant) and not str(hint.value).strip():
                wrong.append(f"{place(path, node)} empty hint")
            if not node.args:
                wrong.append(f"{place(path, node)} no message")
    assert wrong == []


@pytest.mark.parametrize("face", FACES)
def test_face_lists_only_what_it_has(face: str) -> None:
    module = importlib.import_module(face)
    assert [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)] == []


@pytest.mark.parametrize("face", ["geo", "missions", "vision", "sim", "ground_station"])
def test_face_is_light(face: str) -> None:
    program = f"import sys, {face}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []


def test_rooms_import_each_other_through_the_face_alone() -> None:
    around = [
        f"{place(path, node)} {module}"
        for room in ROOMS
        for path, tree in sources(room)
        for node in ast.walk(tree)
        for module in imported(node)
        if (other := module.split(".")[0]) in ROOMS and other != room and not goes_through_a_face(module)
    ]
    assert around == []


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def goes_through_a_face(module: str) -> bool:
    # Routers are the one thing taken from below a face.
    return module in FACES or module.startswith("geo.api.")


def test_command_line_answers_help_without_loading_what_is_heavy() -> None:
    program = (
        f"import sys; from ground_station.cli import build_app; build_app(); print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []
