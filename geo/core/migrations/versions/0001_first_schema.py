"""First schema."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """There is nothing before the first schema to go back to."""
