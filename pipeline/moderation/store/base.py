"""What all tables share: how times, lists and names of constraints are kept on either database."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, Integer, MetaData, Row, Table, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Number: Final = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives; SQLite numbers rows only where the type is INTEGER."""

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns."""


class Moment(TypeDecorator[datetime]):
    """A time with its zone, kept and given back in UTC; SQLite holds text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Take a time to UTC; one without a zone is a bug."""
        if value is None:
            return None
        assert value.tzinfo is not None, value
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give a time its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment(), list[str]: JSON(none_as_null=True)}  # noqa: RUF012


def table_of(kind: type[DeclarativeBase]) -> Table:
    """Return the table of a class; a statement on it is prepared in half the time of one on the class."""
    table = kind.__table__
    assert isinstance(table, Table)
    return table
