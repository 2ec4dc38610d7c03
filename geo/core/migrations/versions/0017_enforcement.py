"""Rules in force: legal orders, which rule is on for which source, certificates, violations with their tiers."""

from pathlib import Path

from geo.core.migrations.sql_file import run_sql_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql_file(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Backups are the way back: what people entered is not thrown away."""
