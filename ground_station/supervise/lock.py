"""One `sunqar up` in a data folder at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.primitives import SettingsError
from ground_station.endpoints import lock_file


@contextmanager
def data_folder_lock(data_dir: Path) -> Iterator[None]:
    """Hold the folder until the block ends; the kernel frees it however the process ends.

    Raises: `SettingsError` naming the pid that holds it, or saying that the folder cannot be written.
    """
    path = lock_file(data_dir)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise SettingsError(
            f"The data folder {data_dir.absolute()} cannot be written ({error.strerror}).",
            code="settings.data_dir",
            hint="Set SUNQAR_DATA_DIR to a folder you own, or run as the user who made this one.",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise SettingsError(
                f"Sunqar already runs in {data_dir.absolute()} (pid {pid}).",
                code="settings.already_running",
                hint=f"Stop it with `kill {pid}`, or set SUNQAR_DATA_DIR to another folder and move the ports.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)
