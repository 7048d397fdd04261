"""The forward test cut into parts in; how well each part is ranked, and what is missed there, out."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.config import ElectionWindow
from pipeline.evaluation.cases import Bench, Rows, earliest_rows
from pipeline.evaluation.curves import share_with_interval
from pipeline.evaluation.headline import Measured
from pipeline.evaluation.metrics import (
    Judged,
    Terms,
    find_obstacle,
    measure,
    rank,
    replace_nan,
    weigh_to_prevalence,
)
from pipeline.evaluation.refits import predict_rows
from pipeline.evaluation.topics import find_topic
from pipeline.schema.columns import TEST

MIN_PER_CLASS: Final = 10
UNKNOWN: Final = "unknown"
VOTING_ZONE: Final = "Asia/Jakarta"
FIRST_SEEN: Final = "first seen"
REPEAT: Final = "repeat"
LENGTHS: Final = ((10, "up to 10 words"), (30, "11 to 30 words"), (100, "31 to 100 words"))
LONGEST: Final = "over 100 words"

AUC: Final = ("auc", "auc_lower", "auc_upper")
FOUND: Final = ("found", "found_lower", "found_upper")
COLUMNS: Final = ("slice", "value", "n_claims", "n_misinformation", *AUC, *FOUND, "mean_score", "reason")

Labels = npt.NDArray[np.str_]


class Cut(NamedTuple):
    """Claims to slice: their rows, what the model says, and the score down to which the queue is read."""

    rows: Rows
    judged: Judged
    capacity_score: float


def measure_slices(bench: Bench, headline: Measured, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row for each value of each slice, columns as in COLUMNS; NaN where not computable.

    `found` is the share of a slice's misinformation that stands within the review capacity of the whole
    queue. Slices are cut from the forward test, but for `occurrence`, which sets the later copies of claims
    that training has seen beside it.
    """
    if find_obstacle(headline.judged.y_true):
        return _as_table([])
    score = find_capacity_score(headline.judged, bench.terms)
    first = Cut(headline.rows, headline.judged, score)
    rows = []
    for name, describe in SLICERS.items():
        values = describe(bench, first.rows)
        rows += [_measure(bench, first, name, value, values == value, rng) for value in np.unique(values)]
    for value, cut in ((FIRST_SEEN, first), (REPEAT, _take_repeats(bench, score))):
        everything = np.ones(len(cut.rows), np.bool_)
        rows.append(_measure(bench, cut, "occurrence", value, everything, rng))
    return _as_table(rows)


def find_capacity_score(judged: Judged, terms: Terms) -> float:
    """Return the lowest score that is still read when the review capacity is used up."""
    weights = weigh_to_prevalence(judged.y_true, np.ones((1, len(judged.y_true))), terms.prevalence)
    ranking = rank(judged, weights)
    read = (ranking.true + ranking.false)[0, 1:]
    scores = -np.unique(-judged.y_score)
    last = int(np.searchsorted(read, terms.capacity_share))
    return float(scores[min(last, len(scores) - 1)])


def nest_slices(slices: pd.DataFrame) -> dict[str, Any]:
    """Return the table as JSON: a section for each value of each slice."""
    nested: dict[str, Any] = {}
    for row in slices.to_dict("records"):
        name, value = str(row.pop("slice")), str(row.pop("value"))
        nested.setdefault(name, {})[value] = replace_nan(row)
    return nested


def _by_column(column: str) -> Callable[[Bench, Rows], Labels]:
    def describe(bench: Bench, rows: Rows) -> Labels:
        return bench.cases.table[column].iloc[rows].astype("object").fillna(UNKNOWN).to_numpy(np.str_)

    return describe


def _by_topic(bench: Bench, rows: Rows) -> Labels:
    return np.array([find_topic(bench.cases.prepared[row].normalised.split()) for row in rows], np.str_)


def _by_length(bench: Bench, rows: Rows) -> Labels:
    counts = [len(bench.cases.prepared[row].normalised.split()) for row in rows]
    named = [next((name for most, name in LENGTHS if count <= most), LONGEST) for count in counts]
    return np.array(named, np.str_)


def _by_election(bench: Bench, rows: Rows) -> Labels:
    moments = bench.cases.table["reported_at"].iloc[rows]
    return name_windows(moments, bench.params.evaluate.election_window)


def name_windows(moments: "pd.Series[pd.Timestamp]", window: ElectionWindow) -> Labels:
    """Say for each moment whether a voting day follows within the window's days."""
    days = pd.Timedelta(days=window.days)
    inside = np.zeros(len(moments), np.bool_)
    for day in window.voting_days:
        end = pd.Timestamp(day, tz=VOTING_ZONE) + pd.Timedelta(days=1)
        inside |= ((moments >= end - days) & (moments < end)).to_numpy(np.bool_)
    return np.where(inside, f"{window.days} days before a vote", "other times")


SLICERS: Final[dict[str, Callable[[Bench, Rows], Labels]]] = {
    "platform": _by_column("platform"),
    "topic": _by_topic,
    "length": _by_length,
    "region": _by_column("region"),
    "reporter group": _by_column("reporter_group"),
    "election window": _by_election,
}


def _take_repeats(bench: Bench, capacity_score: float) -> Cut:
    """Take the first later copy of each claim that began before the test."""
    table = bench.cases.table
    rows = earliest_rows(table, table["repeats"] & table["split"].ne(TEST).fillna(value=True))
    return Cut(
        rows, bench.cases.judge(rows, predict_rows(bench.candidate, bench.cases, rows)), capacity_score
    )


def _measure(  # noqa: PLR0913, PLR0917 - a slice is a name, a value and what is inside
    bench: Bench, cut: Cut, name: str, value: str, inside: npt.NDArray[np.bool_], rng: np.random.Generator
) -> dict[str, Any]:
    judged = cut.judged.take(np.flatnonzero(inside))
    found = judged.y_score[judged.y_true == 1] >= cut.capacity_score
    row: dict[str, Any] = {
        "slice": name,
        "value": str(value),
        "n_claims": len(judged.y_true),
        "n_misinformation": int(judged.y_true.sum()),
        "mean_score": float(judged.y_score.mean()) if len(judged.y_score) else np.nan,
        **dict(zip(FOUND, share_with_interval(found, bench.terms.interval), strict=True)),
        "reason": find_obstacle(judged.y_true, MIN_PER_CLASS),
    }
    if row["reason"]:
        return row
    figures = measure(judged, bench.terms, rng)
    return row | {figure: figures[figure] for figure in AUC}


def _as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    floats = dict.fromkeys((*AUC, *FOUND, "mean_score"), "float64")
    words = dict.fromkeys(("slice", "value", "reason"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        floats | words | {"n_claims": "int64", "n_misinformation": "int64"}
    )
