"""`sunqar plan`: Plan missions from geometry."""

import typer

app = typer.Typer(help="Plan missions from geometry.", no_args_is_help=True)
