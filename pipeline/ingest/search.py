"""Raw files and tombstones in; the rows that are meant, with what they hold, out. Nothing is changed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.config import Source
from pipeline.errors import PipelineError
from pipeline.ingest.columns import match_columns
from pipeline.ingest.read import find_files, read_table
from pipeline.ingest.tables import RawRow, RawTable
from pipeline.ingest.values import is_missing, write_value
from pipeline.privacy.tombstones import Tombstones
from pipeline.schema.columns import TEXT_PARTS


class RawMatch(NamedTuple):
    """A row of a raw file, unmasked: where it stands, who is named there, and the texts that it holds."""

    path: Path
    source: str
    file: str
    row: int
    report_id: str | None
    reporter_id: str | None
    texts: tuple[str, ...]


class RawSearch(NamedTuple):
    """What was found, and in one line each which files could not be read."""

    matches: tuple[RawMatch, ...]
    unread: tuple[str, ...]


def search_sources(sources: Sequence[Source], wanted: Tombstones) -> RawSearch:
    """Look into every raw file; one that is gone or damaged is named, and the search goes on."""
    matches: list[RawMatch] = []
    unread: list[str] = []
    for source in sources:
        try:
            paths = find_files(source)
        except PipelineError as error:
            unread.append(str(error))
            continue
        for path in paths:
            try:
                matches += _search_table(read_table(source, path), path, wanted)
            except PipelineError as error:
                unread.append(str(error))
    return RawSearch(tuple(matches), tuple(unread))


def _search_table(table: RawTable, path: Path, wanted: Tombstones) -> Iterator[RawMatch]:
    names = match_columns(table)
    source = str(table.source.name)
    for row in table.rows:
        report, reporter = (_read(table, row, names.get(name), name) for name in ("report_id", "reporter_id"))
        if (report and wanted.holds_report(report)) or (reporter and wanted.holds_reporter(reporter)):
            texts = tuple(
                filter(None, (_read(table, row, names.get(part), part, whole=True) for part in TEXT_PARTS))
            )
            yield RawMatch(path, source, table.file, row.number, report, reporter, texts)
    for broken in table.broken:
        fields = [field.strip() for field in broken.fields]
        if any(wanted.holds_report(field) or wanted.holds_reporter(field) for field in fields):
            yield RawMatch(path, source, table.file, broken.number, None, None, ())


def _read(table: RawTable, row: RawRow, theirs: str | None, ours: str, *, whole: bool = False) -> str | None:
    value = table.source.constants.get(ours, row.values.get(theirs) if theirs else None)
    if is_missing(value):
        return None
    text = write_value(value)
    return text if whole else text.strip()
