"""A file of links in, what people said of pairs of reports out: one claim (must), or surely two (cannot)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from pipeline.errors import SchemaError
from pipeline.storage import reason_of, write_text

MUST: Final = "must"
CANNOT: Final = "cannot"
COLUMNS: Final = ("report_id", "other_report_id", "link", "decided_by", "decided_at")
NEEDED: Final = COLUMNS[:3]
WHO, WHEN = COLUMNS[3:]
KINDS: Final = (MUST, CANNOT)

NumberedRow = tuple[int, Mapping[str, object]]


class Link(NamedTuple):
    """What somebody said of two reports, and who it was and when, where that is known."""

    first: str
    second: str
    kind: str
    who: str | None
    when: datetime | None


def read_links(path: Path) -> list[Link]:
    """Read a CSV or JSONL file of links; of two rows that name the same reports, the later one holds.

    Raises SchemaError for a file that cannot be read and for a row that is no link.
    """
    if path.suffix not in READERS:
        raise SchemaError(f"{path}: is not a file of links; expected one that ends in {' or '.join(READERS)}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            links = [
                _read_link(row, f"{path}: row {number}") for number, row in READERS[path.suffix](file, path)
            ]
    except OSError as error:
        raise SchemaError(f"{path}: cannot be read ({reason_of(error)}); expected a file of links") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SchemaError(f"{path}: is not text in UTF-8; expected a file of links") from error
    return list({frozenset((link.first, link.second)): link for link in links}.values())


def write_links(links: Iterable[Link], path: Path) -> None:
    """Write links as `read_links` reads them: CSV or JSONL, as the name says."""
    rows = [dict(zip(COLUMNS, _spell(link), strict=True)) for link in links]
    if path.suffix == ".jsonl":
        write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), path)
        return
    lines = io.StringIO()
    writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(lines.getvalue(), path)


def _spell(link: Link) -> tuple[str, ...]:
    return link.first, link.second, link.kind, link.who or "", link.when.isoformat() if link.when else ""


def _read_csv(file: TextIO, path: Path) -> Iterator[NumberedRow]:
    reader = csv.DictReader(file, strict=True)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise SchemaError(f"{path}: column {missing[0]!r} is missing; expected {', '.join(NEEDED)}")
    for row in reader:
        yield reader.line_num, row


def _read_jsonl(file: TextIO, path: Path) -> Iterator[NumberedRow]:
    for number, line in enumerate(file, 1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise SchemaError(f"{path}: row {number} is not a JSON object; expected {', '.join(NEEDED)}")
        yield number, row


def _read_link(row: Mapping[str, object], where: str) -> Link:
    first, second, kind = (_read_text(row.get(name)) for name in NEEDED)
    if not first or not second:
        raise SchemaError(f"{where} names no report; expected two report ids")
    if first == second:
        raise SchemaError(f"{where} links a report with itself; expected two reports")
    if kind not in KINDS:
        raise SchemaError(
            f"{where}: column 'link' holds {kind!r}; expected one of {', '.join(map(repr, KINDS))}"
        )
    return Link(first, second, kind, _read_text(row.get(WHO)) or None, _read_moment(row.get(WHEN), where))


def _read_moment(value: object, where: str) -> datetime | None:
    written = _read_text(value)
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except ValueError as error:
        raise SchemaError(
            f"{where}: column {WHEN!r} holds {written!r}; expected a time such as 2026-10-01T00:00:00+07:00"
        ) from error


def _read_text(value: object) -> str:
    return str(value).strip() if value is not None else ""


READERS: Final = {".csv": _read_csv, ".jsonl": _read_jsonl}
