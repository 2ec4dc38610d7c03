"""Runs a migration written in SQL."""

from pathlib import Path
from typing import Any

from alembic import op


def run_sql_file(path: Path) -> None:
    """Execute a file of many statements inside the migration's transaction."""
    script = path.read_text(encoding="utf-8")
    connection = op.get_bind()
    # SQLAlchemy opens its transaction with its first statement, and prepares statements one by one;
    # the driver's own `execute` takes a whole script.
    connection.exec_driver_sql("SELECT 1")

    async def execute(driver_connection: Any) -> None:
        await driver_connection.execute(script)

    connection.connection.run_async(execute)
