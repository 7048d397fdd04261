"""What a file is before its columns are known by our names: numbered rows of values, and rows that broke."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.config import Source
from pipeline.ingest.characters import clean_text


class Nested(str):
    """The kind of a value that is no single value (a list, an object); what it held is not kept."""

    __slots__ = ()


class RawRow(NamedTuple):
    """A row as its file gives it; the first row after a header is number 1."""

    number: int
    values: Mapping[str, object]


class BrokenRow(NamedTuple):
    """A row whose values cannot be told apart, and why."""

    number: int
    reason: str
    fields: tuple[str, ...]


class RawTable(NamedTuple):
    """One file of one source, read but not yet understood; strings hold no NUL and no lone surrogate.

    `file` starts at the last part of the source's path; `columns` are the file's own names, as often as
    they stand there; `replaced` counts the characters that no table can hold.
    """

    source: Source
    file: str
    columns: tuple[str, ...]
    rows: tuple[RawRow, ...]
    broken: tuple[BrokenRow, ...]
    replaced: Counter[str]


def build_table(source: Source, file: str, records: Iterable[Mapping[str, object]]) -> RawTable:
    """Make a table of records that are already in memory, numbered from 1."""
    replaced: Counter[str] = Counter()
    cleaned = (clean_record(record, replaced) for record in records)
    rows = tuple(RawRow(number, values) for number, values in enumerate(cleaned, start=1))
    return RawTable(source, file, collect_columns(rows), rows, (), replaced)


def collect_columns(rows: Iterable[RawRow]) -> tuple[str, ...]:
    """Return every name that a row has, in the order of the first row that has it."""
    return tuple(dict.fromkeys(name for row in rows for name in row.values))


def clean_record(record: Mapping[str, object], counts: Counter[str]) -> dict[str, object]:
    """Return a record whose values are single values that a table can hold, or say what they are instead."""
    return {clean_text(name, counts): _clean_value(value, counts) for name, value in record.items()}


def _clean_value(value: object, counts: Counter[str]) -> object:
    match value:
        case str():
            return clean_text(value, counts)
        case list() | tuple():
            return Nested("a list")
        case dict():
            return Nested("an object")
        case bytes():
            return _decode_value(value, counts)
        case _:
            return value


def _decode_value(value: bytes, counts: Counter[str]) -> str:
    try:
        return clean_text(value.decode("utf-8", "surrogatepass"), counts)
    except UnicodeDecodeError:
        return Nested("bytes that are not UTF-8")
