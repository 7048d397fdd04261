"""Who was given which claim and what they decided; what was drawn to be read by whom."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number


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
