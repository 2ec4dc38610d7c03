"""Running a server program as the right user, and ending it: what the private cluster needs of the operating system."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from geo.primitives import SettingsError

STOP_TIMEOUT_S = 15.0


def server_user(folder: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as, or None for ourselves. Root hands over to the folder's owner, or `postgres` for a new folder."""
    if os.geteuid() != 0:
        return None
    owner_uid = folder.stat().st_uid
    try:
        return pwd.getpwuid(owner_uid) if owner_uid != 0 else pwd.getpwnam("postgres")
    except KeyError as error:
        raise SettingsError(
            f"PostgreSQL does not run as root, and the machine has no user {'postgres' if owner_uid == 0 else owner_uid}.",
            code="settings.postgres_user",
            hint="Install the server, which creates the user: apt-get install postgresql, or run as an ordinary user.",
        ) from error


def as_user(user: pwd.struct_passwd | None, *, dies_with_parent: bool = False) -> list[str]:
    """Prefix that drops privileges in the child. The death signal is set after the change of user, which would clear it."""
    if shutil.which("setpriv") is None:
        raise SettingsError(
            "The program 'setpriv' is missing; the private database is started through it.",
            code="settings.setpriv_missing",
            hint="Install it: apt-get install util-linux",
        )
    drop = [] if user is None else [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]
    death = ["--pdeathsig=INT"] if dies_with_parent else []  # SIGINT is PostgreSQL's fast, clean shutdown
    return ["setpriv", *drop, *death, "--"] if drop or death else []


def server_environment() -> dict[str, str]:
    """Nothing of ours but PATH: PG* variables would redirect the server, our secrets are not its business."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def write_private(path: Path, text: str) -> None:
    aside = path.with_suffix(path.suffix + ".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    aside.replace(path)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


def exited(process: subprocess.Popen[bytes] | None, timeout_s: float) -> bool:
    return process is None or wait_until(lambda: process.poll() is not None, timeout_s)


def end_server(pid: int, ended_within: Callable[[float], bool]) -> None:
    """Fast shutdown, then immediate, then kill."""
    for sign, patience_s in ((signal.SIGINT, STOP_TIMEOUT_S), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        if ended_within(patience_s):
            return
