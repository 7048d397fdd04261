"""Make the tables of the API: receipts of what was sent, and the order in which claims move.

Triggers note a claim wherever it changes, so that no way of changing it can forget to.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WATCHED = ("state", "priority", "verdict", "verdict_type", "merged_into")
"""What others are told of a claim."""


def upgrade() -> None:
    """Make the change; every claim of before has moved."""
    op.create_table(
        "receipts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_receipts_user_id")),
        sa.PrimaryKeyConstraint("user_id", "report_id", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_report_id"), "receipts", ["report_id"])
    op.create_table(
        "moved",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved")),
    )
    op.create_table(
        "moves",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_moves")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_moves_claim_id")),
    )
    op.execute("INSERT INTO moved (claim_id) SELECT claim_id FROM claims ORDER BY claim_id")
    statements = _on_postgresql() if op.get_bind().dialect.name == "postgresql" else _on_sqlite()
    for statement in statements:
        op.execute(statement)


def _on_sqlite() -> list[str]:
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in WATCHED)
    note_new = "BEGIN INSERT INTO moved (claim_id) VALUES (new.claim_id); END"
    note_old = "BEGIN INSERT INTO moved (claim_id) VALUES (old.claim_id); END"
    note_both = "BEGIN INSERT INTO moved (claim_id) VALUES (old.claim_id), (new.claim_id); END"
    return [
        f"CREATE TRIGGER claims_come AFTER INSERT ON claims {note_new}",
        f"CREATE TRIGGER claims_move AFTER UPDATE OF {', '.join(WATCHED)} ON claims WHEN {changed} {note_new}",
        f"CREATE TRIGGER reports_come AFTER INSERT ON reports {note_new}",
        f"CREATE TRIGGER reports_move AFTER UPDATE OF claim_id ON reports "
        f"WHEN old.claim_id IS NOT new.claim_id {note_both}",
        f"CREATE TRIGGER reports_go AFTER DELETE ON reports {note_old}",
    ]


def _on_postgresql() -> list[str]:
    changed = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in WATCHED)
    body = "LANGUAGE plpgsql AS $$ BEGIN {} RETURN NULL; END $$"
    note_new = body.format("INSERT INTO moved (claim_id) VALUES (new.claim_id);")
    note_old = body.format("INSERT INTO moved (claim_id) VALUES (old.claim_id);")
    note_both = body.format("INSERT INTO moved (claim_id) VALUES (old.claim_id), (new.claim_id);")
    each = "FOR EACH ROW"
    return [
        f"CREATE FUNCTION note_new_claim() RETURNS trigger {note_new}",
        f"CREATE FUNCTION note_old_claim() RETURNS trigger {note_old}",
        f"CREATE FUNCTION note_both_claims() RETURNS trigger {note_both}",
        f"CREATE TRIGGER claims_come AFTER INSERT ON claims {each} EXECUTE FUNCTION note_new_claim()",
        f"CREATE TRIGGER claims_move AFTER UPDATE OF {', '.join(WATCHED)} ON claims {each} "
        f"WHEN ({changed}) EXECUTE FUNCTION note_new_claim()",
        f"CREATE TRIGGER reports_come AFTER INSERT ON reports {each} EXECUTE FUNCTION note_new_claim()",
        f"CREATE TRIGGER reports_move AFTER UPDATE OF claim_id ON reports {each} "
        "WHEN (old.claim_id IS DISTINCT FROM new.claim_id) EXECUTE FUNCTION note_both_claims()",
        f"CREATE TRIGGER reports_go AFTER DELETE ON reports {each} EXECUTE FUNCTION note_old_claim()",
    ]
