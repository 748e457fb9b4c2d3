"""Runs the migrations inside one transaction, on the connection that `schema.bring_up_to_date` passes."""

from alembic import context

from installation import schema

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=schema.metadata)
with context.begin_transaction():
    context.run_migrations()
