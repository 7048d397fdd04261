"""A fitted model and claims that it has not seen in; the same with calibrated probabilities out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression

from pipeline.model.examples import Examples
from pipeline.model.linear import N_SHARES, Calibrator, FloatArray, LinearModel, logit, sigmoid
from pipeline.model.reference import measure_edges
from pipeline.model.rolling import Period, Slope, predict_slope

LEAST_LATER: Final = 20
"""Of either class: so many later claims must there be for the calibrator to be fitted on them alone."""
WIDEST_INTERCEPT: Final = 100.0


def calibrate_model(model: LinearModel, calibration: Examples, periods: Sequence[Period] = ()) -> LinearModel:
    """Fit the sigmoid on later claims and note the shift from their prevalence to the queue's.

    Scores are applied to what comes, so a slope from claims of the same days as training is too bold: 2.5
    where 1.1 was right (docs/model.md). Too few later claims tell nothing; then the whole split is used.
    Nor is the slope of one later period that of the next: with earlier `periods`, as `judge_periods` gives
    them, it is what all of them, these claims too, let expect of one more.
    """
    later = calibration.take_later(LEAST_LATER)
    share = (
        1.0 if later is calibration else _measure_share(model.decide_first(later.prepared), later, periods)
    )
    observed = float(np.average(later.y_true, weights=later.masses))
    calibrated = replace(
        model,
        calibrator=_fit_sigmoid(_gather(model.decide(later.prepared), later), share),
        prior_shift=float(logit(model.prevalence) - logit(observed)),
    )
    return calibrated if model.encoder is None else _calibrate_first(calibrated, calibration, later, share)


def _calibrate_first(model: LinearModel, calibration: Examples, later: Examples, share: float) -> LinearModel:
    """Calibrate the first pass alone, and note its scores at each share of the queue."""
    assert model.encoder is not None
    first = _fit_sigmoid(_gather(model.decide_first(later.prepared), later), share)
    scores = sigmoid(first.calibrate(model.decide_first(calibration.prepared)) + model.prior_shift)
    edges = measure_edges(scores, calibration.y_true, calibration.masses, model.prevalence, N_SHARES)
    return replace(model, encoder=replace(model.encoder, first=first, percentiles=np.array(edges)))


def _gather(decisions: FloatArray, examples: Examples) -> Period:
    return Period(decisions, examples.y_true, examples.masses)


def _measure_share(decisions: FloatArray, later: Examples, periods: Sequence[Period]) -> float:
    """Return what share of the slope of `later` is to be expected of the next period; 1 where none came before."""
    own = _measure_slope(_gather(decisions, later))
    expected = predict_slope([own, *map(_measure_slope, periods)])
    return expected / own.value if periods and min(expected, own.value) > 0.0 else 1.0


def _measure_slope(period: Period) -> Slope:
    """Fit the sigmoid, and take the slope's variance from Fisher's information."""
    sigmoid_ = _fit_sigmoid(period)
    p = sigmoid(sigmoid_.calibrate(period.decisions))
    curve = period.masses * p * (1.0 - p)
    mean = np.average(period.decisions, weights=curve)
    return Slope(sigmoid_.slope, float(1.0 / np.sum(curve * (period.decisions - mean) ** 2)))


def _fit_sigmoid(period: Period, share: float = 1.0) -> Calibrator:
    """Fit p = sigmoid(slope * decision + intercept), take a share of the slope and fit the intercept to that.

    Targets are smoothed, (n + 1) / (n + 2) for n examples of a class (Platt 1999), so that few or
    separable examples give no infinite slope: each example stands once for either class, by its target.
    """
    decisions, masses = period.decisions, period.masses
    positive = period.y_true == 1
    n_positive, n_negative = (float(masses[rows].sum()) for rows in (positive, ~positive))
    target = np.where(positive, (n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0))
    fit = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-10)
    fit.fit(
        np.concatenate([decisions, decisions])[:, np.newaxis],
        np.repeat([1, 0], len(decisions)),
        sample_weight=np.concatenate([target, 1.0 - target]) * np.tile(masses, 2),
    )
    whole = Calibrator(float(fit.coef_[0, 0]), float(fit.intercept_[0]))
    if share == 1.0:
        return whole
    slope = share * whole.slope

    def excess(intercept: float) -> float:
        return float(masses @ (sigmoid(slope * decisions + intercept) - target))

    return Calibrator(slope, float(brentq(excess, -WIDEST_INTERCEPT, WIDEST_INTERCEPT)))
