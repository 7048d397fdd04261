"""A file of later counts in (CSV, JSONL or Parquet), typed counts and the rows that are none out."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import SchemaError, StorageError
from pipeline.moderation.intake.observe import Count
from pipeline.privacy.pseudonyms import digest_identifier
from pipeline.storage import reason_of
from pipeline.text.redact import contains_identity

COLUMNS: Final = "report_id or url, views or shares, observed_at"
SUFFIXES: Final = (".csv", ".jsonl", ".parquet")
MAX_COUNT: Final = 2**62


class Counts(NamedTuple):
    """Rows that were read, and of those that are none the number (from 1) and the reason."""

    taken: list[Count]
    rejected: list[tuple[int, str]]


def read_counts(path: Path, key: bytes, now: datetime) -> Counts:
    """Read a file of counts; `key` makes the digests that stand for ids and urls which name a person.

    A row that is no count is rejected; raises StorageError or SchemaError for a file that is none.
    """
    counts = Counts([], [])
    for number, row in enumerate(_read_rows(path), start=1):
        try:
            counts.taken.append(_read_count(row, key, now))
        except ValueError as error:
            counts.rejected.append((number, str(error)))
    return counts


def _read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        match path.suffix:
            case ".csv":
                with path.open(encoding="utf-8-sig", newline="") as file:
                    yield from csv.DictReader(file)
            case ".jsonl":
                with path.open(encoding="utf-8") as file:
                    yield from _parse_lines(file)
            case ".parquet":
                import pyarrow.parquet as pq  # noqa: PLC0415 - only where it is needed

                yield from pq.read_table(path).to_pylist()
            case _:
                raise SchemaError(f"{path}: is of an unknown kind; expected one of {', '.join(SUFFIXES)}")
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be read ({reason_of(error)}); expected rows of {COLUMNS}"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SchemaError(f"{path}: is not text in UTF-8; expected rows of {COLUMNS}") from error


def _parse_lines(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        yield row if isinstance(row, dict) else {}


def _read_count(row: Mapping[str, Any], key: bytes, now: datetime) -> Count:
    report_id, url = (_read_name(row.get(name), key) for name in ("report_id", "url"))
    if report_id is None and url is None:
        raise ValueError("names no report_id and no url")
    views, shares = (_read_number(row.get(name), name) for name in ("views", "shares"))
    if views is None and shares is None:
        raise ValueError("counts neither views nor shares")
    return Count(report_id, url, _read_moment(row.get("observed_at"), now), views, shares)


def _read_name(value: object, key: bytes) -> str | None:
    """Return an id or a url as ingest stored it."""
    name = str(value).strip() if value is not None else ""
    if not name:
        return None
    return digest_identifier(name, key) if contains_identity(name) else name


def _read_number(value: object, name: str) -> int | None:
    written = str(value).strip() if value is not None else ""
    if not written:
        return None
    try:
        number = int(written)
    except ValueError:
        number = -1
    if not 0 <= number < MAX_COUNT:
        raise ValueError(f"{name} is no count")
    return number


def _read_moment(value: object, now: datetime) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value or "").strip())
    except ValueError:
        raise ValueError("observed_at is no time") from None
    if moment.tzinfo is None:
        raise ValueError("observed_at names no zone")
    if moment > now:
        raise ValueError("observed_at lies in the future")
    return moment.astimezone(UTC)
