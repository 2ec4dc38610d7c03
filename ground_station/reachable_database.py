"""The database for a command that runs and ends: the one in use, or the private one started for the while."""

from collections.abc import Iterator
from contextlib import contextmanager

from geo.core import PrivateCluster
from ground_station.endpoints import database_url, read_endpoints
from ground_station.settings import Settings


@contextmanager
def reachable_database(settings: Settings) -> Iterator[str]:
    """Address of the database that is set, or of the running `up`, or of the private cluster, which then runs for the block alone.

    Raises: `SettingsError` when the private cluster cannot be started.
    """
    if settings.database_url or read_endpoints(settings.data_dir) is not None:
        yield database_url(settings)
        return
    with PrivateCluster(settings.data_dir) as cluster:
        yield cluster.url
