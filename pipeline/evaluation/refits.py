"""Rows in, a model fitted on them as `train` does, or the scores of others by it, out."""

import numpy as np
import numpy.typing as npt

from pipeline.config import Params
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Cases, RandomSplit, Rows
from pipeline.evaluation.splits import draw_share
from pipeline.model.estimator import Examples, fit_model, spread_importance, weigh_claims
from pipeline.model.linear import LinearModel


def fit_claims(cases: Cases, rows: Rows, params: Params) -> LinearModel:
    """Fit on rows as `train` does, see `split_claims`. Raises ModelError when a class is missing."""
    return _fit(cases, *split_claims(cases, rows, params), params)


def split_claims(cases: Cases, rows: Rows, params: Params) -> tuple[Examples, Examples]:
    """Return what trains and what calibrates: a share of claims, drawn by id. Claims weigh as in `train`."""
    claim_ids = cases.table["claim_id"].iloc[rows]
    shares = np.array([draw_share(claim_id, params.run.seed) for claim_id in claim_ids], np.float64)
    calibrates = shares < params.preprocess.calibration_share
    return _take_claims(cases, rows[~calibrates]), _take_claims(cases, rows[calibrates])


def fit_reports(cases: Cases, split: RandomSplit, params: Params) -> LinearModel:
    """Fit as published detectors are: every report weighs 1, copies of one claim on every side."""
    train, calibration = (_take_reports(cases, rows) for rows in (split.train, split.calibration))
    return _fit(cases, train, calibration, params)


def predict_rows(model: LinearModel, cases: Cases, rows: Rows) -> FloatArray:
    """Return the probability of each row; where the model abstains, the prior that the queue gives it."""
    return model.predict_or_prior([cases.prepared[row] for row in rows.tolist()])


def _fit(cases: Cases, train: Examples, calibration: Examples, params: Params) -> LinearModel:
    talk = cases.background.prepared
    return fit_model(train, calibration, params.train, params.queue.prevalence, talk)


def _take_claims(cases: Cases, rows: Rows) -> Examples:
    spoken = _leave_abstained(cases, rows)
    examples = _take(cases, spoken, weigh_claims(cases.table["claim_id"].iloc[spoken].tolist()))
    if "weight" not in cases.table:
        return examples
    given = cases.table["weight"].to_numpy(np.float64)[spoken]
    return examples._replace(importance=spread_importance(given, examples.weights))


def _take_reports(cases: Cases, rows: Rows) -> Examples:
    spoken = _leave_abstained(cases, rows)
    return _take(cases, spoken, np.ones(len(spoken)))


def _take(cases: Cases, rows: Rows, weights: FloatArray) -> Examples:
    labels: npt.NDArray[np.int8] = cases.table["label"].to_numpy(np.int8)[rows]
    sources = cases.table["source"].astype("str").iloc[rows].tolist()
    return Examples([cases.prepared[row] for row in rows], labels, weights, sources)


def _leave_abstained(cases: Cases, rows: Rows) -> Rows:
    abstains: npt.NDArray[np.bool_] = cases.table["abstains"].to_numpy(np.bool_)[rows]
    return rows[~abstains]
