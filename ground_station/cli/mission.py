"""`sunqar mission`: Check, convert, upload and fly missions."""

import typer

from ground_station.cli import mission_link

app = typer.Typer(help="Check, convert, upload and fly missions.", no_args_is_help=True)
mission_link.register(app)
