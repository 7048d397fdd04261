"""Make the tables of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wording_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "wording_id", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_subject"), "events", ["subject"], unique=False)
    op.create_table(
        "facts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "lane_balance",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("harm", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane_balance")),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("founder", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n_reports", sa.Integer(), nullable=False),
        sa.Column("n_reporters", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("abstain_reason", sa.String(), nullable=True),
        sa.Column("model_version", sa.String(), nullable=True),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("shadow_score", sa.Double(), nullable=True),
        sa.Column("shadow_abstain_reason", sa.String(), nullable=True),
        sa.Column("shadow_version", sa.String(), nullable=True),
        sa.Column("shadow_words", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shadow_probability", sa.Double(), nullable=True),
        sa.Column("shadow_harm", sa.Double(), nullable=True),
        sa.Column("shadow_priority", sa.Integer(), nullable=True),
        sa.Column("ruled_type", sa.String(), nullable=False),
        sa.Column("reported_type", sa.String(), nullable=True),
        sa.Column("severity", sa.Double(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("reliability", sa.Double(), nullable=False),
        sa.Column("views", sa.Double(), nullable=True),
        sa.Column("views_next_24h", sa.Double(), nullable=False),
        sa.Column("views_source", sa.String(), nullable=False),
        sa.Column("growth_cut", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.String(), nullable=True),
        sa.Column("in_quality", sa.Boolean(), nullable=False),
        sa.Column("expected_harm", sa.Double(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("flags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_type", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("views_when_decided", sa.Double(), nullable=True),
        sa.Column("circulating_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_claims_decided_by")),
        sa.ForeignKeyConstraint(["locked_by"], ["users.id"], name=op.f("fk_claims_locked_by")),
        sa.ForeignKeyConstraint(["merged_into"], ["claims.claim_id"], name=op.f("fk_claims_merged_into")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claims")),
    )
    op.create_index(
        "ix_claims_by_harm",
        "claims",
        ["state", sa.text("expected_harm DESC"), "waiting_since", "claim_id"],
        unique=False,
    )
    op.create_index("ix_claims_by_age", "claims", ["state", "waiting_since", "claim_id"], unique=False)
    op.create_index("ix_claims_by_deadline", "claims", ["state", "due_at"], unique=False)
    op.create_index("ix_claims_by_lock", "claims", ["locked_until"], unique=False)
    op.create_index(op.f("ix_claims_component"), "claims", ["component"], unique=False)
    op.create_index(op.f("ix_claims_merged_into"), "claims", ["merged_into"], unique=False)
    op.create_index("ix_claims_of_quality", "claims", ["state", "in_quality", "waiting_since"], unique=False)
    op.create_table(
        "cohorts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("registered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("n_verdicts", sa.Integer(), nullable=False),
        sa.Column("n_misinformation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["registered_by"], ["users.id"], name=op.f("fk_cohorts_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint("name", name=op.f("uq_cohorts_name")),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_links_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_first"), "links", ["first"], unique=False)
    op.create_index(op.f("ix_links_second"), "links", ["second"], unique=False)
    op.create_table(
        "aliases",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_aliases_claim_id")),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_claim_id"), "aliases", ["claim_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_audit_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_member"), "audit", ["member"], unique=False)
    op.create_table(
        "deals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("open_lanes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("filtered", sa.Boolean(), nullable=False),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_deals_claim_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deals_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
    )
    op.create_index("ix_deals_by_end", "deals", ["ended_at", "expires_at"], unique=False)
    op.create_index(op.f("ix_deals_claim_id"), "deals", ["claim_id"], unique=False)
    op.create_table(
        "observations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_observations_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.UniqueConstraint(
            "report_id", "url", "observed_at", name=op.f("uq_observations_report_id_url_observed_at")
        ),
    )
    op.create_index(op.f("ix_observations_claim_id"), "observations", ["claim_id"], unique=False)
    op.create_table(
        "relations",
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["claims.claim_id"], name=op.f("fk_relations_first")),
        sa.ForeignKeyConstraint(["second"], ["claims.claim_id"], name=op.f("fk_relations_second")),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_second"), "relations", ["second"], unique=False)
    op.create_table(
        "reporters",
        sa.Column("reporter_id", sa.String(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("n_verdicts", sa.Integer(), nullable=False),
        sa.Column("n_misinformation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohorts.id"], name=op.f("fk_reporters_cohort_id")),
        sa.PrimaryKeyConstraint("reporter_id", name=op.f("pk_reporters")),
    )
    op.create_index(op.f("ix_reporters_cohort_id"), "reporters", ["cohort_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("written", sa.String(), nullable=True),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("undoes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("model_version", sa.String(), nullable=True),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("picked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_verdicts_claim_id")),
        sa.ForeignKeyConstraint(["undoes"], ["verdicts.id"], name=op.f("fk_verdicts_undoes")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_verdicts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint("undoes", name=op.f("uq_verdicts_undoes")),
    )
    op.create_index(op.f("ix_verdicts_claim_id"), "verdicts", ["claim_id"], unique=False)
    op.create_index(op.f("ix_verdicts_user_id"), "verdicts", ["user_id"], unique=False)
    op.create_table(
        "wordings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("rank_at", sa.BigInteger(), nullable=False),
        sa.Column("rank_id", sa.String(), nullable=False),
        sa.Column("first_in", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_wordings_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_wordings_fingerprint")),
    )
    op.create_index(op.f("ix_wordings_claim_id"), "wordings", ["claim_id"], unique=False)
    op.create_table(
        "reports",
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("transcript", sa.String(), nullable=True),
        sa.Column("ocr_text", sa.String(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("external_subject", sa.String(), nullable=True),
        sa.Column("reporter_id", sa.String(), nullable=True),
        sa.Column("reporter_group", sa.String(), nullable=True),
        sa.Column("cohort", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("reported_type", sa.String(), nullable=True),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("shares", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_reports_claim_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wordings.id"], name=op.f("fk_reports_wording_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_by_claim", "reports", ["claim_id", "reported_at"], unique=False)
    op.create_index(op.f("ix_reports_reporter_id"), "reports", ["reporter_id"], unique=False)
    op.create_index(op.f("ix_reports_url"), "reports", ["url"], unique=False)
    op.create_index(op.f("ix_reports_wording_id"), "reports", ["wording_id"], unique=False)
    op.execute(sa.text("INSERT INTO log_head (id, sequence, hash) VALUES (1, 0, '" + "0" * 64 + "')"))
    op.execute(sa.text("INSERT INTO lane_balance (id, harm, due, quality, oldest) VALUES (1, 0, 0, 0, 0)"))
