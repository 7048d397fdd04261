"""Accounts, and those who report: pseudonyms and the cohorts that a lead put them in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number


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
