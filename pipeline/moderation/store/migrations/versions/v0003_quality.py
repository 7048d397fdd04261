"""Add blind second reads, golden claims, and the fact-checks that claims match."""

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    _widen()
    op.create_table(
        "second_reads",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_second_reads_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_second_reads")),
    )
    op.create_index(op.f("ix_second_reads_state"), "second_reads", ["state"], unique=False)
    op.create_table(
        "golden",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_golden_claim_id")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_golden_added_by")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_golden")),
    )
    op.create_table(
        "matches",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_matches_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "rank", name=op.f("pk_matches")),
    )


def _widen() -> None:
    """Give tables of before their new columns."""
    nothing, zero = sa.false(), sa.text("0")
    for name, column in (
        ("audit", sa.Column("second", sa.Boolean(), server_default=nothing, nullable=False)),
        ("audit", sa.Column("second_probability", sa.Float(), server_default=zero, nullable=False)),
        ("deals", sa.Column("purpose", sa.String(), nullable=True)),
        ("claims", sa.Column("debunk", sa.Float(), server_default=zero, nullable=False)),
        ("claims", sa.Column("debunk_url", sa.String(), nullable=True)),
        ("claims", sa.Column("debunk_similarity", sa.Float(), nullable=True)),
        ("claims", sa.Column("matched_with", sa.String(), nullable=True)),
    ):
        op.add_column(name, column)
