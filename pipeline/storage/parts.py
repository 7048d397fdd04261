"""A long job's finished parts on disk, so that it can be killed at any moment and go on later.

Beside OUTPUT stands a folder `.OUTPUT.parts` with the job's description and one file for each finished
part, written to a temporary name, flushed and renamed. OUTPUT itself appears in one rename at the end.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.files import digest_file, read_json, reason_of, write_json

JOB: Final = "job.json"
LOCK: Final = "lock"
WHOLE: Final = "whole"
META_SUFFIX: Final = ".meta.json"
SUMMARY: Final = b"saring.summary"

Description = Mapping[str, Any]


def meta_path(output: Path) -> Path:
    """Return where the side file of an output stands."""
    return output.with_name(output.name + META_SUFFIX)


class PartFolder:
    """The finished parts of one job. Held by one process at a time; see `hold_parts`."""

    def __init__(self, folder: Path, output: Path) -> None:
        self.folder = folder
        self.output = output

    def finished(self) -> set[int]:
        """Return the numbers of the parts that stand."""
        return {int(path.stem) for path in self.folder.glob("*.arrow")}

    def add(self, number: int, content: bytes) -> None:
        """Put a part down, whole or not at all."""
        temporary = self.folder / f"{number:08}.tmp"
        with _explain_write(self.output):
            with temporary.open("wb") as file:
                file.write(content)
                _flush(file)
            temporary.replace(self.folder / f"{number:08}.arrow")

    def read(self, number: int) -> pa.Table:
        """Return a part, not yet copied into memory."""
        return pa.ipc.open_file(pa.memory_map(str(self._path(number)))).read_all()

    def schema(self, number: int) -> pa.Schema:
        """Return the columns of a part, with its summary among the metadata."""
        with pa.memory_map(str(self._path(number))) as file:
            return pa.ipc.open_file(file).schema

    def publish(self, write: Callable[[IO[bytes]], None], describe: Callable[[str], Description]) -> None:
        """Write the output and its side file, which `describe` makes of the output's digest, and tidy up.

        The side file comes first, so that no output stands without it.
        """
        whole = self.folder / WHOLE
        with _explain_write(self.output):
            with whole.open("wb") as file:
                write(file)
                _flush(file)
            write_json(describe(digest_file(whole)), meta_path(self.output))
            whole.replace(self.output)
            _flush_folder(self.output.parent)
        self.remove()

    def remove(self) -> None:
        """Remove the folder; half removed, it has another name and no meaning."""
        gone = self.folder.with_name(f"{self.folder.name}.{os.getpid()}.gone")
        with suppress(OSError):
            self.folder.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08}.arrow"


@contextmanager
def hold_parts(output: Path, job: Description, *, resume: bool, force: bool) -> Iterator[PartFolder]:
    """Open the folder of a job's parts, or begin one, and hold it; the system lets go when the process dies.

    Raises StorageError when another process holds it, when a job that could go on stands there and neither
    `resume` nor `force` was asked for, or when the one to resume is not this job. A failure leaves the
    parts that are finished, or nothing where there are none.
    """
    folder = output.with_name(f".{output.name}.parts")
    with _explain_write(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        _remove_gone(folder)
        folder.mkdir(exist_ok=True)
    with _lock(folder, output):
        parts = PartFolder(folder, output)
        try:
            _begin(parts, job, resume=resume, force=force)
            yield parts
        except SchemaError:  # the input is wrong, and another one would be another job
            parts.remove()
            raise
        finally:
            if folder.exists() and not parts.finished():
                parts.remove()


def _begin(parts: PartFolder, job: Description, *, resume: bool, force: bool) -> None:
    job = json.loads(json.dumps(job))
    standing = read_json(parts.folder / JOB) if (parts.folder / JOB).exists() else None
    if standing is not None and resume:
        _require_same(standing, job, parts.output)
        return
    if standing is not None and not force and parts.finished() and standing["resumable"]:
        raise StorageError(
            f"{parts.output}: an unfinished job stands there; expected none; go on with it by --resume, "
            "or begin anew with --force"
        )
    for path in parts.folder.iterdir():
        if path.name != LOCK:
            path.unlink()
    write_json(job, parts.folder / JOB)


def _require_same(standing: Description, job: Description, output: Path) -> None:
    for name in sorted({*standing, *job}):
        if standing.get(name) != job.get(name):
            raise StorageError(
                f"{output}: the job to resume has another {name}; expected the same; begin anew with --force"
            )


@contextmanager
def _lock(folder: Path, output: Path) -> Iterator[None]:
    with _explain_write(output):
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _acquire(descriptor, folder / LOCK):
            raise StorageError(f"{output}: another saring is writing it; expected one at a time; wait for it")
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> bool:
    """Take a lock; not that of a folder which a job that has just ended was about to remove."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except OSError:
        return False


@contextmanager
def _explain_write(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{output}: cannot be written ({reason_of(error)}); expected a writable place"
        ) from error


def _remove_gone(folder: Path) -> None:
    for path in folder.parent.glob(f"{folder.name}.*.gone"):
        shutil.rmtree(path, ignore_errors=True)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
