"""What Alembic runs: all migrations in the transaction that `versions` hands over."""

from alembic import context

from pipeline.moderation.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Claim.metadata,
)
with context.begin_transaction():
    context.run_migrations()
