"""The tables behind the API: what each account sent under which id, and which claims have moved since when."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.moderation.store.base import Base, Number


class Receipt(Base):
    """A report as the account that sent it names it, and a keyed digest of what it sent.

    The same again is known by it, and another body under the same id refused.
    """

    __tablename__ = "receipts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    digest: Mapped[str]
    received_at: Mapped[datetime]


class Moved(Base):
    """A claim whose place in the queue changed; triggers write it, numbering takes it away."""

    __tablename__ = "moved"

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    claim_id: Mapped[str]


class Move(Base):
    """When each claim changed last, as a number that only grows.

    Numbers are given after the changing transaction has ended, by one numbering at a time: who has seen a
    number has seen all below it.
    """

    __tablename__ = "moves"

    sequence: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    claim_id: Mapped[str] = mapped_column(unique=True)
