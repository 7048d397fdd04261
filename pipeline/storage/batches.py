"""Rows to score, in and out, a batch at a time: Parquet, CSV and JSONL by suffix, plain or gzipped.

A caller's own columns come back unchanged: Parquet keeps its types, CSV cells stay strings, JSON objects
stay as they are. A batch is an Arrow table, or for JSONL a list of objects.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.files import reason_of, replace_file

PARQUET: Final = ".parquet"
CSV: Final = ".csv"
JSONL: Final = ".jsonl"
FORMATS: Final = (PARQUET, CSV, JSONL)
MAX_FIELD_CHARS: Final = 2**31 - 1

Objects = list[dict[str, Any]]
Batch: TypeAlias = pa.Table | Objects
Write = Callable[[Batch], None]
Types = Mapping[str, pa.DataType]


def detect_format(path: Path) -> str:
    """Return the format that a name stands for. Raises SchemaError for a name that stands for none."""
    name = path.name.lower().removesuffix(".gz")
    for suffix in FORMATS:
        if name.endswith(suffix):
            return suffix
    raise SchemaError(
        f"{path}: has the suffix {path.suffix!r}; expected {', '.join(FORMATS)}, or .gz of the last two"
    )


def read_batches(path: Path, size: int) -> Iterator[Batch]:
    """Read a file, at most `size` rows at a time, every row once and in order.

    Raises StorageError when the file cannot be read, SchemaError when it is not what its name says.
    """
    readers = {PARQUET: _read_parquet, CSV: _read_csv, JSONL: _read_jsonl}
    reader = readers[detect_format(path)]
    try:
        yield from reader(path, size)
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: is not UTF-8; expected UTF-8; save it again as UTF-8") from error
    except (pa.ArrowInvalid, EOFError, gzip.BadGzipFile, csv.Error) as error:
        raise SchemaError(
            f"{path}: is not a whole {detect_format(path)[1:]} file; expected one that opens"
        ) from error
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({reason_of(error)}); expected a file") from error


def column_names(batch: Batch) -> list[str]:
    """Return the names of a batch's columns, in order; for objects, all that occur."""
    if isinstance(batch, pa.Table):
        return list(batch.column_names)
    return list(dict.fromkeys(name for row in batch for name in row))


def column_values(batch: Batch, name: str) -> list[Any]:
    """Return one column as Python values, None where a row lacks it."""
    if isinstance(batch, pa.Table):
        return list(batch.column(name).to_pylist()) if name in batch.column_names else [None] * len(batch)
    return [row.get(name) for row in batch]


def add_columns(batch: Batch, added: Mapping[str, Sequence[Any]], types: Types) -> Batch:
    """Return the batch with columns added, or replaced where they exist."""
    if not isinstance(batch, pa.Table):
        names = list(added)
        return [
            row | dict(zip(names, new, strict=True)) for row, *new in zip(batch, *added.values(), strict=True)
        ]
    table = batch.drop_columns([name for name in added if name in batch.column_names])
    for name, values in added.items():
        table = table.append_column(name, pa.array(values, types[name]))
    return table


@contextmanager
def open_writer(path: Path, types: Types) -> Iterator[Write]:
    """Give a function that takes batch after batch; the file appears at `path` when all went well.

    `types` are those of added columns, which a batch without any value in them could not tell.
    """
    writers = {PARQUET: _parquet_writer, CSV: _csv_writer, JSONL: _jsonl_writer}
    writer = writers[detect_format(path)]
    with replace_file(path) as temporary, writer(temporary, path, types) as write:
        yield write


def _read_parquet(path: Path, size: int) -> Iterator[Batch]:
    with pq.ParquetFile(path) as file:
        _require_distinct(file.schema_arrow.names, path)
        if not file.metadata.num_rows:
            yield file.schema_arrow.empty_table()
        for batch in file.iter_batches(size):
            yield pa.Table.from_batches([batch])


def _read_csv(path: Path, size: int) -> Iterator[Batch]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    with _open_text(path) as file:
        rows = csv.reader(_without_nul(file), dialect=_sniff(file))
        header = next(rows, None)
        if not header:
            raise SchemaError(f"{path}: is empty; expected a header and rows")
        _require_distinct(header, path)
        whole = _require_width(rows, len(header), path)
        chunks = iter(lambda: list(islice(whole, size)), [])
        yield _csv_table(header, next(chunks, []))
        yield from (_csv_table(header, chunk) for chunk in chunks)


def _require_distinct(names: Sequence[str], path: Path) -> None:
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise SchemaError(f"{path}: column {twice[0]!r} occurs twice; expected every name once")


def _csv_table(header: list[str], rows: list[list[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(header, columns, strict=True)})


def _require_width(rows: Any, width: int, path: Path) -> Iterator[list[str]]:
    for row in rows:
        if not row:
            continue
        if len(row) != width:
            where = f"the row that ends in line {rows.line_num}"
            raise SchemaError(f"{path}: {where} has {len(row)} fields; expected {width}")
        yield row


def _read_jsonl(path: Path, size: int) -> Iterator[Batch]:
    with _open_text(path) as file:
        numbered = ((number, line) for number, line in enumerate(file, 1) if line.strip())
        chunks = iter(
            lambda: [_parse_object(line, number, path) for number, line in islice(numbered, size)], []
        )
        yield next(chunks, [])
        yield from chunks


def _parse_object(line: str, number: int, path: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SchemaError(f"{path}: line {number} is not JSON; expected one object a line") from error
    if not isinstance(row, dict):
        raise SchemaError(f"{path}: line {number} holds a {type(row).__name__}; expected one object a line")
    mended: dict[str, Any] = _mend_surrogates(row) if "\\u" in line else row
    return mended


def _mend_surrogates(value: Any) -> Any:
    """Replace escaped lone surrogates, which no table and no UTF-8 file can hold, by U+FFFD."""
    if isinstance(value, str):
        return mend_text(value)
    if isinstance(value, list):
        return [_mend_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {mend_text(key): _mend_surrogates(item) for key, item in value.items()}
    return value


def mend_text(text: str) -> str:
    """Return the text with lone surrogates replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _open_text(path: Path) -> IO[str]:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _without_nul(file: IO[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in file)


def _sniff(file: IO[str]) -> type[csv.Dialect]:
    """Find the delimiter in the header, which names columns and holds no prose."""
    header = file.readline()
    file.seek(0)

    class Found(csv.excel):
        delimiter = max(",;\t|", key=header.count)

    return Found


def _objects_table(rows: Objects, types: Types) -> pa.Table:
    """Make a table of objects; a column without any value is text."""
    arrays = {name: pa.array([row.get(name) for row in rows], types.get(name)) for name in column_names(rows)}
    return pa.table(
        {name: a.cast(pa.string()) if pa.types.is_null(a.type) else a for name, a in arrays.items()}
    )


@contextmanager
def _parquet_writer(path: Path, shown: Path, types: Types) -> Iterator[Write]:
    writer: pq.ParquetWriter | None = None

    def write(batch: Batch) -> None:
        nonlocal writer
        try:
            table = batch if isinstance(batch, pa.Table) else _objects_table(batch, types)
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table.select(writer.schema.names).cast(writer.schema))
            missed = set(table.column_names) - set(writer.schema.names)
        except (pa.ArrowException, KeyError, ValueError) as error:
            raise SchemaError(
                f"{shown}: a column changes its type or ends between rows; expected one; write .jsonl"
            ) from error
        if missed:
            raise SchemaError(f"{shown}: column {min(missed)!r} begins after the first rows; write .jsonl")

    try:
        yield write
    finally:
        if writer:
            writer.close()


@contextmanager
def _csv_writer(path: Path, shown: Path, _types: Types) -> Iterator[Write]:
    with _create_text(path, shown) as file:
        rows = csv.writer(file, lineterminator="\n")
        header: list[str] = []

        def write(batch: Batch) -> None:
            names = column_names(batch)
            if not header:
                header.extend(names)
                rows.writerow(header)
            if not set(names) <= set(header):
                raise SchemaError(f"{shown}: rows name different columns; expected the same; write .jsonl")
            rows.writerows(zip(*(column_values(batch, name) for name in header), strict=True))

        yield write


@contextmanager
def _jsonl_writer(path: Path, shown: Path, _types: Types) -> Iterator[Write]:
    with _create_text(path, shown) as file:

        def write(batch: Batch) -> None:
            rows = batch.to_pylist() if isinstance(batch, pa.Table) else batch
            file.writelines(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)

        yield write


def _create_text(path: Path, shown: Path) -> AbstractContextManager[IO[str]]:
    if shown.name.endswith(".gz"):
        return gzip.open(path, "wt", encoding="utf-8", newline="")
    return path.open("w", encoding="utf-8", newline="")
