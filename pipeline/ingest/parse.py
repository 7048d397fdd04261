"""The bytes of one file in, a raw table out: one function for each kind of file."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.config import Source
from pipeline.errors import SchemaError
from pipeline.ingest.characters import clean_text
from pipeline.ingest.delimited import split_delimited
from pipeline.ingest.tables import BrokenRow, RawRow, RawTable, build_table, clean_record, collect_columns
from pipeline.schema.columns import REPORT_COLUMNS

NOT_AN_OBJECT: Final = "not a JSON object with each name once"


def parse_csv(content: bytes, source: Source, file: str) -> RawTable:
    """Read CSV; rows are numbered without the header and without blank lines."""
    replaced: Counter[str] = Counter()
    text = _decode(content, replaced)
    header, records = split_delimited(text, {*source.columns, *REPORT_COLUMNS})
    rows, broken = [], []
    for number, (fields, fault) in enumerate(records, start=1):
        if fault is None:
            rows.append(RawRow(number, dict(zip(header, fields, strict=True))))
        else:
            broken.append(BrokenRow(number, fault, fields))
    return RawTable(source, file, header, tuple(rows), tuple(broken), replaced)


def parse_jsonl(content: bytes, source: Source, file: str) -> RawTable:
    """Read one JSON object a line; lines are numbered without the blank ones.

    Of a line that is no object nothing is kept: behind JSON's escapes no identity would be found.
    """
    replaced: Counter[str] = Counter()
    lines = (line.strip() for line in _decode(content, replaced).split("\n"))
    rows, broken = [], []
    for number, line in enumerate(filter(None, lines), start=1):
        try:
            rows.append(RawRow(number, clean_record(_load_object(line), replaced)))
        except (ValueError, RecursionError):
            broken.append(BrokenRow(number, NOT_AN_OBJECT, ()))
    return RawTable(source, file, collect_columns(rows), tuple(rows), tuple(broken), replaced)


def parse_parquet(content: bytes, source: Source, file: str) -> RawTable:
    """Read Parquet. Raises SchemaError when it is cut or holds what Python cannot."""
    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
        names = tuple(table.column_names)
        columns = [_list_values(column) for column in table.columns]
    except UnicodeDecodeError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise SchemaError("is not a whole Parquet file; expected one; copy it again") from error
    records = (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))
    return build_table(source, file, records)._replace(columns=names)


PARSERS: Final[dict[str, Callable[[bytes, Source, str], RawTable]]] = {
    ".csv": parse_csv,
    ".tsv": parse_csv,
    ".jsonl": parse_jsonl,
    ".ndjson": parse_jsonl,
    ".parquet": parse_parquet,
}


def _decode(content: bytes, replaced: Counter[str]) -> str:
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogatepass")
    return clean_text(text, replaced)


def _load_object(line: str) -> dict[str, object]:
    record = json.loads(line, strict=False, object_pairs_hook=_name_once)
    if not isinstance(record, dict):
        raise ValueError("not an object")
    return record


def _name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a name stands twice")
    return record


def _list_values(column: Any) -> list[object]:
    """List the values of a column; nanoseconds are cut, because a datetime ends at microseconds."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values
