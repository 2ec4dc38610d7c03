"""The room's README: its example runs as printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import geo
import geo.core


@pytest.mark.postgis
def test_example_runs_and_prints_what_it_says(repository: Path, tmp_path: Path) -> None:
    text = (repository / "geo/README.md").read_text()
    example = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=tmp_path,
        env={"PYTHONPATH": str(repository), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert [done.stdout.strip()] == re.findall(r"print\(.*\)  # (.*)", example)


def test_faces_name_everything_they_offer() -> None:
    for face in (geo, geo.core):
        assert all(hasattr(face, name) for name in face.__all__)
        assert len(set(face.__all__)) == len(face.__all__)


def test_importing_the_room_loads_no_driver(repository: Path) -> None:
    code = "import sys, geo; print([m for m in ('asyncpg', 'sqlalchemy', 'alembic', 'fastapi') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_one_file_imports_the_driver(repository: Path) -> None:
    importers = [
        str(path.relative_to(repository))
        for room in ("geo", "missions", "vision", "ground_station", "sim")
        for path in (repository / room).rglob("*.py")
        if re.search(r"^\s*(import|from) asyncpg\b", path.read_text(), re.MULTILINE)
    ]
    assert importers == ["geo/core/database.py"]
