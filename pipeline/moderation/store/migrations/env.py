"""What Alembic runs: all migrations in the transaction that `versions` hands over."""

from alembic import context

from pipeline.moderation.store.api_tables import Move
from pipeline.moderation.store.tables import Claim
from pipeline.moderation.store.web_tables import Session

assert Claim.metadata is Session.metadata is Move.metadata  # all tables are known when they are compared
context.configure(connection=context.config.attributes["connection"], target_metadata=Claim.metadata)
with context.begin_transaction():
    context.run_migrations()
