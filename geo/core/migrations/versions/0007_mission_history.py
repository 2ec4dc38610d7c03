"""Revisions that hold everything a mission was, groups of missions, proposals with their reason, templates."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: what was planned is not thrown away."""
