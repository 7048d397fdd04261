"""Prepared, labelled reports in, a fitted and calibrated candidate out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.model.estimator import Examples, fit_model, spread_importance, weigh_claims
from pipeline.model.linear import FloatArray, LinearModel
from pipeline.model.reference import Reference, measure_reference
from pipeline.model.unknown import measure_unknown
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.frames import gather_reported_types, sort_by_arrival
from pipeline.moderation.growth import History
from pipeline.moderation.reference import PastClaim, measure_u_ref
from pipeline.schema.columns import CALIBRATION, TRAIN
from pipeline.schema.flow import Flow
from pipeline.text.chain import PreparedText

EPOCH: Final = pd.Timestamp(0, tz="UTC")
NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the end of a training window that has no times at all."""


class Trained(NamedTuple):
    """A candidate, the reference harm of its training window, its scores there, and the rows it used."""

    model: LinearModel
    u_ref: float
    reference: Reference
    flow: Flow


def train_model(
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    histories: Mapping[str, History],
    params: Params,
    background: Sequence[PreparedText] = (),
) -> Trained:
    """Fit on the train split, calibrate on the calibration split; n reports of one claim weigh 1/n each.

    The `weight` of reports, where verdicts have one, makes up for what the order of reading left out.
    `prepared` holds the texts of the labelled `reports`, row by row, `histories` what had been counted of each
    claim_id before the test begins, `background` ordinary talk that `select_background` chose. Rejected in the
    flow: rows without a split, repeats, the test split, and texts on which the model abstains. Raises
    ModelError when too few claims are labelled, or a split holds one class only.
    """
    _require_claims(reports, params.train.min_labelled_claims)
    train = select_examples(reports, prepared, TRAIN)
    calibration = select_examples(reports, prepared, CALIBRATION)
    model = fit_model(train, calibration, params.train, params.queue.prevalence, background)
    used = len(train.prepared) + len(calibration.prepared)
    return Trained(
        model,
        measure_reference_harm(model, reports, prepared, histories, params),
        measure_reference(
            model.predict(calibration.prepared),
            calibration.y_true,
            calibration.masses,
            params.queue.prevalence,
            float(reports["abstain_reason"].notna().mean()),
        )._replace(unknown_rate=measure_unknown(model, calibration.prepared, calibration.masses)),
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
    parts = weigh_claims(taken["claim_id"].tolist())
    return Examples(
        [prepared[row] for row in rows.tolist()],
        taken["label"].to_numpy(dtype=np.int8),
        parts,
        taken["source"].astype("str").tolist(),
        mark_later(reports).to_numpy(np.bool_)[rows],
        spread_importance(read_weights(taken), parts),
        count_days(taken),
    )


def count_days(reports: pd.DataFrame) -> FloatArray:
    """Return when the claim of each report was first reported, in days, NaN where it has no time, shape (n,)."""
    first = reports.groupby("claim_id")["reported_at"].transform("min")
    return np.asarray((first - EPOCH) / pd.Timedelta(days=1), np.float64)


def read_weights(reports: pd.DataFrame) -> FloatArray:
    """Return for how many claims those of reports stand, NaN where nothing says so, shape (n,)."""
    if "weight" not in reports:
        return np.full(len(reports), np.nan)
    return reports["weight"].to_numpy(np.float64)


def mark_later(reports: pd.DataFrame) -> "pd.Series[bool]":
    """Mark the reports from after the last one of their source that trains; without a time none is."""
    sources = reports["source"].astype("str")
    trains = (reports["split"] == TRAIN) & ~reports["repeats"] & reports["label"].notna()
    last = reports["reported_at"][trains].groupby(sources[trains]).max()
    return reports["reported_at"] > sources.map(last)


def measure_reference_harm(
    model: LinearModel,
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    histories: Mapping[str, History],
    params: Params,
) -> float:
    """Return the 99.9th percentile of expected harm over the claims of the training window, at least 1.

    A claim's p is that of its earliest report here, moved by no reporter.
    """
    window = reports["split"].isin([TRAIN, CALIBRATION]) & ~reports["repeats"]
    rows = np.flatnonzero(window.to_numpy())
    arriving = sort_by_arrival(reports.iloc[rows].assign(row=rows))
    first = arriving.drop_duplicates("claim_id")
    texts = [prepared[row] for row in first["row"].tolist()]
    types = gather_reported_types(arriving, params.prioritise.severity.reported_types)
    claims = [
        PastClaim(float(probability), histories[claim], types[claim], guess_type(text))
        for claim, text, probability in zip(
            first["claim_id"], texts, model.predict_or_prior(texts), strict=True
        )
        if claim in histories
    ]
    ends = [look.seen_at for claim in claims for look in claim.history.looks]
    arrivals = [at for claim in claims if (at := claim.history.first_reported_at) is not None]
    return measure_u_ref(claims, max([*ends, *arrivals], default=NO_TIME), params)


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
