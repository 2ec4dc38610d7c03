"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.primitives import SettingsError


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, which becomes `path` when the block ends well and vanishes when it does not.

    Raises: `SettingsError` when the folder is missing or may not be written.
    """
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise SettingsError(
            f"The file '{path}' cannot be written there.",
            code="settings.output",
            hint="Give a file in an existing folder that you may write to.",
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
