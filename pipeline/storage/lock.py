"""One lock per root, so that two runs, or an orphan of a killed one, never write at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from pipeline.errors import StorageError
from pipeline.storage.files import reason_of

LOCK_NAME: Final = ".saring/lock"


@contextmanager
def lock_root(root: Path) -> Iterator[None]:
    """Hold the only right to write under `root`; the system frees it when the process dies.

    Raises StorageError at once when another process holds it.
    """
    path = root / LOCK_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"{root}: another saring is writing here; expected one at a time; wait for it"
        ) from error
    except OSError as error:
        raise StorageError(
            f"{root}: cannot be written ({reason_of(error)}); expected a writable root"
        ) from error
    try:
        yield
    finally:
        lock.release()
