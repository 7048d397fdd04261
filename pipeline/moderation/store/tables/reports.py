"""What was reported and how often it was seen, the distinct texts of it and their near-duplicate index."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number


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
