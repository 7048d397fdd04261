"""The log, and what the store knows of itself."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base


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
