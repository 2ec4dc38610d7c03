"""A private PostgreSQL cluster inside the data folder, for machines without a database server of their own.

It listens on loopback TCP only, with a generated password. PostgreSQL refuses to run as root, so under root it runs as
the cluster folder's owner (user `postgres` for a new one). That user may not be able to walk to the folder (a data
folder below a 0700 home), so the folder is opened here and handed over as an inherited file descriptor:
`-D /proc/self/fd/N` needs permission on the folder itself, not on its parents.
"""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from geo.core.postgres_install import PostgresInstall, find_postgres
from geo.core.server_process import (
    as_user,
    end_server,
    exited,
    free_port,
    port_is_free,
    server_environment,
    server_user,
    wait_until,
    write_private,
)
from geo.primitives import SettingsError

START_TIMEOUT_S = 60.0  # crash recovery after a power cut takes longest
INIT_TIMEOUT_S = 180.0
LOG_LIMIT_BYTES = 10_000_000
DATABASE = "sunqar"
USER = "sunqar"

# For a small machine: a few dozen connections, spinning or flash disk, memory shared with video decoding.
TUNING = {
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "max_parallel_workers_per_gather": "1",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "cluster_name": "sunqar",
}
# Tests throw their cluster away; nothing needs to survive a power cut.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PrivateCluster:
    """Starts and stops one cluster in `<data_dir>/postgres`. One owner at a time; use as a context manager or call `start` and `stop`.

    `durable=False` trades safety against power loss for speed and is meant for tests.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster_dir = self.data_dir / "postgres"
        self.log_path = self.data_dir / "postgres.log"
        self._password_path = self.data_dir / "postgres.password"
        self._port_path = self.data_dir / "postgres.port"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock_fd: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def url(self) -> str:
        """`postgresql://user:password@127.0.0.1:port/sunqar`, as of the last start."""
        password, port = quote(self._password_path.read_text().strip()), self._port_path.read_text().strip()
        return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"

    def start(self, timeout_s: float = START_TIMEOUT_S) -> str:
        """Create the cluster if there is none, start it, and return its URL once it answers.

        Raises: `SettingsError` when PostgreSQL is missing, another program owns the cluster, or it does not come up in time.
        """
        if self.running:
            return self.url
        self._take_lock()
        try:
            install = find_postgres(self._existing_version())
            if not (self.cluster_dir / "PG_VERSION").exists():
                self._create(install)
            self._end_orphan()
            self._launch(install, time.monotonic() + timeout_s)
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """End the server: disconnect clients and shut down cleanly; harder if that takes too long."""
        if self._process is not None:
            end_server(self._process.pid, lambda timeout_s: exited(self._process, timeout_s))
            self._process = None
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

    def last_log_line(self) -> str:
        """The server's latest complaint, or its latest line when it made none."""
        with contextlib.suppress(OSError):
            lines = [line for line in self.log_path.read_text(errors="replace").splitlines()[-40:] if line.strip()]
            complaints = [line for line in lines if "FATAL" in line or "PANIC" in line]
            if lines:
                return (complaints or lines)[-1]
        return "no line in the log"

    def _existing_version(self) -> int | None:
        path = self.cluster_dir / "PG_VERSION"
        return int(path.read_text()) if path.exists() else None

    def _take_lock(self) -> None:
        """Hold `<data_dir>/postgres.lock` while the cluster is ours; the kernel frees it however we end."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            lock_fd = os.open(self.data_dir / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(
                f"The data folder {self.data_dir} cannot be written ({error.strerror}).",
                code="settings.data_dir",
                hint="Set SUNQAR_DATA_DIR to a folder you own, or run as the user who created it.",
            ) from error
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock_fd)
            raise SettingsError(
                f"The private database in {self.data_dir} is already run by another program.",
                code="settings.cluster_busy",
                hint="Use the running one, stop it first, or set SUNQAR_DATA_DIR to another folder.",
            ) from error
        self._lock_fd = lock_fd

    def _create(self, install: PostgresInstall) -> None:
        """initdb in a folder aside, renamed when whole, so that an interrupted first run leaves nothing half-made."""
        aside = self.data_dir / "postgres.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        owner = server_user(aside)
        if owner is not None:
            os.chown(aside, owner.pw_uid, owner.pw_gid)
        password = secrets.token_urlsafe(24)
        password_fd = os.memfd_create("password")  # never on disk in plain sight, never in the process list
        folder_fd = os.open(aside, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.write(password_fd, password.encode())
            # SQL_ASCII never: C.UTF-8 sorts by code point on every machine alike, so indexes survive a move.
            initdb = [
                *(str(install.program("initdb")), "-D", f"/proc/self/fd/{folder_fd}", "-U", USER, f"--pwfile=/proc/self/fd/{password_fd}"),
                *(
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    *(["--data-checksums"] if self._durable else ["--no-sync"]),
                ),
            ]
            self._run(initdb, owner, (folder_fd, password_fd), None)
            single = [str(install.program("postgres")), "--single", "-D", f"/proc/self/fd/{folder_fd}", "template1"]
            self._run(single, owner, (folder_fd,), f"CREATE DATABASE {DATABASE}\n".encode())
        finally:
            os.close(password_fd)
            os.close(folder_fd)
        write_private(self._password_path, password)
        aside.rename(self.cluster_dir)

    def _run(self, command: list[str], owner: pwd.struct_passwd | None, fds: tuple[int, ...], typed: bytes | None) -> None:
        done = subprocess.run(
            [*as_user(owner), *command],
            input=typed,
            stdin=None if typed is not None else subprocess.DEVNULL,
            capture_output=True,
            check=False,
            pass_fds=fds,
            cwd="/",
            env=server_environment(),
            timeout=INIT_TIMEOUT_S,
        )
        if done.returncode != 0 or b"FATAL" in done.stderr:
            said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
            telling = [line for line in said if "error" in line.lower() or "fatal" in line.lower()] or said or ["it said nothing"]
            raise SettingsError(
                f"The private database in {self.data_dir} could not be created: {telling[0]}",
                code="settings.cluster_create",
                hint="Mend what it names and start again; nothing was kept of the attempt.",
            )

    def _end_orphan(self) -> None:
        """A server left by a killed parent may still be shutting down; a pid file left by a power cut may name a stranger."""
        pid_file = self.cluster_dir / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, IndexError, ValueError):
            return
        if self._is_our_server(pid):
            end_server(pid, lambda timeout_s: wait_until(lambda: not self._is_our_server(pid), timeout_s))
        pid_file.unlink(missing_ok=True)

    def _is_our_server(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres" and os.path.samefile(f"/proc/{pid}/cwd", self.cluster_dir)
        except OSError:
            return False

    def _launch(self, install: PostgresInstall, deadline: float) -> None:
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        remembered = int(self._port_path.read_text()) if self._port_path.exists() else 0
        port = remembered if remembered and port_is_free(remembered) else free_port()
        for attempt in range(3):  # another program may take the port between our look and the server's bind
            self._spawn(install, port)
            if wait_until(self._ready_or_dead, max(0.1, deadline - time.monotonic())) and self.running:
                write_private(self._port_path, str(port))
                return
            if self.running or port_is_free(port) or attempt == 2:
                break
            port = free_port()
        state = "is not ready in time" if self.running else "ended while starting"
        raise SettingsError(
            f"The private database in {self.data_dir} {state}: {self.last_log_line()}",
            code="settings.cluster_start",
            hint=f"Its log is {self.log_path}.",
        )

    def _spawn(self, install: PostgresInstall, port: int) -> None:
        options = TUNING | ({} if self._durable else NOT_DURABLE)
        options |= {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        folder_fd = os.open(self.cluster_dir, os.O_RDONLY | os.O_DIRECTORY)
        command = [
            *as_user(server_user(self.cluster_dir), dies_with_parent=True),
            *(str(install.program("postgres")), "-D", f"/proc/self/fd/{folder_fd}"),
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        started = threading.Event()

        def keep() -> None:
            # The kernel's parent-death signal follows the thread that forked, not the process: this thread lives as long as the server.
            try:
                with self.log_path.open("ab") as log:
                    process = self._process = subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        pass_fds=(folder_fd,),
                        cwd="/",
                        env=server_environment(),
                        start_new_session=True,  # Ctrl-C is for the supervisor, which stops clients first
                    )
            finally:
                started.set()
            process.wait()

        self._process = None
        threading.Thread(target=keep, name="private-cluster", daemon=True).start()
        started.wait()
        os.close(folder_fd)

    def _ready_or_dead(self) -> bool:
        if not self.running:
            return True
        try:
            lines = (self.cluster_dir / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # Line 1 is the server's pid, line 8 its state: see PostgreSQL's pidfile.h.
        return len(lines) >= 8 and self._process is not None and lines[0] == str(self._process.pid) and lines[7].strip() == "ready"
