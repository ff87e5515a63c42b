"""What Alembic runs: always on the connection that the ledger gives it."""

from __future__ import annotations

from alembic import context

from tasks.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
