"""Child processes that never outlive their parent.

The kernel sends PR_SET_PDEATHSIG to the child when the *thread* that forked it ends, so start children from a thread that lives as long as
they should: the main thread, or the event loop's. A worker thread of `anyio.to_thread` is wrong here; it is retired when idle.
Source: prctl(2).
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import anyio

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork: dlopen after fork may deadlock
_POLL_S = 0.05


def die_with_parent(parent_pid: int) -> Callable[[], None]:
    """What the child runs between fork and exec. `parent_pid` closes the gap in which the parent died before prctl."""

    def prepare() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            os._exit(1)

    return prepare


def start_child(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session: the terminal's Ctrl-C reaches only the parent, which stops its children in order."""
    return subprocess.Popen(
        [str(part) for part in argv],
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  one prctl through a library loaded before the fork
    )


async def wait_child(child: subprocess.Popen[bytes]) -> int:
    """Wait until the child has ended; its exit status, negative for a signal."""
    while (status := child.poll()) is None:  # noqa: ASYNC110  polled: bound to no event loop, unlike asyncio's own children
        await anyio.sleep(_POLL_S)
    return status


async def stop_child(child: subprocess.Popen[bytes], *, grace_s: float = 8.0) -> None:
    """Ask the child to end, then kill it and everything it started. Never raises; finishes even while being cancelled."""
    with anyio.CancelScope(shield=True):
        if child.poll() is None:
            with suppress(ProcessLookupError):
                child.terminate()
            with anyio.move_on_after(grace_s):
                await wait_child(child)
        # The group as well: a child that died by itself may have left its own children.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        await wait_child(child)
