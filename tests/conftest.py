"""Fixtures every test may use; what needs a real server is in tests/support."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

REPOSITORY = Path(__file__).resolve().parent.parent

# Every module of tests/support may hold fixtures, and may use the others whatever their order.
pytest.register_assert_rewrite("tests.support")
pytest_plugins = [f"tests.support.{file.stem}" for file in sorted((REPOSITORY / "tests" / "support").glob("[a-z]*.py"))]


# The same examples in every run, however slow the machine; `--hypothesis-profile search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

# These wait for other processes, browsers and clocks: one worker runs them, last, with the machine to itself.
ALONE = ("tests/e2e/", "tests/integration/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.nodeid.startswith(ALONE))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling":
    """Parallel runs: file by file, those of `ALONE` in one piece."""
    from xdist.scheduler import LoadScopeScheduling

    class AloneInOnePiece(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "alone" if nodeid.startswith(ALONE) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False  # it would begin with the largest piece
    return AloneInOnePiece(config, log)


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
