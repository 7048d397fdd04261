"""Note by which harm a claim was first ranked, and when; of claims from before nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0002"


def upgrade() -> None:
    """Make the change."""
    op.add_column("audit", sa.Column("first_harm", sa.Double(), nullable=True))
    op.add_column("audit", sa.Column("ranked_at", sa.DateTime(timezone=True), nullable=True))
