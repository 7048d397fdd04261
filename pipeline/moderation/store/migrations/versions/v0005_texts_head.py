"""Count changes of the texts, keep imported labels below people's verdicts, and index lists by views."""

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0003"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "texts_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts_head")),
    )
    op.execute(sa.text("INSERT INTO texts_head (id, revision) VALUES (1, 0)"))
    op.add_column("claims", sa.Column("imported_verdict", sa.String(), nullable=True))
    op.add_column("claims", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        sa.text(
            "UPDATE claims SET imported_verdict = verdict, imported_at = decided_at "
            "WHERE state = 'decided' AND decided_by IS NULL"
        )
    )
    op.create_index("ix_claims_by_views", "claims", ["state", sa.text("views DESC"), "claim_id"])
