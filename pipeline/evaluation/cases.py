"""Labelled reports and their prepared texts in; which rows fit a model and which judge it out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.config import Params, Preprocess
from pipeline.evaluation.background import NO_BACKGROUND, Background
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.metrics import Judged, Terms
from pipeline.evaluation.splits import describe_claims, sort_by_time
from pipeline.model.linear import LinearModel
from pipeline.schema.columns import CALIBRATION, TEST, TRAIN
from pipeline.text.chain import PreparedText

Rows = npt.NDArray[np.int64]


class Cases(NamedTuple):
    """Labelled reports whose claims' labels agree, row n of `table` prepared as `prepared[n]`.

    `table` has the columns of PREPARED, with label as int8, and adds known_at (UTC or NA: when the claim's
    label was known), abstains (bool) and cluster (int64, one number a claim). `background` trains with any
    of them.
    """

    table: pd.DataFrame
    prepared: Sequence[PreparedText]
    background: Background = NO_BACKGROUND

    def judge(self, rows: Rows, scores: FloatArray) -> Judged:
        """Set scores beside the labels and claims of their rows."""
        judged = self.table.iloc[rows]
        return Judged(judged["label"].to_numpy(np.int8), scores, judged["cluster"].to_numpy(np.int64))


class Bench(NamedTuple):
    """What is judged: labelled reports, a candidate, and the parameters to fit others like it with."""

    cases: Cases
    likeness: Likeness
    candidate: LinearModel
    params: Params

    @property
    def terms(self) -> Terms:
        """What is assumed of the queue, and how intervals are drawn."""
        return read_terms(self.params)


def read_terms(params: Params) -> Terms:
    """Return what is assumed of the queue, and how intervals are drawn."""
    chosen = params.evaluate
    return Terms(params.queue.prevalence, chosen.review_capacity_share, chosen.bootstraps, chosen.interval)


class RandomSplit(NamedTuple):
    """Rows dealt out by chance, whatever their claim or time."""

    train: Rows
    calibration: Rows
    test: Rows


def build_cases(
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    verdict_delay_days: float,
    background: Background = NO_BACKGROUND,
) -> Cases:
    """Keep the labelled reports of claims whose labels agree, and note what the protocols ask for."""
    assert len(reports) == len(prepared), (len(reports), len(prepared))
    claims = describe_claims(reports, verdict_delay_days)
    labelled = reports["label"].notna() & reports["claim_id"].isin(claims.index)
    kept = np.flatnonzero(labelled.to_numpy(np.bool_))
    texts = [prepared[row] for row in kept.tolist()]
    table = reports.iloc[kept].reset_index(drop=True)
    own = claims.reindex(table["claim_id"])
    table = table.assign(
        label=table["label"].astype("int8"),
        known_at=own["known_at"].to_numpy(),
        abstains=np.array([text.abstain_reason is not None for text in texts], np.bool_),
        cluster=pd.Categorical(table["claim_id"], claims.index).codes.astype(np.int64),
    )
    return Cases(table, texts, background)


def earliest_rows(table: pd.DataFrame, among: "pd.Series[bool]") -> Rows:
    """Return one row a claim, the number of its earliest report `among` those marked, in rising order."""
    first = sort_by_time(table[among]).drop_duplicates("claim_id")
    return np.sort(first.index.to_numpy(np.int64))


def headline_rows(table: pd.DataFrame) -> Rows:
    """Return the forward test: one row for each claim of the test split."""
    return earliest_rows(table, (table["split"] == TEST) & ~table["repeats"])


def fitting_rows(table: pd.DataFrame) -> Rows:
    """Return what the candidate was made from: the train and calibration splits without repeats."""
    return np.flatnonzero(table["split"].isin([TRAIN, CALIBRATION]) & ~table["repeats"])


def draw_random_split(n_rows: int, params: Preprocess, rng: np.random.Generator) -> RandomSplit:
    """Deal out rows in the shares of the real split."""
    n_test, n_calibration = round(params.test_share * n_rows), round(params.calibration_share * n_rows)
    test, calibration, train = np.split(rng.permutation(n_rows), [n_test, n_test + n_calibration])
    return RandomSplit(np.sort(train), np.sort(calibration), np.sort(test))
