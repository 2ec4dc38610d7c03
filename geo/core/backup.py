"""The whole database into one file and back, by PostgreSQL's own pg_dump and pg_restore. Either way it is all or nothing."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import parse_qs, unquote, urlsplit

from geo.core.database import name_of
from geo.core.migrate import current_revision, upgrade
from geo.core.postgres_install import find_postgres
from geo.core.revisions import head_revision, known_revisions
from geo.primitives import GeoError, SettingsError

LOCK_TIMEOUT_S = 10


def backup(url: str, file: Path, *, replace: bool = False) -> int:
    """Write a compressed dump; the file appears whole or not at all, readable by its owner alone. Returns its size in bytes.

    Raises: `SettingsError` when the database cannot be reached, `GeoError` when the file exists (unless `replace`) or cannot be written.
    """
    if file.exists() and not replace:
        raise GeoError(f"{file} exists already.", code="geo.backup_exists", hint="Choose another name, or give --force to replace it.")
    if current_revision(url) is None:
        raise GeoError(
            f"The {name_of(url)} is empty: there is nothing to back up.", code="geo.backup_empty", hint="Check SUNQAR_DATABASE_URL."
        )
    aside = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            command = [str(find_postgres().program("pg_dump")), "--format=custom", "--no-owner", "--no-privileges"]
            done = subprocess.run(command, env=_client_environment(url), stdout=target, stderr=subprocess.PIPE, check=False)
            if done.returncode != 0:
                raise GeoError(
                    f"The {name_of(url)} was not backed up: {_reason(done.stderr)}", code="geo.backup", hint="Nothing was written."
                )
            target.flush()
            os.fsync(target.fileno())
        aside.replace(file)
    except OSError as error:
        raise GeoError(
            f"{file} cannot be written ({error.strerror}).", code="geo.backup_file", hint="Choose a folder you may write to."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    return file.stat().st_size


def restore(url: str, file: Path, *, replace: bool = False) -> str:
    """Put a dump back in one transaction and bring its schema up to date. Returns the schema's revision.

    Raises: `GeoError` when the file is no backup of ours, comes from a newer program, or the database already holds a schema
    (unless `replace`, which throws away what is there). `SettingsError` when the database cannot be reached.
    """
    program = find_postgres()
    found = _revision_in(file, str(program.program("pg_restore")))
    if found not in known_revisions():
        raise GeoError(
            f"{file} holds schema {found}, newer than this program's {head_revision()}.",
            code="geo.backup_newer",
            hint="Install the program that wrote it.",
        )
    if current_revision(url) is not None and not replace:
        raise GeoError(
            f"The {name_of(url)} already holds data.",
            code="geo.restore_exists",
            hint="Give --force to throw it away and restore the backup.",
        )
    refused = _run_script(url, file, str(program.program("pg_restore")), str(program.program("psql")))
    if refused is not None:
        raise GeoError(f"The {name_of(url)} was not restored: {refused}", code="geo.restore", hint="Nothing was changed.")
    return upgrade(url)


def _run_script(url: str, file: Path, pg_restore: str, psql: str) -> str | None:
    """Replay a dump in one transaction that is committed only once the dump was read to its end. Returns why not, or None."""
    # Everything of ours is in schema public, PostGIS included; dropping it also drops what the backup does not know.
    begin = f"BEGIN; SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
    environment = _client_environment(url)
    read = [pg_restore, "--no-owner", "--no-privileges", "--file=-", str(file)]
    write = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    with (
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as script,
        TemporaryFile() as complaints,
        subprocess.Popen(write, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints, env=environment) as session,
    ):
        assert script.stdout is not None
        assert session.stdin is not None
        try:
            session.stdin.write(begin.encode())
            shutil.copyfileobj(script.stdout, session.stdin)
            whole = script.wait() == 0
            if whole:
                session.stdin.write(b"COMMIT;\n")
            session.stdin.close()
        except BrokenPipeError:  # the session ended on an error, which it has told
            script.kill()
            whole = True
            with contextlib.suppress(BrokenPipeError):
                session.stdin.close()
        if session.wait() == 0 and whole:
            return None
        complaints.seek(0)
        return _reason(complaints.read()) if whole else f"{file} is damaged."


def _revision_in(file: Path, pg_restore: str) -> str:
    if not file.is_file():
        raise GeoError(f"There is no file {file}.", code="geo.backup_file", hint="Name the file that `sunqar db backup` wrote.")
    done = subprocess.run(
        [pg_restore, "--data-only", "--table=alembic_version", "--file=-", str(file)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    lines = done.stdout.splitlines()
    copies = [number for number, line in enumerate(lines) if line.startswith("COPY ") and "alembic_version" in line]
    if done.returncode != 0 or not copies or len(lines) <= copies[0] + 1:
        raise GeoError(
            f"{file} is not a whole backup of this program.", code="geo.backup_file", hint="Name the file that `sunqar db backup` wrote."
        )
    return lines[copies[0] + 1].strip()


def _client_environment(url: str) -> dict[str, str]:
    """The connection as PG* variables: a URL on the command line would show its password to every user of the machine."""
    parts = urlsplit(url)
    given = {
        "PGHOST": parts.hostname or "localhost",
        "PGPORT": str(parts.port or 5432),
        "PGDATABASE": parts.path.lstrip("/"),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGSSLMODE": parse_qs(parts.query).get("sslmode", [""])[0],
    }
    if not given["PGDATABASE"]:
        raise SettingsError("The database URL names no database.", code="settings.database_url", hint="Correct SUNQAR_DATABASE_URL.")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {name: value for name, value in given.items() if value} | {"PGCONNECT_TIMEOUT": "10", "LC_ALL": "C.UTF-8"}


def _reason(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()] or lines or ["no reason given."]
    return telling[0].split("error: ", 1)[-1].split("ERROR:  ", 1)[-1]
