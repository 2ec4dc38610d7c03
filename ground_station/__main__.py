"""The `sunqar` command. Every error a user can cause ends as one clear line and exit code 1."""

import sys

import typer

from geo.primitives import SunqarError
from ground_station.loading import loading


def main() -> None:
    with loading():
        from ground_station.cli import build_app

        app = build_app()
    try:
        app()
    except SunqarError as error:
        _say(error)
    except BaseExceptionGroup as group:
        # Task groups wrap what their tasks raise; a group of known errors alone is as plain as one of them.
        known, unknown = group.split(SunqarError)
        if known is None or unknown is not None:
            raise
        _say(_first(known))


def _first(group: BaseExceptionGroup[SunqarError]) -> SunqarError:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


def _say(error: SunqarError) -> None:
    typer.echo(f"sunqar: {error.one_line()}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
