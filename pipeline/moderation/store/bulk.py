"""Many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import DeclarativeBase

POSTGRESQL = "postgresql"


def insert_many(
    connection: Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    if connection.dialect.name == POSTGRESQL:
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), rows)


def _copy(connection: Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [table.__table__.c[name] for name in rows[0]]
    dialect = connection.dialect
    prepare = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    quoted = ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.__tablename__} ({quoted}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [
                    process(value) if process else value
                    for process, value in zip(prepare, row.values(), strict=True)
                ]
            )
