"""The one place that speaks to the driver: pool, deadlines, transactions, and errors in plain words."""

import json
import socket
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio
import asyncpg

from geo.primitives import GeoError, SettingsError

CONNECT_TIMEOUT_S = 10.0
COMMAND_TIMEOUT_S = 60.0
Row = Mapping[str, Any]

_LOST = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    OSError,
    TimeoutError,
)


class Connection:
    """One connection, used for a whole transaction."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def execute(self, sql: str, *arguments: object) -> str:
        """Run one statement; returns PostgreSQL's command tag such as `UPDATE 1`."""
        return str(await self._raw.execute(sql, *arguments))

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        await self._raw.executemany(sql, rows)

    async def rows(self, sql: str, *arguments: object) -> list[Row]:
        return list(await self._raw.fetch(sql, *arguments))

    async def row(self, sql: str, *arguments: object) -> Row | None:
        found: Row | None = await self._raw.fetchrow(sql, *arguments)
        return found

    async def value(self, sql: str, *arguments: object) -> Any:
        return await self._raw.fetchval(sql, *arguments)

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Binary COPY: the fast way in."""
        await self._raw.copy_records_to_table(table, columns=list(columns), records=rows)


class Database:
    """A pool of connections. Made by `open_database`."""

    def __init__(self, pool: Any, url: str) -> None:
        self._pool = pool
        self.name = name_of(url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """All or nothing. Raises `GeoError` with code `geo.database_lost` when the server went away."""
        with _in_plain_words(self.name):
            async with self._pool.acquire(timeout=CONNECT_TIMEOUT_S) as raw, raw.transaction():
                yield Connection(raw)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction: each statement stands alone."""
        with _in_plain_words(self.name):
            async with self._pool.acquire(timeout=CONNECT_TIMEOUT_S) as raw:
                yield Connection(raw)

    async def execute(self, sql: str, *arguments: object) -> str:
        async with self.connection() as connection:
            return await connection.execute(sql, *arguments)

    async def rows(self, sql: str, *arguments: object) -> list[Row]:
        async with self.connection() as connection:
            return await connection.rows(sql, *arguments)

    async def row(self, sql: str, *arguments: object) -> Row | None:
        async with self.connection() as connection:
            return await connection.row(sql, *arguments)

    async def value(self, sql: str, *arguments: object) -> Any:
        async with self.connection() as connection:
            return await connection.value(sql, *arguments)


@asynccontextmanager
async def open_database(url: str, *, max_connections: int = 8) -> AsyncIterator[Database]:
    """Connect and keep a pool until the block ends.

    Raises: `SettingsError` naming host, port and database (never the password) when it cannot be reached.
    """
    with _connecting(url):
        with anyio.fail_after(CONNECT_TIMEOUT_S * 2):
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=max_connections,
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=COMMAND_TIMEOUT_S,
                init=_prepare_connection,
                server_settings={"timezone": "UTC", "application_name": "sunqar"},
            )
    try:
        yield Database(pool, url)
    finally:
        with anyio.move_on_after(5, shield=True) as scope:
            await pool.close()
        if scope.cancelled_caught:
            pool.terminate()


async def probe(url: str) -> None:
    """Connect once and leave. Raises `SettingsError` as `open_database` does."""
    with _connecting(url):
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        await connection.close(timeout=CONNECT_TIMEOUT_S)


def name_of(url: str) -> str:
    """`database 'x' at host:port` of a URL, without user and password."""
    parts = urlsplit(url)
    return f"database '{parts.path.lstrip('/')}' at {parts.hostname or 'localhost'}:{parts.port or 5432}"


async def _prepare_connection(raw: Any) -> None:
    for kind in ("json", "jsonb"):
        await raw.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@contextmanager
def _connecting(url: str) -> Iterator[None]:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("postgresql", "postgres") and bool(parts.path.lstrip("/")) and (parts.port or 5432) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            "The database URL is not of the form postgresql://user:password@host:port/database.",
            code="settings.database_url",
            hint="Correct SUNQAR_DATABASE_URL, or unset it to use the private database.",
        )
    try:
        yield
    except asyncpg.InvalidCatalogNameError as error:
        raise _unreachable(url, "there is no such database", "Create it with createdb, or correct SUNQAR_DATABASE_URL.") from error
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise _unreachable(url, "user or password refused", "Correct user and password in SUNQAR_DATABASE_URL.") from error
    except (asyncpg.PostgresError, *_LOST) as error:
        raise _unreachable(
            url, _plain_reason(error), "Start the server, or correct SUNQAR_DATABASE_URL; unset, a private database is used."
        ) from error


def _plain_reason(error: BaseException) -> str:
    match error:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "nothing listens there"
        case socket.gaierror():
            return "no such host"
    return (str(error).splitlines() or [type(error).__name__])[0]


def _unreachable(url: str, reason: str, hint: str) -> SettingsError:
    return SettingsError(f"The {name_of(url)} cannot be reached: {reason}.", code="settings.database", hint=hint)


@contextmanager
def _in_plain_words(name: str) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise GeoError(f"There is already such a row: {error.detail}", code="geo.exists", hint="Choose another name or id.") from error
    except asyncpg.IntegrityConstraintViolationError as error:
        raise GeoError(f"The database refused the row: {error}", code="geo.constraint", hint="Correct the value named.") from error
    except asyncpg.UndefinedTableError as error:
        raise GeoError(f"The {name} lacks a table: {error}.", code="geo.schema", hint="Run `sunqar db upgrade`.") from error
    except _LOST as error:
        raise GeoError(
            f"The {name} does not answer ({type(error).__name__}).",
            code="geo.database_lost",
            hint="It is tried again by itself; check the server.",
        ) from error
    except asyncpg.PostgresError as error:
        raise GeoError(f"The {name} refused the work: {error}", code="geo.database", hint="See the server's log.") from error
