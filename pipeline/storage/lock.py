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
    with _hold(root / LOCK_NAME, root, 0):
        yield


@contextmanager
def lock_path(path: Path, patience_seconds: float) -> Iterator[None]:
    """Hold a lock of its own for something that is done in a moment, such as renaming a file.

    Raises StorageError when another process holds it for longer than that.
    """
    with _hold(path, path.parent, patience_seconds):
        yield


@contextmanager
def _hold(path: Path, place: Path, patience_seconds: float) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=patience_seconds)
        lock.acquire()
    except Timeout as error:
        raise StorageError(
            f"{place}: another saring is writing here; expected one at a time; wait for it"
        ) from error
    except OSError as error:
        raise StorageError(
            f"{place}: cannot be written ({reason_of(error)}); expected a writable root"
        ) from error
    try:
        yield
    finally:
        lock.release()
