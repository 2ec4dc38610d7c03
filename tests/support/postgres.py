"""One private PostGIS cluster for the test session; each test (or module) gets its own migrated database by template copy."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from geo.core.migrate import upgrade
from geo.core.postgres_install import find_postgres
from geo.core.private_cluster import PrivateCluster

TEMPLATE = "sunqar_template"


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the session's cluster; its database `sunqar` is empty and left so."""
    with PrivateCluster(tmp_path_factory.mktemp("cluster"), durable=False) as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def template_database(cluster_url: str) -> str:
    """Name of a database with the schema and no rows."""
    run_sql(cluster_url, f"CREATE DATABASE {TEMPLATE}")

    upgrade(database_named(cluster_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(cluster_url: str, template_database: str) -> Iterator[str]:
    """A fresh migrated database for one test."""
    with copied_database(cluster_url, template_database) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(cluster_url: str, template_database: str) -> Iterator[str]:
    """A fresh migrated database for one test module."""
    with copied_database(cluster_url, template_database) as url:
        yield url


@pytest.fixture
def empty_database_url(cluster_url: str) -> Iterator[str]:
    """A database without any schema."""
    with copied_database(cluster_url, "template1") as url:
        yield url


@contextmanager
def copied_database(cluster_url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    run_sql(cluster_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield database_named(cluster_url, name)
    finally:
        run_sql(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def database_named(url: str, name: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{name}"


def run_sql(url: str, sql: str) -> str:
    """Run one statement by psql; returns its rows as unaligned text."""
    psql = str(find_postgres().program("psql"))
    done = subprocess.run(
        [psql, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", url, "-c", sql], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
