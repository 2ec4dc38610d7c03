"""`sunqar mission`: Check, convert, upload and fly missions."""

import typer

app = typer.Typer(help="Check, convert, upload and fly missions.", no_args_is_help=True)
