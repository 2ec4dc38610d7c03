"""`sunqar database`: Schema and data."""

import typer

app = typer.Typer(help="Schema and data.", no_args_is_help=True)
