"""Which schemas this program knows: migrations are numbered, and their files begin with the number."""

from functools import cache
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def _numbers() -> tuple[str, ...]:
    return tuple(sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def head_revision() -> str:
    """The revision this program brings databases to."""
    return _numbers()[-1]


def known_revisions() -> frozenset[str]:
    """Every revision this program can bring up to date."""
    return frozenset(_numbers())
