"""The stage: raw tables in; reports, rejected rows, the history of each report and the count of rows out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import pandas as pd

from pipeline.config import Ingest
from pipeline.ingest.cells import FORGOTTEN
from pipeline.ingest.columns import list_absent, list_ignored
from pipeline.ingest.merge import merge_repeats
from pipeline.ingest.notes import Seen, build_notes
from pipeline.ingest.pseudonyms import Masker
from pipeline.ingest.rejects import Rejection, build_rejected, refuse_too_many
from pipeline.ingest.rows import join_rows, type_rows
from pipeline.ingest.tables import RawTable
from pipeline.privacy.tombstones import Tombstones
from pipeline.schema.flow import Flow
from pipeline.schema.frames import HISTORY, REJECTED, REPORTS, check_frame

NOBODY: Final = Tombstones(b"", frozenset())


class Ingested(NamedTuple):
    """What ingest gives: frames as REPORTS, REJECTED and HISTORY say, the count of rows, and what to tell."""

    reports: pd.DataFrame
    rejected: pd.DataFrame
    history: pd.DataFrame
    flow: Flow
    notes: tuple[str, ...]


def ingest_reports(
    tables: Iterable[RawTable],
    params: Ingest,
    now: datetime,
    key: bytes,
    forgotten: Tombstones = NOBODY,
) -> Ingested:
    """Take the rows of raw tables as reports, each report once, with no identity of a person in any column.

    `key` makes the pseudonyms; the same key gives the same ones. Of what was `forgotten` no row is taken, nor
    does it count among the mistakes. The frames do not depend on the order of
    tables or, but for the numbers of rejected rows, of rows. Raises SchemaError for columns that are not as
    they must be, and when more rows are rejected than `params` allows.
    """
    masker = Masker(key, params.mask_identities)
    accepted: list[pd.DataFrame] = []
    rejections: list[Rejection] = []
    files: list[Seen] = []
    for table in tables:
        typed = type_rows(table, params, now, masker, forgotten)
        accepted.append(typed.accepted)
        rejections += typed.rejected
        files.append(_see_table(table, typed.rejected, masker))
    rows_in = sum(seen.n_rows for seen in files)
    mistakes = [item for item in rejections if item.fault != FORGOTTEN]
    refuse_too_many(mistakes, rows_in, params)
    rows = join_rows(accepted)
    merged = merge_repeats(rows)
    reports = check_frame(merged.reports, REPORTS, "reports")
    return Ingested(
        reports,
        check_frame(build_rejected(rejections), REJECTED, "rejected reports"),
        check_frame(build_history(rows), HISTORY, "history"),
        Flow.balanced(rows_in, len(reports), len(rows) - len(reports), len(rejections)),
        build_notes(files, masker.counts_, merged.n_contradicted, params.max_rejected_share),
    )


def build_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep of every accepted row who reported it, when, and what was counted and decided by then."""
    columns = list(HISTORY.columns)
    return rows[columns].sort_values(columns, ignore_index=True)


def _see_table(table: RawTable, rejected: Sequence[Rejection], masker: Masker) -> Seen:
    n_rows = len(table.rows) + len(table.broken)
    n_forgotten = sum(item.fault == FORGOTTEN for item in rejected)
    return Seen(
        str(table.source.name),
        masker.mask_text(table.file),
        list_ignored(table),
        list_absent(table),
        n_rows,
        len(rejected) - n_forgotten,
        n_forgotten,
        table.replaced,
    )
