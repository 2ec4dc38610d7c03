"""Number plates read, watch lists, and receipts of what was forgotten."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: what people entered is not thrown away."""
