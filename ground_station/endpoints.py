"""Where the database and the bus are: an explicit setting, else what a running `sunqar up` wrote, else a clear error.

`up` writes `<data_dir>/run/endpoints.json` (readable by its owner alone: the addresses hold passwords) and holds the lock beside it for as
long as it runs, so a file left by a killed `up` is never believed.
"""

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from geo.primitives import SettingsError
from ground_station.private_file import write_private
from ground_station.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of one running station."""

    database_url: str
    nats_url: str
    web_url: str
    pid: int


def database_url(settings: Settings) -> str:
    """Address of the database. Raises: `SettingsError` when none is set and no `up` runs in the data folder."""
    if settings.database_url:
        return settings.database_url
    if (found := read_endpoints(settings.data_dir)) is not None:
        return found.database_url
    raise _nothing_running("database", "SUNQAR_DATABASE_URL", settings.data_dir)


def nats_url(settings: Settings) -> str:
    """Address of the message bus. Raises: `SettingsError` when none is set and no `up` runs in the data folder."""
    if settings.nats_url:
        return settings.nats_url
    if (found := read_endpoints(settings.data_dir)) is not None:
        return found.nats_url
    raise _nothing_running("message bus", "SUNQAR_NATS_URL", settings.data_dir)


def lock_file(data_dir: Path) -> Path:
    return data_dir / "run" / "up.lock"


def endpoints_file(data_dir: Path) -> Path:
    return data_dir / "run" / "endpoints.json"


def write_endpoints(data_dir: Path, endpoints: Endpoints) -> None:
    write_private(endpoints_file(data_dir), json.dumps(asdict(endpoints), indent=1))


def read_endpoints(data_dir: Path) -> Endpoints | None:
    """What the running `up` wrote; None when none runs."""
    if not _is_locked(lock_file(data_dir)):
        return None
    try:
        return Endpoints(**json.loads(endpoints_file(data_dir).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    except PermissionError as error:
        raise SettingsError(
            f"{endpoints_file(data_dir)} belongs to another user.",
            code="settings.endpoints",
            hint="Run as the user who started `sunqar up`, or set SUNQAR_DATABASE_URL and SUNQAR_NATS_URL.",
        ) from error


def without_password(url: str) -> str:
    """The address as it may be shown: `nats://user:***@host:port`."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    user, _, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    # A lone name before @ is a token in NATS addresses, so it is hidden as well.
    shown = f"{name}:***" if colon else ("***" if parts.scheme in ("nats", "tls") else name)
    return urlunsplit(parts._replace(netloc=f"{shown}@{host}"))


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def _nothing_running(what: str, variable: str, data_dir: Path) -> SettingsError:
    return SettingsError(
        f"No {what} is known: {variable} is not set and no `sunqar up` runs in {data_dir.absolute()}.",
        code="settings.not_running",
        hint=f"Start `sunqar up`, set {variable}, or point SUNQAR_DATA_DIR at the data folder of the running copy.",
    )
