"""`sunqar db`: Schema and data."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Schema and data.", no_args_is_help=True)

Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]


@app.command()
def upgrade() -> None:
    """Bring the database to the newest schema."""
    from geo.core import upgrade as upgrade_schema
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    with reachable_database(load_settings()) as url:
        typer.echo(f"Schema is at revision {upgrade_schema(url)}.")


@app.command()
def backup(file: Path, force: Force = False) -> None:
    """Write the whole database to FILE."""
    from geo.core import backup as write_backup
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    with reachable_database(load_settings()) as url:
        typer.echo(f"Backing up to {file} …", err=True)
        size_bytes = write_backup(url, file, replace=force)
    typer.echo(f"{file} written, {size_bytes / 1e6:.1f} MB.")


@app.command()
def restore(file: Path, force: Force = False) -> None:
    """Put the backup in FILE back; with --force what the database holds is thrown away first."""
    from geo.core import restore as read_backup
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    with reachable_database(load_settings()) as url:
        typer.echo(f"Restoring {file} …", err=True)
        revision = read_backup(url, file, replace=force)
    typer.echo(f"Restored; schema is at revision {revision}.")
