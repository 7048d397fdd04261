"""A raw table in; rows that are taken, typed and masked, and rows that are not, with their fault, out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import pandas as pd

from pipeline.config import Ingest
from pipeline.ingest.cells import FORGOTTEN, NO_ID, find_fault, is_forgotten, require_text
from pipeline.ingest.columns import match_columns
from pipeline.ingest.pseudonyms import Masker
from pipeline.ingest.rejects import Rejecter, Rejection
from pipeline.ingest.tables import BrokenRow, RawRow, RawTable
from pipeline.ingest.values import (
    COUNT_COLUMNS,
    LABEL,
    TEXT_COLUMNS,
    TIME_COLUMNS,
    WEIGHT,
    Fault,
    Reader,
    Value,
    build_readers,
)
from pipeline.privacy.tombstones import Tombstones
from pipeline.schema.columns import IMPORT, REPORT_COLUMNS, TEXT_PARTS, VERDICT, WITHDRAWN
from pipeline.schema.frames import MOMENT
from pipeline.storage import digest_bytes
from pipeline.text.parts import join_parts

DTYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(TEXT_COLUMNS, "str"),
    **dict.fromkeys(TIME_COLUMNS, MOMENT),
    **dict.fromkeys(COUNT_COLUMNS, "Int64"),
    LABEL: "Int8",
    WEIGHT: "float64",
}

Columns = dict[str, list[Value | Fault]]


class TypedRows(NamedTuple):
    """What became of a table's rows; `accepted` has the columns of a report and the digest of its text."""

    accepted: pd.DataFrame
    rejected: list[Rejection]


def type_rows(
    table: RawTable, params: Ingest, now: datetime, masker: Masker, forgotten: Tombstones
) -> TypedRows:
    """Read, check and mask the rows of a table. Raises SchemaError for a column missing or doubled."""
    names = match_columns(table)
    columns = _read_columns(table, names, build_readers(table.source, params, now, masker.mask_text))
    faults = [find_fault(values) for values in zip(*columns.values(), strict=True)]
    if forgotten.digests:
        who = zip(columns["report_id"], columns["reporter_id"], strict=True)
        gone = [is_forgotten(report, reporter, forgotten) for report, reporter in who]
        faults = [FORGOTTEN if away else fault for away, fault in zip(gone, faults, strict=True)]
    taken = [place for place, fault in enumerate(faults) if fault is None]
    kept = {column: [values[place] for place in taken] for column, values in columns.items()}
    rejecter = Rejecter(table, names, masker, params.max_text_chars)
    broken = [(row, _names_forgotten(row, forgotten)) for row in table.broken]
    faulty = zip(table.rows, faults, strict=True)
    rejected = [_reject(rejecter, row, fault) for row, fault in faulty if fault is not None]
    rejected += [
        rejecter.reject_unseen(row.number, FORGOTTEN) if away else rejecter.reject_broken(row)
        for row, away in broken
    ]
    return TypedRows(_build_frame(kept, masker), rejected)


def _names_forgotten(row: BrokenRow, forgotten: Tombstones) -> bool:
    """Say whether a field of a row that could not be taken apart is a forgotten id."""
    fields = [field.strip() for field in row.fields] if forgotten.digests else []
    return any(forgotten.holds_report(field) or forgotten.holds_reporter(field) for field in fields)


def join_rows(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the accepted rows of all tables below each other; no tables give no rows."""
    nothing = _build_frame({column: [] for column in REPORT_COLUMNS}, Masker(b"", enabled=False))
    return pd.concat([nothing, *parts], ignore_index=True)


def _read_columns(table: RawTable, names: Mapping[str, str], readers: Mapping[str, Reader]) -> Columns:
    columns = {ours: _read_column(table, ours, names, readers[ours]) for ours in REPORT_COLUMNS}
    parts = zip(*(columns[part] for part in TEXT_PARTS), strict=True)
    columns["text"] = [require_text(*values) for values in parts]
    columns["report_id"] = [NO_ID if value is None else value for value in columns["report_id"]]
    columns["source"] = [value or str(table.source.name) for value in columns["source"]]
    return columns


def _read_column(table: RawTable, ours: str, names: Mapping[str, str], reader: Reader) -> list[Value | Fault]:
    """Read one column; a constant of the params file stands above what the file says."""
    if ours in table.source.constants:
        return [reader(table.source.constants[ours])] * len(table.rows)
    if ours not in names:
        return [None] * len(table.rows)
    return [reader(row.values.get(names[ours])) for row in table.rows]


def _reject(rejecter: Rejecter, row: RawRow, fault: Fault) -> Rejection:
    if fault is FORGOTTEN:
        return rejecter.reject_unseen(row.number, fault)
    return rejecter.reject_row(row, fault)


def _build_frame(columns: Columns, masker: Masker) -> pd.DataFrame:
    masked = {column: _mask_values(values, column, masker) for column, values in columns.items()}
    frame = pd.DataFrame(
        {column: pd.Series(masked[column], dtype=DTYPES[column]) for column in REPORT_COLUMNS}
    )
    parts = zip(*(masked[part] for part in TEXT_PARTS), strict=True)
    digests = [digest_bytes(join_parts(*values).encode()) for values in parts]
    return _fill_in(frame).assign(digest=pd.Series(digests, dtype="str"))


def _mask_values(values: list[Value | Fault], column: str, masker: Masker) -> list[Value | Fault]:
    return [masker.mask_column(value, column) if isinstance(value, str) else value for value in values]


def _fill_in(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a label its source, take away what is said of a label that is not there, and date observations.

    Where a verdict is withdrawn, it stays said when.
    """
    labelled = frame["label"].notna()
    withdrawn = (frame["label_source"] == VERDICT) & (frame["label_detail"] == WITHDRAWN) & ~labelled
    return frame.assign(
        observed_at=frame["observed_at"].fillna(frame["reported_at"]),
        label_source=frame["label_source"].fillna(IMPORT).where(labelled | withdrawn),
        labelled_at=frame["labelled_at"].where(labelled | withdrawn),
        weight=frame["weight"].where(labelled),
    )
