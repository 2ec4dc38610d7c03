"""`sunqar simulate`: Simulated vehicles and scenes."""

import typer

app = typer.Typer(help="Simulated vehicles and scenes.", no_args_is_help=True)
