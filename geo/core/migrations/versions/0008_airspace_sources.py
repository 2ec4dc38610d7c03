"""Airspace from files: references of heights, hours, sources."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: zones read from files are not thrown away."""
