"""Find a text's reports by the claims that they stand in."""

from alembic import op

revision = "v0007"
down_revision = "v0006"


def upgrade() -> None:
    """Make the change."""
    op.create_index("ix_reports_by_wording", "reports", ["wording_id", "claim_id"])
    op.drop_index("ix_reports_wording_id", "reports")
