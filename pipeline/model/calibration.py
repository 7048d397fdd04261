"""A fitted model and claims that it has not seen in; the same with calibrated probabilities out."""

from dataclasses import replace
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from pipeline.model.examples import Examples
from pipeline.model.linear import N_SHARES, Calibrator, FloatArray, LinearModel, logit, sigmoid
from pipeline.model.reference import measure_edges

LEAST_LATER: Final = 20
"""Of either class: so many later claims must there be for the calibrator to be fitted on them alone."""


def calibrate_model(model: LinearModel, calibration: Examples) -> LinearModel:
    """Fit the sigmoid on later claims and note the shift from their prevalence to the queue's.

    Scores are applied to what comes, so a slope from claims of the same days as training is too bold: 2.5
    where 1.1 was right (docs/model.md). Too few later claims tell nothing; then the whole split is used.
    """
    later = calibration.take_later(LEAST_LATER)
    observed = float(np.average(later.y_true, weights=later.masses))
    calibrated = replace(
        model,
        calibrator=_fit_sigmoid(model.decide(later.prepared), later),
        prior_shift=float(logit(model.prevalence) - logit(observed)),
    )
    return calibrated if model.encoder is None else _calibrate_first(calibrated, calibration, later)


def _calibrate_first(model: LinearModel, calibration: Examples, later: Examples) -> LinearModel:
    """Calibrate the first pass alone, and note its scores at each share of the queue."""
    assert model.encoder is not None
    first = _fit_sigmoid(model.decide_first(later.prepared), later)
    scores = sigmoid(first.calibrate(model.decide_first(calibration.prepared)) + model.prior_shift)
    edges = measure_edges(scores, calibration.y_true, calibration.masses, model.prevalence, N_SHARES)
    return replace(model, encoder=replace(model.encoder, first=first, percentiles=np.array(edges)))


def _fit_sigmoid(decisions: FloatArray, examples: Examples) -> Calibrator:
    """Fit p = sigmoid(slope * decision + intercept).

    Targets are smoothed, (n + 1) / (n + 2) for n examples of a class (Platt 1999), so that few or
    separable examples give no infinite slope: each example stands once for either class, by its target.
    """
    positive = examples.y_true == 1
    n_positive, n_negative = (float(examples.masses[rows].sum()) for rows in (positive, ~positive))
    target = np.where(positive, (n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0))
    fit = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-10)
    fit.fit(
        np.concatenate([decisions, decisions])[:, np.newaxis],
        np.repeat([1, 0], len(decisions)),
        sample_weight=np.concatenate([target, 1.0 - target]) * np.tile(examples.masses, 2),
    )
    return Calibrator(float(fit.coef_[0, 0]), float(fit.intercept_[0]))
