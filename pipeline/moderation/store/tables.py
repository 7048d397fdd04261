"""The tables of the moderators' store, typed; what each row means and what may change in it."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, desc
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number

OPEN: Final = "open"
DECIDED: Final = "decided"
AGED: Final = "aged"
MERGED: Final = "merged"
"""A claim waits, has a verdict, grew too old to wait, or lives on in another."""

FAR: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for a time that nobody knows, so that such claims come last on either database."""


class User(Base):
    """An account; never deleted, because the log names it."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    active: Mapped[bool]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]


class Cohort(Base):
    """A group of reporters that a lead registered, such as a workshop's class: one voice a claim.

    The counts are of claims with a verdict that it had reported before; a sweep makes them anew.
    """

    __tablename__ = "cohorts"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime]
    active: Mapped[bool]
    n_verdicts: Mapped[int] = mapped_column(default=0)
    n_misinformation: Mapped[int] = mapped_column(default=0)


class Reporter(Base):
    """A pseudonym, the cohort that a lead put it in, and counts as a cohort's."""

    __tablename__ = "reporters"

    reporter_id: Mapped[str] = mapped_column(primary_key=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    n_verdicts: Mapped[int] = mapped_column(default=0)
    n_misinformation: Mapped[int] = mapped_column(default=0)


class Report(Base):
    """What somebody sent, redacted before it came here; `erased_at` is set where its text and origin are gone."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_by_claim", "claim_id", "reported_at"),
        Index("ix_reports_by_wording", "wording_id", "claim_id"),
    )

    report_id: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"))
    source: Mapped[str]
    text: Mapped[str]
    transcript: Mapped[str | None]
    ocr_text: Mapped[str | None]
    reported_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    platform: Mapped[str | None]
    url: Mapped[str | None] = mapped_column(index=True)
    external_subject: Mapped[str | None]
    reporter_id: Mapped[str | None] = mapped_column(index=True)
    reporter_group: Mapped[str | None]
    cohort: Mapped[str | None]
    region: Mapped[str | None]
    reported_type: Mapped[str | None]
    views: Mapped[int | None] = mapped_column(BigInteger)
    shares: Mapped[int | None] = mapped_column(BigInteger)
    observed_at: Mapped[datetime | None]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"))
    digest: Mapped[str]
    erased_at: Mapped[datetime | None]


class Observation(Base):
    """How often a report's content, or a url, had been seen and shared at a time; kept even where it went down."""

    __tablename__ = "observations"
    __table_args__ = (UniqueConstraint("report_id", "url", "observed_at"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), index=True)
    report_id: Mapped[str]
    url: Mapped[str]
    observed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    views: Mapped[int | None] = mapped_column(BigInteger)
    shares: Mapped[int | None] = mapped_column(BigInteger)


class Wording(Base):
    """A distinct text with its facts (`fingerprint`): what the next arrival is compared with.

    `rank_at` and `rank_id` are the time, in microseconds since 1970 or 2**63 - 1, and the id of its earliest
    report; `first_in` holds a bit for each band under which it is kept. Whoever adds one numbers it.
    """

    __tablename__ = "wordings"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), index=True)
    wording: Mapped[str]
    facts: Mapped[str]
    rank_at: Mapped[int] = mapped_column(BigInteger)
    rank_id: Mapped[str]
    first_in: Mapped[int] = mapped_column(BigInteger)


class Band(Base):
    """The near-duplicate index: wordings that share a key may be alike."""

    __tablename__ = "bands"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    wording_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class TextsHead(Base):
    """The one row that counts who added, moved or dropped texts; whoever does holds it, first of all."""

    __tablename__ = "texts_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(BigInteger)


class Relation(Base):
    """Two claims, the smaller name first, that are alike and yet two, and what they differ in."""

    __tablename__ = "relations"

    first: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    second: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True, index=True)
    similarity: Mapped[float]
    why: Mapped[str]


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


class Audit(Base):
    """The draw of a claim at its arrival, blind to its score; never shown to who reads it.

    A member is read whatever its score, and twice; a claim that is drawn as `second` is read twice once
    somebody has decided it. `first_harm` is the expected harm by which it was ranked when it first waited, at
    `ranked_at`; empty for one that never did.
    """

    __tablename__ = "audit"

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    member: Mapped[bool] = mapped_column(index=True)
    probability: Mapped[float]
    second: Mapped[bool] = mapped_column(default=False)
    second_probability: Mapped[float] = mapped_column(default=0.0)
    drawn_at: Mapped[datetime]
    first_harm: Mapped[float | None]
    ranked_at: Mapped[datetime | None]


class SecondRead(Base):
    """A decided claim that somebody else reads too, blind: `state` says what became of the two verdicts."""

    __tablename__ = "second_reads"

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    why: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    wanted_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Golden(Base):
    """A claim whose truth is known: moderators are given it as any other, once each, to see how they judge.

    The log, which moderators read, names it by a digest that `salt` goes into.
    """

    __tablename__ = "golden"

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), primary_key=True)
    verdict: Mapped[str]
    type: Mapped[str | None]
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    salt: Mapped[str]


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


class Deal(Base):
    """A claim given to a person for a time, by a lane or (no lane) because they picked it.

    `purpose` is set where the claim had been decided before: it is read a second time, or golden.
    """

    __tablename__ = "deals"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lane: Mapped[str | None]
    open_lanes: Mapped[list[str]]
    filtered: Mapped[bool]
    purpose: Mapped[str | None]
    dealt_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (Index("ix_deals_by_end", "ended_at", "expires_at"),)


class LaneBalance(Base):
    """The one row that says how far each lane is below its share, as `pipeline.moderation.lanes` counts it."""

    __tablename__ = "lane_balance"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    harm: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[int] = mapped_column(BigInteger)
    quality: Mapped[int] = mapped_column(BigInteger)
    oldest: Mapped[int] = mapped_column(BigInteger)


class Verdict(Base):
    """What a person decided, or (`undoes`) took back; append-only.

    `standing` says what it was when it came: the first word on the claim, a second opinion, a blind second read,
    a golden read or a lead's ruling. `written` is
    the digest of note and link, salted with what goes when they are erased.
    """

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.claim_id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    verdict: Mapped[str]
    type: Mapped[str | None]
    note: Mapped[str | None]
    link: Mapped[str | None]
    salt: Mapped[str | None]
    written: Mapped[str | None]
    standing: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("verdicts.id"), unique=True)
    decided_at: Mapped[datetime]
    score: Mapped[float | None]
    model_version: Mapped[str | None]
    lane: Mapped[str | None]
    picked: Mapped[bool]


class Event(Base):
    """A line of the log; its hash covers the line and the hash before it. Holds ids, codes and digests only."""

    __tablename__ = "events"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str]
    hash: Mapped[str]


class LogHead(Base):
    """The one row that says where the log ends; whoever writes an event holds it, last of all."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class Fact(Base):
    """What the store knows about itself, such as the model that its scores are of."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
