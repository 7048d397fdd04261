"""Reports in, the files of their sources out, each in its own columns, times and format."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from generator.people import BAWASLU, BUTTON, CLASSES, WORKSHOP
from generator.plan import JAKARTA
from generator.posts import Observation
from generator.reports import Report

Row = dict[str, Any]
WriteTime = Callable[[datetime | None], str | None]

SPREADSHEET: Final = "workshop/kelas-wanasari.csv"
"""This class's file comes from a spreadsheet: semicolons, and a byte-order mark."""

BUTTON_FILES: Final = (
    (datetime(2026, 1, 1, tzinfo=JAKARTA), "button/2025-10-12.csv.gz"),
    (datetime(2026, 9, 1, tzinfo=JAKARTA), "button/2026-01-08.jsonl.gz"),
    (datetime(2026, 10, 1, tzinfo=JAKARTA), "button/2026-09.parquet"),
)
"""The platform has changed its export twice: until when, and which file."""

TIME_COLUMNS: Final = ("reported_at", "observed_at")
COUNT_COLUMNS: Final = ("views", "shares")


@dataclass(frozen=True)
class Table:
    """A file to be written: its rows, or, where a row is broken, its line as it stands."""

    path: str
    rows: list[Row | str]


class Export(NamedTuple):
    """A report as it was known when a row was written; a first row of two does not know the label yet."""

    exported_at: datetime
    report: Report
    seen: Observation | None
    knows_label: bool


def make_tables(reports: list[Report]) -> list[Table]:
    """Lay the reports out as files, each in the order in which its rows were exported."""
    exports = [export for report in reports for export in _export(report)]
    tables: dict[str, list[Row | str]] = {}
    for export in sorted(exports, key=lambda export: (export.exported_at, export.report.report_id)):
        tables.setdefault(_find_file(export), []).append(_make_row(export))
    return [Table(path, tables[path]) for path in sorted(tables)]


def write_table(table: Table, folder: Path) -> None:
    """Write one file; all but Parquet hold the same text wherever they are made."""
    path = folder / table.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        _write_parquet(table, path)
        return
    content = "".join(line + "\n" for line in _write_lines(table))
    encoded = content.encode("utf-8-sig" if table.path == SPREADSHEET else "utf-8")
    path.write_bytes(_compress(encoded) if path.suffix == ".gz" else encoded)


def write_line(row: Row, path: str) -> str:
    """Write one row as it stands in its file; the format follows from the file's name."""
    if ".jsonl" in path:
        return json.dumps({key: value for key, value in row.items() if value is not None}, ensure_ascii=False)
    return _join_cells(row.values(), path)


def find_delimiter(path: str) -> str:
    """Return what separates the cells of a CSV file."""
    return ";" if path == SPREADSHEET else ","


def _export(report: Report) -> Iterator[Export]:
    """Give a row for each observation; the last one also waits for the label, where it has a time."""
    *early, last = report.observations or (None,)
    for seen in early:
        yield Export(report.reported_at, report, seen, knows_label=False)
    known_at = max(moment for moment in (report.reported_at, report.labelled_at) if moment)
    yield Export(max(known_at, last.observed_at) if last else known_at, report, last, knows_label=True)


def _find_file(export: Export) -> str:
    if export.report.source == WORKSHOP:
        names = {cohort: name for name, (cohort, _) in CLASSES.items()}
        return f"workshop/kelas-{names[export.report.reporter.cohort or '']}.csv"
    if export.report.source == BAWASLU:
        return f"bawaslu/{export.exported_at.year}-q{(export.exported_at.month + 2) // 3}.jsonl.gz"
    return next(path for closes, path in BUTTON_FILES if export.exported_at < closes)


def _make_row(export: Export) -> Row:
    makers = {WORKSHOP: _make_workshop_row, BAWASLU: _make_bawaslu_row, BUTTON: _make_button_row}
    return makers[export.report.source](export)


def _make_workshop_row(export: Export) -> Row:
    report, seen = export.report, export.seen
    return {
        "id_laporan": report.report_id,
        "isi": report.text,
        "transkrip": report.transcript,
        "waktu_lapor": _write_day_first(report.reported_at),
        "kanal": report.platform,
        "tautan": report.url,
        "pelapor": report.reporter.id,
        "kelas": report.reporter.cohort,
        "wilayah": report.reporter.region,
        "jenis": report.reported_type,
        "tayangan": seen.views if seen else None,
        "dibagikan": seen.shares if seen else None,
        "dilihat_pada": _write_day_first(seen.observed_at if seen else None),
        "putusan": _write_label(export, "hoaks", "bukan hoaks"),
        "waktu_putusan": _write_day_first(report.labelled_at if export.knows_label else None),
    }


def _make_bawaslu_row(export: Export) -> Row:
    labelled_at = export.report.labelled_at if export.knows_label else None
    return _make_shared_columns(export, _write_local) | {
        "label": _write_label(export, "misinformation", "not misinformation"),
        "labelled_at": _write_local(labelled_at),
    }


def _make_button_row(export: Export) -> Row:
    return _make_shared_columns(export, _write_utc) | {
        "ocr_text": export.report.ocr_text,
        "cohort": export.report.reporter.cohort,
    }


def _make_shared_columns(export: Export, write_time: WriteTime) -> Row:
    report, seen = export.report, export.seen
    return {
        "report_id": report.report_id,
        "text": report.text,
        "transcript": report.transcript,
        "reported_at": write_time(report.reported_at),
        "platform": report.platform,
        "url": report.url,
        "reporter_id": report.reporter.id,
        "region": report.reporter.region,
        "reported_type": report.reported_type,
        "views": seen.views if seen else None,
        "shares": seen.shares if seen else None,
        "observed_at": write_time(seen.observed_at if seen else None),
    }


def _write_label(export: Export, misinformation: str, not_misinformation: str) -> str | None:
    if export.report.label is None or not export.knows_label:
        return None
    return misinformation if export.report.label else not_misinformation


def _write_day_first(moment: datetime | None) -> str | None:
    return moment.strftime("%d/%m/%Y %H:%M") if moment else None


def _write_local(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _write_utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _write_lines(table: Table) -> Iterator[str]:
    if ".csv" in table.path:
        yield _join_cells(next(row for row in table.rows if isinstance(row, dict)), table.path)
    for row in table.rows:
        yield row if isinstance(row, str) else write_line(row, table.path)


def _join_cells(cells: Iterable[Any], path: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=find_delimiter(path), lineterminator="\n").writerow(cells)
    return line.getvalue().removesuffix("\n")


def _compress(content: bytes) -> bytes:
    """Compress without a name or a time in the header."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def _write_parquet(table: Table, path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only this one file needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    rows = [row for row in table.rows if isinstance(row, dict)]
    types = dict.fromkeys(TIME_COLUMNS, pa.timestamp("us", "UTC")) | dict.fromkeys(COUNT_COLUMNS, pa.int64())
    columns = {
        name: pa.array([_read_time(row[name]) if name in TIME_COLUMNS else row[name] for row in rows], kind)
        for name, kind in ((name, types.get(name, pa.string())) for name in rows[0])
    }
    pq.write_table(pa.table(columns), path, compression="zstd")


def _read_time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
