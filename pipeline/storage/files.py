"""Files in and out: atomic writes, frames, JSON, digests.

Every file under a root is written here: to a temporary name beside its place, flushed to the
disk, then renamed. A killed or failing write leaves the old file, or none, and never a part.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import StorageError

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to, and rename it to `path` when the block ends well.

    Raises StorageError with one line when the place cannot be written (read-only, full, a folder).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        yield temporary
        _flush(temporary)
        temporary.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({reason_of(error)}); expected a writable place"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def replace_directory(path: Path) -> Iterator[Path]:
    """Give a temporary folder to fill, and put it in the place of `path` when the block ends well."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    retired = path.with_name(f".{path.name}.{os.getpid()}.old")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        yield temporary
        if path.exists():
            path.replace(retired)
        temporary.replace(path)
    except StorageError as error:
        raise StorageError(str(error).replace(str(temporary), str(path))) from error
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({reason_of(error)}); expected a writable place"
        ) from error
    finally:
        _put_back(retired, path)
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(retired, ignore_errors=True)


def remove_directory(path: Path) -> None:
    """Remove a folder; it is gone in one step, its files after that."""
    retired = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.replace(retired)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be removed ({reason_of(error)}); expected a writable place"
        ) from error
    shutil.rmtree(retired, ignore_errors=True)


def write_frame(frame: "pd.DataFrame", path: Path) -> None:
    """Write a frame as Parquet, without its index; the same frame always gives the same bytes."""
    import pyarrow as pa  # noqa: PLC0415 - takes longer to load than `saring --help` may take
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pandas(frame, preserve_index=False)
    with replace_file(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_frame(path: Path) -> "pd.DataFrame":
    """Read a Parquet file that a stage wrote. Raises StorageError when it is missing or cut."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
        return frame
    except FileNotFoundError as error:
        raise _miss_output(path) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise StorageError(
            f"{path}: is not a whole Parquet file; expected the output of an earlier stage"
        ) from error


def digest_frame(frame: "pd.DataFrame") -> str:
    """Return the SHA-256 of what `write_frame` would write."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return digest_bytes(sink.getvalue().to_pybytes())


def write_bytes(content: bytes, path: Path) -> None:
    """Write `content` to `path` in one step."""
    with replace_file(path) as temporary:
        temporary.write_bytes(content)


def write_text(content: str, path: Path) -> None:
    """Write UTF-8 text to `path` in one step."""
    write_bytes(content.encode("utf-8"), path)


def write_json(content: Any, path: Path) -> None:
    """Write JSON that reads well and is the same for the same content: sorted keys, no NaN."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    write_text(text + "\n", path)


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises StorageError when it is missing or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StorageError(f"{path}: no such file; expected JSON") from error
    except ValueError as error:
        raise StorageError(f"{path}: is not JSON ({error}); expected a whole file") from error


def append_line(line: str, path: Path) -> None:
    """Append one line to a log that is never rewritten, and flush it to the disk."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({reason_of(error)}); expected a writable place"
        ) from error


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits. Raises StorageError when it is missing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise _miss_output(path) from error


def _miss_output(path: Path) -> StorageError:
    return StorageError(f"{path}: no such file; expected the output of an earlier stage; run `saring run`")


def _remove_leftovers(path: Path) -> None:
    """Tidy up after processes that were killed while they wrote `path`, as they could not do it themselves."""
    name = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.(?:part|old).*")
    for leftover in path.parent.iterdir():
        owner = name.fullmatch(leftover.name)
        if owner and not _is_running(int(owner[1])):
            if leftover.name.endswith(".old"):
                _put_back(leftover, path)
            shutil.rmtree(leftover, ignore_errors=True)
            with suppress(OSError):
                leftover.unlink()


def _put_back(retired: Path, path: Path) -> None:
    """Give a folder its place again when the new one did not come to stand there."""
    if retired.exists() and not path.exists():
        with suppress(OSError):
            retired.replace(path)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (OSError, OverflowError) as error:
        return isinstance(error, PermissionError)
    return True


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def reason_of(error: OSError) -> str:
    """Say in lower case why the system refused, without what a library puts around it."""
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
