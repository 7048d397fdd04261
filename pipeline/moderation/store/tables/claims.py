"""Claims with every term of their priority, their former names, and what they are alike or linked to."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, desc
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number

OPEN: Final = "open"
DECIDED: Final = "decided"
AGED: Final = "aged"
MERGED: Final = "merged"
"""A claim waits, has a verdict, grew too old to wait, or lives on in another."""

FAR: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for a time that nobody knows, so that such claims come last on either database."""


class Claim(Base):
    """What is said, once: the unit of work, with every term of its priority and who holds it.

    `founder` is the report that gave the claim its name. `component` is shared by all claims that pairs of
    alike texts or links connect. `waiting_since` is the time of the earliest report, or FAR where no report
    has one; `flags` say what a lead should look at. `matched_with` names the library of fact-checks that it was
    last compared with. `imported_verdict` is what a label said that came with a batch, `imported_at` when it
    was known: they stand again where a person's verdict is taken back.
    """

    __tablename__ = "claims"

    claim_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("claims.claim_id"), index=True)
    component: Mapped[str] = mapped_column(index=True)
    founder: Mapped[str | None]
    text: Mapped[str]
    platform: Mapped[str | None]
    region: Mapped[str | None]
    waiting_since: Mapped[datetime]
    received_at: Mapped[datetime]
    n_reports: Mapped[int]
    n_reporters: Mapped[int]

    score: Mapped[float | None]
    abstain_reason: Mapped[str | None]
    model_version: Mapped[str | None]
    words: Mapped[list[str]]
    shadow_score: Mapped[float | None]
    shadow_abstain_reason: Mapped[str | None]
    shadow_version: Mapped[str | None]
    shadow_words: Mapped[list[str] | None]
    shadow_probability: Mapped[float | None]
    shadow_harm: Mapped[float | None]
    shadow_priority: Mapped[int | None]

    ruled_type: Mapped[str]
    reported_type: Mapped[str | None]
    severity: Mapped[float]
    probability: Mapped[float]
    reliability: Mapped[float]
    views: Mapped[float | None]
    views_next_24h: Mapped[float]
    views_source: Mapped[str]
    growth_cut: Mapped[bool]
    due_at: Mapped[datetime | None]
    deadline: Mapped[str | None]
    in_quality: Mapped[bool]
    debunk: Mapped[float] = mapped_column(default=0.0)
    debunk_url: Mapped[str | None]
    debunk_similarity: Mapped[float | None]
    matched_with: Mapped[str | None]
    expected_harm: Mapped[float]
    priority: Mapped[int]
    flags: Mapped[list[str]]
    computed_at: Mapped[datetime]

    verdict: Mapped[str | None]
    verdict_type: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    views_when_decided: Mapped[float | None]
    circulating_since: Mapped[datetime | None]
    imported_verdict: Mapped[str | None]
    imported_at: Mapped[datetime | None]

    locked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    locked_until: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_claims_by_harm", "state", desc("expected_harm"), "waiting_since", "claim_id"),
        Index("ix_claims_by_views", "state", desc("views"), "claim_id"),
        Index("ix_claims_by_age", "state", "waiting_since", "claim_id"),
        Index("ix_claims_by_deadline", "state", "due_at"),
        Index("ix_claims_of_quality", "state", "in_quality", "waiting_since"),
        Index("ix_claims_by_lock", "locked_until"),
    )


class Relation(Base):
    """Two claims, the smaller name first, that are alike and yet two, and what they differ in."""

    __tablename__ = "relations"

    first: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    second: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True, index=True)
    similarity: Mapped[float]
    why: Mapped[str]


class Match(Base):
    """A known fact-check, or an official fact, that a claim may repeat; the most similar has rank 1."""

    __tablename__ = "matches"

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str]
    similarity: Mapped[float]
    kind: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    verdict: Mapped[str | None]
    published_at: Mapped[datetime | None]
    publisher: Mapped[str | None]


class Link(Base):
    """What a moderator's merge or split says of two reports: they must, or cannot, be one claim."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    kind: Mapped[str]
    first: Mapped[str] = mapped_column(index=True)
    second: Mapped[str] = mapped_column(index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    salt: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


class Alias(Base):
    """A claim's former name."""

    __tablename__ = "aliases"

    alias: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), index=True)
