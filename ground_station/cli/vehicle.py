"""`sunqar vehicle`: Command a vehicle straight over a MAVLink link."""

import typer

app = typer.Typer(help="Command a vehicle straight over a MAVLink link.", no_args_is_help=True)
