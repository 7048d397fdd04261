"""A file of fact-checks in, its entries out, each with its place: JSON, JSON lines or CSV, plain or gzipped."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from pipeline.claims.debunks.reviews import OWN_NAMES, Fields, iterate_reviews, read_fields
from pipeline.errors import SchemaError, StorageError
from pipeline.storage import reason_of

MAX_JSON_MB: Final = 256
"""A JSON document is read whole and takes some five times its size of memory; lines and CSV are read as they come."""
MAX_LINE_CHARS: Final = 4 << 20
MEGABYTE: Final = 1 << 20


class Entry(NamedTuple):
    """What stands at one place of a file: the fields of a debunk, or None where there is no object."""

    place: int
    fields: Fields | None


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file in their order, counted from 1.

    Raises StorageError when it cannot be read, SchemaError when it is not what its name says or too large.
    """
    name = path.name.lower().removesuffix(".gz")
    reader = next((READERS[suffix] for suffix in READERS if name.endswith(suffix)), None)
    if reader is None:
        raise SchemaError(
            f"{path}: has no known ending; expected one of {', '.join(READERS)}, or one with .gz"
        )
    with _explain(path), _open(path) as file:
        yield from reader(file, path)


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as raw:
        unpacked: Any = gzip.GzipFile(fileobj=raw) if path.name.lower().endswith(".gz") else raw
        yield io.TextIOWrapper(unpacked, encoding="utf-8-sig", errors="replace", newline="")


@contextmanager
def _explain(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SchemaError(f"{path}: is not a whole gzip file; expected one; copy it again") from error
    except csv.Error as error:
        raise SchemaError(
            f"{path}: is no CSV ({error}); expected a header and rows of as many fields"
        ) from error
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({reason_of(error)}); expected fact-checks") from error


def _read_json(file: IO[str], path: Path) -> Iterator[Entry]:
    is_large = path.suffix.lower() != ".gz" and path.stat().st_size > MAX_JSON_MB * MEGABYTE
    content = "" if is_large else file.read(MAX_JSON_MB * MEGABYTE + 1)
    if is_large or len(content) > MAX_JSON_MB * MEGABYTE:
        raise SchemaError(
            f"{path}: is larger than {MAX_JSON_MB} MB, and JSON is read whole; expected a smaller file;"
            " write one object a line (.jsonl), which may be of any size"
        )
    try:
        document = json.loads(content, strict=False)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path}: is no JSON ({_say(error)}); expected ClaimReview objects") from error
    for place, review in enumerate(iterate_reviews(document), start=1):
        yield Entry(place, read_fields(review) if isinstance(review, dict) else None)


def _read_lines(file: IO[str], path: Path) -> Iterator[Entry]:
    place = 0
    while line := file.readline(MAX_LINE_CHARS + 1):
        if len(line) > MAX_LINE_CHARS:
            raise SchemaError(
                f"{path}: line {place + 1} is longer than {MAX_LINE_CHARS:,} characters; expected one object a line"
            )
        if not line.strip():
            continue
        try:
            found = list(iterate_reviews(json.loads(line, strict=False)))
        except (ValueError, RecursionError):
            found = [None]
        for review in found:
            place += 1
            yield Entry(place, read_fields(review) if isinstance(review, dict) else None)


def _read_csv(file: IO[str], path: Path) -> Iterator[Entry]:
    csv.field_size_limit(MAX_LINE_CHARS)
    header = file.readline(MAX_LINE_CHARS)
    delimiter = max(",;\t|", key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if not {"url", "title"} <= set(names):
        raise SchemaError(
            f"{path}: its header lacks 'url' or 'title'; expected columns {', '.join(OWN_NAMES)}"
        )
    rows = csv.reader(file, delimiter=delimiter)
    for place, row in enumerate(filter(None, rows), start=1):
        cells = dict(zip(names, row, strict=False))
        whole = len(row) == len(names)
        yield Entry(place, {name: cells.get(name) or None for name in OWN_NAMES} if whole else None)


def _say(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


READERS: Final[dict[str, Callable[[IO[str], Path], Iterator[Entry]]]] = {
    ".json": _read_json,
    ".jsonld": _read_json,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".csv": _read_csv,
    ".tsv": _read_csv,
}
