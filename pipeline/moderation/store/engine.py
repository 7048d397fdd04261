"""A database's address in, a `Store` out: transactions for reading and for writing, faults as one line."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pipeline.errors import ConfigError, StorageError

DATABASE: Final = "queue.db"
VARIABLE: Final = "SARING_DATABASE_URL"
WRITES: Final = "saring_writes"
PATIENCE_SECONDS: Final = 30
POLL_SECONDS: Final = 0.002
POSTGRESQL: Final = "postgresql"
PG_OPTIONS: Final = f"-c timezone=UTC -c lock_timeout={PATIENCE_SECONDS}s"


class Store:
    """The moderators' database; SQLite below a root, or PostgreSQL."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place
        self._turn = threading.Lock()

    @property
    def is_postgresql(self) -> bool:
        """Say which of the two it is."""
        return self.engine.dialect.name == POSTGRESQL

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that writes nothing."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection that sees one state however long it reads, and writes nothing."""
        with self.reading() as connection:
            if self.is_postgresql:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes all come true when the block ends well, or none.

        On SQLite it waits for the only right to write; on PostgreSQL rows are locked one by one.
        """
        writer = self.engine.execution_options(**{WRITES: True})
        with self._take_turn(), self._translated(), writer.begin() as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """Give a connection of no transaction, whose locks are held until it is given back."""
        with (
            self._translated(),
            self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _take_turn(self) -> Iterator[None]:
        """Let this process's threads write SQLite one after the other: it makes those that wait sleep and try again."""
        if self.is_postgresql:
            yield
            return
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise self._refuse(TimeoutError("others have been writing all the while"))
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what only the database's side can cause into one line; a wrong statement stays a bug."""
        try:
            yield
        except (OperationalError, PoolTimeout) as error:
            raise self._refuse(error) from error
        except DBAPIError as error:
            if not error.connection_invalidated and type(error) is not DatabaseError:
                raise
            raise self._refuse(error) from error

    def _refuse(self, error: Exception) -> StorageError:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0].lower()
        return StorageError(
            f"{self.place}: cannot be used ({reason}); expected a database that answers; "
            "nothing of this step was kept; try again when it is back"
        )


def open_database(root: Path, address: str | None) -> Store:
    """Open the store at a PostgreSQL address, or without one SQLite's file under the root.

    Nothing is connected or made yet. Raises ConfigError for an address that names no PostgreSQL.
    """
    if address:
        url = _read_address(address)
        return Store(_open_postgresql(url), url.render_as_string(hide_password=True))
    path = root / DATABASE
    return Store(_open_sqlite(path), str(path))


def _read_address(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ConfigError(f"{VARIABLE}: is no address; expected postgresql://USER@HOST/DATABASE") from error
    if url.get_backend_name() not in {POSTGRESQL, "postgres"}:
        raise ConfigError(
            f"{VARIABLE}: names {url.get_backend_name()!r}; expected postgresql://USER@HOST/DATABASE"
        )
    return url.set(drivername="postgresql+psycopg")


def _open_postgresql(url: URL) -> Engine:
    options = " ".join(filter(None, [PG_OPTIONS, str(url.query.get("options", ""))]))
    return create_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={"options": options, "connect_timeout": 10},
    )


def _open_sqlite(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": PATIENCE_SECONDS},
        hide_parameters=True,  # a statement in a traceback must not show a report's text
        pool_timeout=PATIENCE_SECONDS,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """Leave transactions to us, and make a commit outlive a power cut (sqlite.org/pragma.html)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-64000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the right to write at once: a reader that begins to write later could only fail."""
    writes = connection.get_execution_options().get(WRITES)
    if not writes or not _wait_to_write(connection.connection.dbapi_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _wait_to_write(connection: Any) -> bool:
    """Begin to write as soon as no other process does, and say whether that came in time.

    SQLite's own waiting sleeps ever longer, up to 100 ms, while others come and go: under load it takes seconds.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < end:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(POLL_SECONDS)
            else:
                return True
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(PATIENCE_SECONDS * 1000)}")
    return False
