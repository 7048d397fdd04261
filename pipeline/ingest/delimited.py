"""The text of a CSV file in, its header and records out, and the lines whose quotes or fields do not fit.

A line that breaks the quoting costs itself alone: reading goes on at the next line, so that a stray quote
does not swallow the reports after it.
"""

import csv
import io
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from pipeline.errors import SchemaError

DELIMITERS: Final = ",;\t|"
MAX_READINGS: Final = 10
"""How often every line may be read, on average, before the quoting of the file is given up."""

LONE_RETURN: Final = re.compile(r"\r(?!\n)")
HIDDEN_RETURN: Final = "\0"
"""Stands for a lone carriage return, at which Python's csv would end the row; the text holds no NUL."""

BAD_QUOTES: Final = "quotes do not close as they must"


class Record(NamedTuple):
    """The fields of one row, and why they are no row."""

    fields: tuple[str, ...]
    fault: str | None


class Delimited(NamedTuple):
    """A CSV file taken apart; the records do not hold the header."""

    header: tuple[str, ...]
    records: list[Record]


def split_delimited(text: str, known: Collection[str]) -> Delimited:
    """Take CSV text apart, at the delimiter that shows most `known` names in the header, then most fields.

    Blank lines are no records. Raises SchemaError (without the file's name) when quotes are so broken
    that reading would not come to an end.
    """
    lines = _split_lines(text)
    start = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    with _unlimited_fields():
        header = _choose_header(lines[start:], known)
        records = list(_read_records(lines, start + header.n_lines, header))
    return Delimited(tuple(name.strip() for name in header.fields), records)


def _split_lines(text: str) -> list[str]:
    """Split at line feeds; a carriage return between them is part of a text, and hidden until it is one."""
    if "\n" in text:
        text = LONE_RETURN.sub(HIDDEN_RETURN, text)
    return io.StringIO(text, newline="").readlines()


def _show_returns(fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(field.replace(HIDDEN_RETURN, "\r") for field in fields)


class _Header(NamedTuple):
    fields: tuple[str, ...]
    delimiter: str
    n_lines: int

    def rate(self, known: Collection[str]) -> tuple[int, int]:
        return sum(name.strip() in known for name in self.fields), len(self.fields)


def _choose_header(lines: Sequence[str], known: Collection[str]) -> _Header:
    headers = [_read_header(lines, delimiter) for delimiter in DELIMITERS]
    return max(headers, key=lambda header: header.rate(known))


def _read_header(lines: Sequence[str], delimiter: str) -> _Header:
    reader = csv.reader(lines, delimiter=delimiter)
    return _Header(tuple(next(reader, ())), delimiter, reader.line_num)


def _read_records(lines: Sequence[str], start: int, header: _Header) -> Iterator[Record]:
    width, budget = len(header.fields), MAX_READINGS * len(lines)
    while start < len(lines):
        fields, n_lines = _read_record(lines, start, header.delimiter)
        budget -= n_lines
        if budget < 0:
            raise SchemaError(f"{BAD_QUOTES}; expected a quote inside a quoted field to be doubled")
        if fields is None or (len(fields) != width and _hides_rows(lines, start, n_lines, header)):
            yield Record(_show_returns([lines[start].rstrip("\r\n")]), BAD_QUOTES)
            n_lines = 1
        elif fields:
            fault = (
                None if len(fields) == width else f"wrong number of fields: {len(fields)} instead of {width}"
            )
            yield Record(fields, fault)
        start += n_lines


def _read_record(lines: Sequence[str], start: int, delimiter: str) -> tuple[tuple[str, ...] | None, int]:
    """Return the fields of the record that starts at a line, None if it breaks, and its number of lines."""
    reader = csv.reader(
        (lines[place] for place in range(start, len(lines))), delimiter=delimiter, strict=True
    )
    try:
        return _show_returns(next(reader)), reader.line_num
    except csv.Error:
        return None, reader.line_num


def _hides_rows(lines: Sequence[str], start: int, n_lines: int, header: _Header) -> bool:
    """Tell whether a misfit of several lines has swallowed a line that is a row by itself."""
    later = range(start + 1, start + n_lines)
    singles = (_read_record(lines[place : place + 1], 0, header.delimiter)[0] for place in later)
    return any(fields is not None and len(fields) == len(header.fields) for fields in singles)


@contextmanager
def _unlimited_fields() -> Iterator[None]:
    """Let a field be as long as it is; a text that is too long is a rejected row, not a broken file."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)
