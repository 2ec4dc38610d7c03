"""Runs: missions as they are carried out, over batteries and vehicles."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: what was flown is not thrown away."""
