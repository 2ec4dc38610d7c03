"""The models each source is looked at with besides the default one."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: what people entered is not thrown away."""
