"""Alembic's entry: the connection is made by `geo.core.migrate` and handed over in the configuration."""

from alembic import context

from geo.core.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
