"""Prepared, labelled reports in, a fitted and calibrated candidate out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.model.estimator import Examples, fit_model, weigh_claims
from pipeline.model.linear import LinearModel
from pipeline.model.reference import Reference, measure_reference
from pipeline.schema.columns import CALIBRATION, TRAIN
from pipeline.schema.flow import Flow
from pipeline.text.chain import PreparedText

U_REF_QUANTILE = 0.999


class Trained(NamedTuple):
    """A candidate, the reference harm of its training window, its scores there, and the rows it used."""

    model: LinearModel
    u_ref: float
    reference: Reference
    flow: Flow


def train_model(
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    views: "pd.Series[float]",
    params: Params,
    background: Sequence[PreparedText] = (),
) -> Trained:
    """Fit on the train split, calibrate on the calibration split; n reports of one claim weigh 1/n each.

    `prepared` holds the texts of the labelled `reports`, row by row, `views` those of each claim_id as known
    before the test begins, `background` ordinary talk that `select_background` chose. Rejected in the flow:
    rows without a split, repeats, the test split, and texts on which the model abstains. Raises ModelError
    when too few claims are labelled, or a split holds one class only.
    """
    _require_claims(reports, params.train.min_labelled_claims)
    train = select_examples(reports, prepared, TRAIN)
    calibration = select_examples(reports, prepared, CALIBRATION)
    model = fit_model(train, calibration, params.train, params.queue.prevalence, background)
    used = len(train.prepared) + len(calibration.prepared)
    return Trained(
        model,
        measure_u_ref(model, reports, prepared, views),
        measure_reference(
            model.predict(calibration.prepared),
            calibration.y_true,
            calibration.weights,
            params.queue.prevalence,
            float(reports["abstain_reason"].notna().mean()),
        ),
        Flow.balanced(len(reports), used, 0, len(reports) - used),
    )


def select_examples(reports: pd.DataFrame, prepared: Sequence[PreparedText], split: str) -> Examples:
    """Take the labelled reports of a split that are neither repeats nor abstained on."""
    chosen = (
        (reports["split"] == split)
        & ~reports["repeats"]
        & reports["label"].notna()
        & reports["abstain_reason"].isna()
    )
    rows = np.flatnonzero(chosen.to_numpy())
    taken = reports.iloc[rows]
    return Examples(
        [prepared[row] for row in rows.tolist()],
        taken["label"].to_numpy(dtype=np.int8),
        weigh_claims(taken["claim_id"].tolist()),
        taken["source"].astype("str").tolist(),
        mark_later(reports).to_numpy(np.bool_)[rows],
    )


def mark_later(reports: pd.DataFrame) -> "pd.Series[bool]":
    """Mark the reports from after the last one of their source that trains; without a time none is."""
    sources = reports["source"].astype("str")
    trains = (reports["split"] == TRAIN) & ~reports["repeats"] & reports["label"].notna()
    last = reports["reported_at"][trains].groupby(sources[trains]).max()
    return reports["reported_at"] > sources.map(last)


def measure_u_ref(
    model: LinearModel, reports: pd.DataFrame, prepared: Sequence[PreparedText], views: "pd.Series[float]"
) -> float:
    """Return the 99.9th percentile of p * views over the claims of the training window, at least 1.

    A claim's p is that of its earliest report here, `views` what `claims.reach.count_views` knows of it.
    """
    window = reports["split"].isin([TRAIN, CALIBRATION]) & ~reports["repeats"]
    rows = np.flatnonzero(window.to_numpy())
    taken = reports.iloc[rows].assign(row=rows).sort_values(["reported_at", "report_id"], na_position="last")
    first = taken.drop_duplicates("claim_id")
    known = views.reindex(first["claim_id"]).to_numpy(dtype=float)
    rows = first["row"].to_numpy()[~np.isnan(known)]
    if not len(rows):
        return 1.0
    harm = model.predict_or_prior([prepared[row] for row in rows.tolist()]) * known[~np.isnan(known)]
    return max(1.0, float(np.quantile(harm, U_REF_QUANTILE)))


def _require_claims(reports: pd.DataFrame, least: int) -> None:
    labelled = reports.loc[reports["label"].notna()]
    n_claims = labelled["claim_id"].nunique()
    if n_claims < least:
        raise ModelError(
            f"train: holds {n_claims} labelled claims; expected at least {least}; import more labels"
        )
    if labelled["label"].nunique() == 1:
        only = labelled["label"].iloc[0]
        raise ModelError(
            f"train: every label is {only}; expected both 0 and 1; import labels of both classes"
        )
