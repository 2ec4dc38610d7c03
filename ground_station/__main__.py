"""The `sunqar` command. Every error a user can cause ends as one clear line and exit code 1."""

import sys

import typer

from geo.primitives import SunqarError
from ground_station.cli import build_app


def main() -> None:
    try:
        build_app()()
    except SunqarError as error:
        typer.echo(f"sunqar: {error.one_line()}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
