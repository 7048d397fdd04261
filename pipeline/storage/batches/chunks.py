"""Files in, chunks of their rows out, each an Arrow table; where a chunk ends depends on the files alone.

JSON lines stay lines, unparsed, so that whoever scores a chunk also has the work of parsing it.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import SchemaError
from pipeline.storage.batches.formats import (
    CSV,
    JSONL,
    PARQUET,
    STANDARD,
    Format,
    Input,
    explain_faults,
    open_bytes,
)

CHUNK_ROWS: Final = 16_384
CHUNK_BYTES: Final = 16 << 20
MAX_FIELD_CHARS: Final = 2**31 - 1
LINE: Final = "line"
"""The one column of a chunk of JSON lines."""

PLACE: Final = b"saring.place"
FIRST: Final = b"saring.first"
KIND: Final = b"saring.kind"


class Chunk(NamedTuple):
    """Some rows of one file; the table's metadata say which file, format, and first line or row.

    `share` is how much of the file has been read by now, in [0, 1].
    """

    number: int
    file: int
    table: pa.Table
    share: float


class _Piece(NamedTuple):
    table: pa.Table
    first: int
    share: float


def read_chunks(source: Input, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """Read files chunk by chunk, at most `rows` at a time, every row once and in order.

    A file without rows gives one chunk without rows. Raises StorageError when a file cannot be read,
    SchemaError when it is not what its name says.
    """
    readers = {PARQUET: _read_parquet, CSV: _read_csv, JSONL: _read_jsonl}
    number = 0
    for index, path in enumerate(source.files):
        kind, compression = source.format_of(path)
        with explain_faults(path, kind):
            for piece in readers[kind](path, Format(kind, compression), rows):
                yield Chunk(number, index, _label(piece, path, kind), piece.share)
                number += 1


def _label(piece: _Piece, path: Path, kind: str) -> pa.Table:
    place = {PLACE: str(path).encode(), FIRST: str(piece.first).encode(), KIND: kind.encode()}
    return piece.table.replace_schema_metadata((piece.table.schema.metadata or {}) | place)


def _read_parquet(path: Path, packing: Format, rows: int) -> Iterator[_Piece]:
    with _seekable(path, packing) as source, pq.ParquetFile(source, buffer_size=1 << 20) as file:
        require_distinct(file.schema_arrow.names, path)
        total, done = file.metadata.num_rows, 0
        if not total:
            yield _Piece(file.schema_arrow.empty_table(), 1, 1.0)
            return
        for group in range(file.num_row_groups):
            size = _rows_that_fit(file.metadata.row_group(group), rows)
            for batch in file.iter_batches(size, row_groups=[group]):
                yield _Piece(pa.Table.from_batches([batch]), done + 1, (done + len(batch)) / total)
                done += len(batch)


def _rows_that_fit(group: Any, rows: int) -> int:
    """Return how many rows of a row group are about CHUNK_BYTES, at most `rows`."""
    row_bytes = group.total_byte_size / max(1, group.num_rows)
    return max(1, min(rows, int(CHUNK_BYTES / max(1.0, row_bytes))))


@contextmanager
def _seekable(path: Path, packing: Format) -> Iterator[Path | IO[bytes]]:
    """Unpack what Parquet's reader could not jump about in."""
    if packing.compression is None and path != STANDARD:
        yield path
        return
    with tempfile.TemporaryFile() as file, open_bytes(path, packing.compression) as stream:
        shutil.copyfileobj(stream, file)
        file.seek(0)
        yield file


def _read_csv(path: Path, packing: Format, rows: int) -> Iterator[_Piece]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    with open_bytes(path, packing.compression) as stream:
        measured = _Measured(stream, path)
        text = io.TextIOWrapper(measured, encoding="utf-8-sig", newline="")  # type: ignore[type-var]
        first_line = text.readline()
        reader = csv.reader(chain([first_line], text), dialect=_sniff(first_line))
        header = next(reader, None)
        if not header:
            raise SchemaError(f"{path}: is empty; expected a header and rows")
        require_distinct(header, path)
        whole = _require_width(reader, len(header), path)
        first = 1
        for part in _cut(whole, rows, lambda row: sum(map(len, row))):
            yield _Piece(_csv_table(header, part), first, measured.share())
            first += len(part)
        if first == 1:
            yield _Piece(_csv_table(header, []), 1, 1.0)


def _read_jsonl(path: Path, packing: Format, rows: int) -> Iterator[_Piece]:
    with open_bytes(path, packing.compression) as stream:
        measured = _Measured(stream, path)
        lines = enumerate(io.BufferedReader(measured, 1 << 20), 1)
        filled = ((number, _without_mark(line, number)) for number, line in lines if line.strip())
        first = 1
        for part in _cut(filled, rows, lambda row: len(row[1])):
            numbers, contents = zip(*part, strict=True)
            table = pa.table({LINE: pa.array(contents, pa.large_binary()), "number": pa.array(numbers)})
            yield _Piece(table, first, measured.share())
            first += len(part)
        if first == 1:
            yield _Piece(pa.table({LINE: pa.array([], pa.large_binary()), "number": []}), 1, 1.0)


def _without_mark(line: bytes, number: int) -> bytes:
    """Strip a line, and the first one of the mark that some programs put before UTF-8."""
    return (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip()


def _cut(items: Iterable[Any], rows: int, size_of: Any) -> Iterator[list[Any]]:
    """Gather items to lists of at most `rows`, which end once they hold CHUNK_BYTES."""
    part: list[Any] = []
    size = 0
    for item in items:
        part.append(item)
        size += size_of(item)
        if len(part) >= rows or size >= CHUNK_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


class _Measured(io.RawIOBase):
    """A stream that knows how much of its file has been read."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        super().__init__()
        self._stream = stream
        self._size = path.stat().st_size if path != STANDARD else 0
        self._read = 0
        self._packed = not isinstance(stream, io.BufferedReader)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self._read += len(content)
        return len(content)

    def share(self) -> float:
        """Return the share read, in [0, 1]; of a compressed file, whose length is not known, 0."""
        return 0.0 if self._packed or not self._size else min(1.0, self._read / self._size)


def require_distinct(names: Sequence[str], path: Path) -> None:
    """Raise SchemaError when two columns have one name."""
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise SchemaError(f"{path}: column {twice[0]!r} occurs twice; expected every name once")


def _csv_table(header: list[str], rows: list[list[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(header, columns, strict=True)})


def _require_width(rows: Any, width: int, path: Path) -> Iterator[list[str]]:
    try:
        for row in rows:
            if not row:
                continue
            if len(row) != width:
                where = f"the row that ends in line {rows.line_num}"
                raise SchemaError(f"{path}: {where} has {len(row)} fields; expected {width}")
            yield row
    except csv.Error as error:
        raise SchemaError(f"{path}: is not a whole csv file; expected one that opens") from error


def _sniff(header: str) -> type[csv.Dialect]:
    """Find the delimiter in the header, which names columns and holds no prose."""

    class Found(csv.excel):
        delimiter = max(",;\t|", key=header.count)

    return Found
