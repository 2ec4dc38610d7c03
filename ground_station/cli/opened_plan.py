"""A plan file opened on the command line: what was planned, assumed or left out on reading stands on standard error first."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from missions import MissionPlan


def opened_plan(file: Path) -> "MissionPlan":
    """Raises `MissionError` for a file that is no plan."""
    from missions import read_plan_noting

    plan, notes = read_plan_noting(file)
    for note in notes:
        typer.echo(f"{note.severity.value}: {note.message}", err=True)
    return plan
