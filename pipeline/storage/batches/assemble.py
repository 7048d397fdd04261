"""Parts in, one file out; the same parts always give the same bytes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import SchemaError
from pipeline.storage.batches.encode import CONTENT, Layout, header_line
from pipeline.storage.batches.formats import PARQUET, Format, pack

GROUP_ROWS: Final = 131_072
"""Rows of one row group of a Parquet file."""

SCORE: Final = "saring.score"
ROW: Final = "saring.row"
"""Columns that only parts of a `--top` output have: what they are ordered by."""


def join_parts(
    parts: Iterable[pa.Table], sink: IO[bytes], layout: Layout, packing: Format, schema: pa.Schema
) -> int:
    """Write parts one after the other, holding few at a time; return how many rows they had.

    `schema` is what `unify_schemas` makes of all parts; lines need none.
    """
    if layout.kind == PARQUET:
        return _join_tables(parts, sink, packing, schema)
    rows = 0
    sink.write(pack(header_line(layout), packing.compression) if layout.header else b"")
    for part in parts:
        content = b"".join(part[CONTENT].to_pylist())
        sink.write(pack(content, packing.compression) if content else b"")
        rows += len(part)
    return rows


def unify_schemas(schemas: Iterable[pa.Schema], path: Path) -> pa.Schema:
    """Return the columns of all parts, with what the first says of itself; a column without values is text.

    Raises SchemaError where a column holds one type here and another there.
    """
    first, *others = schemas
    try:
        unified = pa.unify_schemas([first, *(schema.remove_metadata() for schema in others)])
    except pa.ArrowException as error:
        raise SchemaError(
            f"{path}: a column changes its type between rows; expected one; write .jsonl"
        ) from error
    fields = [pa.field(f.name, pa.string()) if pa.types.is_null(f.type) else f for f in unified]
    return pa.schema(fields, first.metadata)


def choose_top(parts: Iterable[pa.Table], n_rows: int) -> pa.Table:
    """Return the `n_rows` highest of all parts, the highest first and ties in the order of the input."""
    best: pa.Table | None = None
    for part in parts:
        both = part if best is None else pa.concat_tables([best, part], promote_options="default")
        best = both.take(pa.array(rank_rows(both[SCORE].to_numpy(), both[ROW].to_numpy())[:n_rows]))
    assert best is not None, "an input has at least one part"
    return best.drop_columns([SCORE, ROW])


def rank_rows(scores: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the order by falling score, then by rising place in the input."""
    return np.lexsort((rows, -scores))


def _join_tables(parts: Iterable[pa.Table], sink: IO[bytes], packing: Format, schema: pa.Schema) -> int:
    packed = pa.CompressedOutputStream(sink, packing.compression) if packing.compression else sink
    rows = 0
    with pq.ParquetWriter(packed, schema, compression="zstd") as writer:
        for group in _group(parts, schema):
            writer.write_table(group, row_group_size=GROUP_ROWS)
            rows += len(group)
    if packing.compression:
        packed.close()
    return rows


def _group(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Give tables of GROUP_ROWS rows or a little more, the last one of what is left."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(_fit(part, schema))
        if sum(map(len, waiting)) >= GROUP_ROWS:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _fit(part: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give a part the columns of all, empty where it has none."""
    columns = [
        part[f.name].cast(f.type) if f.name in part.column_names else pa.nulls(len(part), f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)
