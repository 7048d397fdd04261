"""What a run made in, a batch that the store takes part by part out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.moderation.intake.index import BatchIndex
from pipeline.moderation.intake.records import Record

REPORTS_AT_ONCE: Final = 5000
SCORE_COLUMNS: Final = ("score", "model_version", "words")


class Batch(NamedTuple):
    """Reports of `join_scores`, what `preprocess` found of their texts, and RELATED claims."""

    reports: pd.DataFrame
    texts: BatchIndex
    related: pd.DataFrame


def make_batch(
    prepared: pd.DataFrame, scored: pd.DataFrame, wordings: pd.DataFrame, related: pd.DataFrame
) -> Batch:
    """Put together what a run made: PREPARED, SCORED, WORDINGS and RELATED."""
    return Batch(join_scores(prepared, scored), BatchIndex(wordings, prepared), related)


def join_scores(prepared: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Join PREPARED reports with the scores of those that wait, sorted so that each claim's stand together."""
    own = scored.set_index("report_id")[list(SCORE_COLUMNS)]
    joined = prepared.drop(columns=["normalised", "stemmed", "language", "split", "repeats"]).join(
        own, on="report_id"
    )
    complete = joined.assign(waits=joined["report_id"].isin(own.index))
    return complete.sort_values(["claim_id", "reported_at", "report_id"], ignore_index=True)


def cut_claims(claim_ids: "pd.Series[str]") -> Iterator[tuple[int, int]]:
    """Yield the ranges of rows that are loaded at once; a claim is never cut."""
    values = claim_ids.to_numpy()
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], len(values) > 0)) + 1
    first = 0
    for end in ends:
        if end - first >= REPORTS_AT_ONCE or end == len(values):
            yield first, int(end)
            first = int(end)


def read_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as records, None where nothing is known."""
    records: list[dict[str, Any]] = pa.Table.from_pandas(rows, preserve_index=False).to_pylist()
    return records


def group_claims(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the reports of each claim, in their order."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["claim_id"]].append(record)
    return groups
