"""A file that may hold a subject's rows in; the same file without them out, replaced in one step.

Every function says how much it found, and changes nothing in a dry run. Repeated, it finds nothing.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.privacy.subject import Subject, find_rows, holds_ids
from pipeline.storage import digest_file, read_json, replace_file, write_bytes, write_json
from pipeline.storage.batches import (
    CSV,
    PARQUET,
    Format,
    Input,
    Rows,
    detect_format,
    open_rows,
    pack,
    read_chunks,
)
from pipeline.storage.parts import meta_path

ERASED: Final = "(forgotten)"
MIN_ID_CHARS: Final = 8
"""A shorter id in running text could be any number or word."""
OPENING_CHARS: Final = 40
"""Logs and tables on a screen cut texts off: a line that holds so much of one is taken for it."""
MIN_TEXT_CHARS: Final = 12


def read_rows(path: Path, packing: Format | None = None) -> Iterator[Rows]:
    """Read a table chunk by chunk; its name says what it is, unless `packing` does.

    Raises what is wrong with it, in one line.
    """
    for chunk in read_chunks(Input(path, (path,), packing or detect_format(path))):
        yield open_rows(chunk.table)


def count_rows(path: Path, subject: Subject, packing: Format | None = None) -> int:
    """Count the rows of a table that are a subject's."""
    return sum(len(find_rows(rows, subject)) for rows in read_rows(path, packing))


def erase_rows(path: Path, subject: Subject, *, dry_run: bool) -> int:
    """Take a subject's rows out of a table, and keep the side file of a scored one true."""
    n_rows = count_rows(path, subject)
    if n_rows and not dry_run:
        with replace_file(path) as temporary, temporary.open("wb") as sink:
            _write_others(path, sink, subject)
        _correct_side_file(path, n_rows)
    return n_rows


def erase_part(path: Path, subject: Subject, *, dry_run: bool) -> int:
    """Remove a finished part of an unfinished job that holds a subject's rows; the job makes it again."""
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
        cells = (cell for column in table.columns for cell in column.to_pylist())
        searched = _Searched(subject)
        held = any(searched.stands_in(_decode(cell)) for cell in cells if isinstance(cell, str | bytes))
    if held and not dry_run:
        path.unlink()
    return int(held)


def erase_lines(path: Path, subject: Subject, *, dry_run: bool) -> int:
    """Write over the lines of a log that hold a subject's id or the opening of a text."""
    lines = path.read_bytes().decode("utf-8", "surrogateescape").splitlines(keepends=True)
    searched = _Searched(subject)
    held = {place for place, line in enumerate(lines) if searched.stands_in(line)}
    if held and not dry_run:
        kept = [ERASED + "\n" if place in held else line for place, line in enumerate(lines)]
        write_bytes("".join(kept).encode("utf-8", "surrogateescape"), path)
    return len(held)


class _Searched:
    """What to look for in running text."""

    def __init__(self, subject: Subject) -> None:
        openings = {" ".join(text.split())[:OPENING_CHARS] for text in subject.texts}
        ids = {value for value in subject.ids if len(value) >= MIN_ID_CHARS}
        self._wanted = ids | {opening for opening in openings if len(opening) >= MIN_TEXT_CHARS}

    def stands_in(self, text: str) -> bool:
        collapsed = " ".join(text.split())
        return any(wanted in collapsed for wanted in self._wanted)


def _decode(cell: str | bytes) -> str:
    """Read a cell, or the line of JSON that a part holds of one."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _write_others(path: Path, sink: IO[bytes], subject: Subject) -> None:
    packing = detect_format(path)
    if packing.kind == PARQUET:
        _write_parquet(path, sink, packing, subject)
    else:
        for first, (rows, kept) in _number(_keep_others(path, subject)):
            lines = _csv_lines(rows, kept, header=first) if packing.kind == CSV else _json_lines(rows, kept)
            sink.write(pack(lines.encode(), packing.compression))


def _keep_others(path: Path, subject: Subject) -> Iterator[tuple[Rows, list[int]]]:
    for rows in read_rows(path):
        found = find_rows(rows, subject)
        yield rows, [place for place in range(len(rows)) if place not in found]


def _number(parts: Iterator[tuple[Rows, list[int]]]) -> Iterator[tuple[bool, tuple[Rows, list[int]]]]:
    """Say of each part whether it is the first."""
    return ((number == 0, part) for number, part in enumerate(parts))


def _write_parquet(path: Path, sink: IO[bytes], packing: Format, subject: Subject) -> None:
    packed = pa.CompressedOutputStream(sink, packing.compression) if packing.compression else sink
    tables = [rows.to_table().take(pa.array(kept, pa.int64())) for rows, kept in _keep_others(path, subject)]
    pq.write_table(pa.concat_tables(tables).unify_dictionaries(), packed, compression="zstd")
    if packing.compression:
        packed.close()


def _csv_lines(rows: Rows, kept: list[int], *, header: bool) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    if header:
        writer.writerow(rows.names)
    columns = [rows.values(name) for name in rows.names]
    writer.writerows([column[place] for column in columns] for place in kept)
    return lines.getvalue()


def _json_lines(rows: Rows, kept: list[int]) -> str:
    return "".join(f"{rows.lines[place]}\n" for place in kept)


def _correct_side_file(path: Path, n_erased: int) -> None:
    """Let a scored file's side file name the digest and the number of rows that it has now."""
    side = meta_path(path)
    if side.exists():
        meta = read_json(side)
        output = meta["output"] | {"sha256": digest_file(path), "rows": meta["output"]["rows"] - n_erased}
        write_json(meta | {"output": output}, side)


def erase_rejected(content: str, subject: Subject) -> str:
    """Return what to keep of a rejected row: nothing of one that holds a subject's id as a whole value."""
    return json.dumps(None) if holds_ids(json.loads(content), subject) else content
