"""Prepared reports and a way of fitting in, the scores of every judged report out."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Rows
from pipeline.evaluation.protocol.trials import Trial
from pipeline.evaluation.splits import describe_claims
from pipeline.text.chain import PreparedText

SHEET_COLUMNS = ("row", "part", "report_id", "claim_id", "y_true", "score")


class Corpus(NamedTuple):
    """Reports with the columns of PREPARED, row n of `table` prepared as `prepared[n]`.

    `label` is Int8, NA for ordinary talk that nobody judged: what a model makes of that is its own affair.
    """

    table: pd.DataFrame
    prepared: Sequence[PreparedText]

    def take(self, rows: Rows) -> "Corpus":
        """Return the reports of these row numbers, numbered anew."""
        return Corpus(
            self.table.iloc[rows].reset_index(drop=True), [self.prepared[row] for row in rows.tolist()]
        )


Scorer = Callable[[Corpus], FloatArray]
"""From reports to a score for each, shape (n,); higher is more likely misinformation. It must not read labels."""

Fit = Callable[[Corpus], Scorer]
"""From what may train to a model of it."""


def build_corpus(reports: pd.DataFrame, prepared: Sequence[PreparedText]) -> Corpus:
    """Leave out the claims whose labels contradict each other: they neither train nor are judged."""
    agreed = describe_claims(reports, 0.0).index
    labelled = reports.loc[reports["label"].notna(), "claim_id"]
    contradictory = set(labelled) - set(agreed)
    kept = np.flatnonzero(~reports["claim_id"].isin(contradictory).to_numpy(np.bool_))
    return Corpus(reports.reset_index(drop=True), prepared).take(kept)


def run_trials(corpus: Corpus, trials: Iterable[Trial], fit: Fit) -> pd.DataFrame:
    """Fit and score trial by trial; return a sheet, one line a judged report, columns as in SHEET_COLUMNS."""
    return pd.concat([_run_trial(corpus, trial, fit) for trial in trials], ignore_index=True)


def _run_trial(corpus: Corpus, trial: Trial, fit: Fit) -> pd.DataFrame:
    judged = corpus.take(trial.judged)
    blind = judged._replace(table=judged.table.assign(label=pd.array([pd.NA] * len(trial.judged), "Int8")))
    told = judged.table[["report_id", "claim_id"]].astype("str")
    score = fit(corpus.take(trial.fitted))(blind)
    return told.assign(row=trial.row, part=trial.part, y_true=trial.y_true, score=score)[list(SHEET_COLUMNS)]
