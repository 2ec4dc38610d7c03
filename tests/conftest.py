"""Fixtures every test may use; what needs a real server is in tests/support."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# Every module of tests/support may hold fixtures.
pytest_plugins = [f"tests.support.{file.stem}" for file in sorted((REPOSITORY / "tests" / "support").glob("[a-z]*.py"))]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real videos, weights and rasters; SUNQAR_TEST_DATA moves it. Tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("SUNQAR_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared test data in {folder}; set SUNQAR_TEST_DATA to the folder that holds it")
    return folder
