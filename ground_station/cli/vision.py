"""`sunqar vision`: Detect and track on any video source."""

import typer

app = typer.Typer(help="Detect and track on any video source.", no_args_is_help=True)
