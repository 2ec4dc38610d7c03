"""Commands that start processes: `up`, `api`, `station`, `watch`, `store`, `video`; and `doctor`, `config`."""

import typer


def register(app: typer.Typer) -> None:
    """Add the process commands to the root of the command line."""
