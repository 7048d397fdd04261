"""A task that one process at a time should do: a lock that ends with whoever holds it, killed or not."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from pipeline.errors import StorageError
from pipeline.moderation.store.engine import Store
from pipeline.storage import reason_of


@contextmanager
def try_alone(store: Store, task: str) -> Iterator[bool]:
    """Say whether nobody is at a task of this store; where so, nobody else begins it while the block runs.

    The lock is of a PostgreSQL session, or of a file beside SQLite's. Raises StorageError where none can be had.
    """
    with _hold_session(store, task) if store.is_postgresql else _hold_file(store, task) as is_alone:
        yield is_alone


@contextmanager
def _hold_session(store: Store, task: str) -> Iterator[bool]:
    with store.session() as connection:
        asked = text("SELECT pg_try_advisory_lock(hashtext(:task))")
        is_alone = bool(connection.execute(asked, {"task": task}).scalar_one())
        try:
            yield is_alone
        finally:
            if is_alone:
                connection.execute(text("SELECT pg_advisory_unlock(hashtext(:task))"), {"task": task})


@contextmanager
def _hold_file(store: Store, task: str) -> Iterator[bool]:
    path = Path(f"{store.place}.{task}")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({reason_of(error)}); expected a writable place"
        ) from error
    try:
        yield _acquire(descriptor)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
