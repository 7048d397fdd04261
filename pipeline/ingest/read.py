"""The files of the sources in, raw tables out: CSV, JSONL and Parquet, each plain or gzipped.

A file that cannot be read as a whole is an error of one line; a row that cannot is part of its table.
"""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.config import Source
from pipeline.errors import SchemaError, StorageError
from pipeline.ingest.parse import PARSERS
from pipeline.ingest.tables import RawTable
from pipeline.text.redact import redact

SUFFIXES: Final = ", ".join(sorted(PARSERS))


def read_sources(sources: Sequence[Source]) -> Iterator[RawTable]:
    """Read every file of every source, in the order of the sources and of the files' names.

    Raises StorageError for what is missing or cannot be opened, SchemaError for what is not reports.
    """
    for source in sources:
        for path in find_files(source):
            yield read_table(source, path)


def find_files(source: Source) -> list[Path]:
    """List the files of a source: its path, or all below it but hidden files and READMEs."""
    try:
        return _list_files(source)
    except OSError as error:
        raise _refuse_place(source.path, error) from error


def _list_files(source: Source) -> list[Path]:
    if source.path.is_file():
        return [source.path]
    if not source.path.is_dir():
        raise StorageError(
            f"{_show(source.path)}: no such file or folder; expected the reports of source {source.name!r}; "
            f"correct it in params.yaml: ingest.sources.{source.name}.path"
        )
    files = sorted(path for path in source.path.rglob("*") if path.is_file() and not _is_aside(source, path))
    if not files:
        raise StorageError(
            f"{_show(source.path)}: is a folder without files; expected the reports of source {source.name!r}"
        )
    return files


def read_table(source: Source, path: Path) -> RawTable:
    """Read one file of a source."""
    parse = PARSERS.get(_kind(path))
    if parse is None:
        raise SchemaError(
            f"{_show(path)}: is of an unknown kind; expected one of {SUFFIXES}, or .gz of these"
        )
    content = _read_bytes(path)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise SchemaError(f"{_show(path)}: is empty; expected reports")
    try:
        return parse(content, source, path.relative_to(source.path.parent).as_posix())
    except UnicodeDecodeError as error:
        raise SchemaError(f"{_show(path)}: is not UTF-8; expected UTF-8; save it again as UTF-8") from error
    except SchemaError as error:
        raise SchemaError(f"{_show(path)}: {error}") from error


def _is_aside(source: Source, path: Path) -> bool:
    parts = path.relative_to(source.path).parts
    return any(part.startswith(".") for part in parts) or path.name.lower().startswith("readme")


def _kind(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return "".join(suffixes[-2:-1] if suffixes[-1:] == [".gz"] else suffixes[-1:])


def _read_bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix.lower() == ".gz" else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise StorageError(f"{_show(path)}: is not a whole gzip file; expected one; copy it again") from error
    except OSError as error:
        raise _refuse_place(path, error) from error


def _refuse_place(path: Path, error: OSError) -> StorageError:
    reason = (error.strerror or "unreadable").lower()
    return StorageError(f"{_show(path)}: cannot be read ({reason}); expected a readable file or folder")


def _show(path: Path) -> str:
    return redact(str(path)).text
