"""Lines for the person at the terminal."""

from contextlib import suppress

import typer


def say(text: str) -> None:
    """Print a line. A terminal that has gone away must not stop the clean-up."""
    with suppress(OSError):
        typer.echo(text)
