"""Rows and what was found of them in, a part of the output out; parts in order make the output.

A part is an Arrow table: the rows themselves for Parquet, their encoded lines for CSV and JSONL.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa

from pipeline.errors import SchemaError
from pipeline.storage.batches.formats import CSV, JSONL, PARQUET
from pipeline.storage.batches.rows import Rows

CONTENT: Final = "content"
"""The column of encoded lines."""

Added = Mapping[str, pa.Array]


class Layout(NamedTuple):
    """What every part has in common: the kind of file, and for CSV the names of all columns."""

    kind: str
    header: tuple[str, ...] = ()


def plan_layout(kind: str, first: Rows, added: Sequence[str]) -> Layout:
    """Fix the columns of a CSV by the first rows; the other kinds need no such plan."""
    if kind != CSV:
        return Layout(kind)
    own = [name for name in first.names if name not in added]
    return Layout(kind, (*own, *added))


def encode_rows(rows: Rows, added: Added, layout: Layout, chosen: Sequence[int] | None = None) -> pa.Table:
    """Encode rows with columns added, or replaced where they exist; `chosen` takes only these, in this order.

    Raises SchemaError where the rows do not fit into the kind of file.
    """
    encode = {PARQUET: _as_table, CSV: _as_csv, JSONL: _as_jsonl}[layout.kind]
    table = encode(rows, added, layout)
    return table if chosen is None else table.take(pa.array(chosen, pa.int64()))


def header_line(layout: Layout) -> bytes:
    """Return what stands before the first part of a file."""
    return "".join(_csv_lines([layout.header])).encode() if layout.kind == CSV else b""


def _as_table(rows: Rows, added: Added, _layout: Layout) -> pa.Table:
    table = rows.to_table()
    table = table.drop_columns([name for name in added if name in table.column_names])
    for name, values in added.items():
        table = table.append_column(name, values)
    return table


def _as_csv(rows: Rows, added: Added, layout: Layout) -> pa.Table:
    surplus = [name for name in rows.names if name not in layout.header]
    if surplus:
        raise SchemaError(
            f"{rows.place}: column {surplus[0]!r} is not in the first rows; expected the same columns; "
            "write .jsonl"
        )
    new = {name: _flatten_lists(values) for name, values in added.items()}
    columns = [new[name] if name in new else rows.values(name) for name in layout.header]
    return _lines(_csv_lines(zip(*columns, strict=True)))


def _as_jsonl(rows: Rows, added: Added, _layout: Layout) -> pa.Table:
    replaced = not set(added).isdisjoint(rows.names)
    new = pa.table(dict(added)).to_pylist()
    if rows.table is None and not replaced:
        return _lines([_extend_line(line, more) for line, more in zip(rows.lines, new, strict=True)])
    merged = (row | more for row, more in zip(rows.to_objects(), new, strict=True))
    return _lines([json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in merged])


def _extend_line(line: str, added: Mapping[str, Any]) -> str:
    """Write the added columns behind an object's own text, which stays as it is."""
    own = line[:-1].rstrip()
    comma = "" if own == "{" else ", "
    return f"{own}{comma}{json.dumps(added, ensure_ascii=False)[1:]}\n"


def _flatten_lists(values: pa.Array) -> list[Any]:
    items = values.to_pylist()
    return [" ".join(item) if isinstance(item, list) else item for item in items]


class _LineList(list[str]):
    """What csv writes to: it hands over a whole line at a time."""

    write = list.append


def _csv_lines(rows: Iterable[Sequence[Any]]) -> list[str]:
    lines = _LineList()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines


def _lines(lines: Sequence[str]) -> pa.Table:
    return pa.table({CONTENT: pa.array([line.encode() for line in lines], pa.large_binary())})
