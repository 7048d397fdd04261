"""Whole tables in and out of files that a user names, for commands that need all rows at once."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.errors import SchemaError, StorageError
from pipeline.storage import replace_file
from pipeline.storage.batches import (
    Format,
    Layout,
    Rows,
    detect_format,
    encode_rows,
    find_input,
    join_parts,
    open_rows,
    read_chunks,
    unify_schemas,
)


def read_rows(source: Path) -> pd.DataFrame:
    """Read a whole table: Parquet, CSV or JSON lines. Raises SchemaError or StorageError with one line."""
    chunks = read_chunks(find_input(source, Path("-"), Format(".jsonl")))
    tables = [open_rows(chunk.table).to_table() for chunk in chunks]
    try:
        frame: pd.DataFrame = pa.concat_tables(tables, promote_options="permissive").to_pandas()
        return frame
    except pa.ArrowException as error:
        raise SchemaError(f"{source}: a column holds values of different types; expected one") from error


def write_rows(frame: pd.DataFrame, output: Path, packing: Format | None = None) -> None:
    """Write a table in one step; the name's ending says how, unless `packing` does."""
    packing = packing or detect_format(output)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    layout = Layout(packing.kind, tuple(columns) if packing.kind == ".csv" else ())
    part = encode_rows(Rows(output, 1, table, [], []), columns, layout)
    with replace_file(output) as temporary, temporary.open("wb") as sink:
        join_parts([part], sink, layout, packing, unify_schemas([part.schema], output))


def require_free(output: Path, force: bool) -> None:
    """Raise StorageError when an output exists and may not be replaced."""
    if output.exists() and not force:
        raise StorageError(f"{output}: exists already; expected a new name; replace it with --force")
