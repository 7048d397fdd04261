"""Many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import DeclarativeBase

POSTGRESQL = "postgresql"


def insert_many(
    connection: Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows that all have the same columns, in the same order; what they leave out is NULL."""
    if not rows:
        return
    columns = [table.__table__.c[name] for name in rows[0]]
    names = ", ".join(connection.dialect.identifier_preparer.format_column(column) for column in columns)
    bound = _bind(connection, columns, rows)
    if connection.dialect.name == POSTGRESQL:
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.__tablename__} ({names}) FROM STDIN") as copy:
            for values in bound:
                copy.write_row(values)
    else:
        places = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {table.__tablename__} ({names}) VALUES ({places})"  # noqa: S608 - our own names
        connection.exec_driver_sql(insert, list(bound))


def _bind(
    connection: Connection, columns: Sequence[Any], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver takes them."""
    dialect = connection.dialect
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    processed = [(place, process) for place, process in enumerate(processors) if process]
    for row in rows:
        values = list(row.values())
        for place, process in processed:
            values[place] = process(values[place])
        yield tuple(values)
