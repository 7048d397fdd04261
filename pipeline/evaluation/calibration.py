"""Scored, labelled texts in; whether a probability means what it says, out, at the queue's prevalence."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.bootstrap import FloatArray, take_interval
from pipeline.evaluation.metrics import (
    Judged,
    Terms,
    brier_skill,
    draw_in_chunks,
    find_obstacle,
    weigh_to_prevalence,
)
from pipeline.model.linear import logit, sigmoid

ECE_MIN_PER_CLASS: Final = 100
ECE_BINS: Final = 10
NEWTON_STEPS: Final = 25
MAX_STEP: Final = 1.0
LEAST_SPREAD: Final = 1e-9
"""Of the logits: below this they are one, and have no slope."""
MAX_SLOPE: Final = 20.0
"""Where scores separate the classes no slope is the best, and the last step's is returned; more would say nothing."""

FIGURES: Final = ("slope", "intercept", "brier_skill", "ece")


def measure_calibration(judged: Judged, terms: Terms, rng: np.random.Generator) -> dict[str, Any]:
    """Return slope, intercept, Brier skill and ECE with bounds; None with `reason` or `ece_reason`.

    slope: of the logit of the outcome on the logit of the prediction; 1 is right, less is too sure of itself
    (Cox 1958); None of predictions that are all the same. intercept: what is added to the logit once the slope
    is 1; 0 is right, more means too low (calibration in the large). ece: mean distance of prediction and outcome
    over ten bins of equal n; it is above 0 by chance alone, and a constant prediction has 0, so it never stands
    alone.
    """
    section: dict[str, Any] = {f"{name}{end}": None for name in FIGURES for end in ("", "_lower", "_upper")}
    reason = find_obstacle(judged.y_true)
    if reason:
        return section | {"reason": reason, "ece_reason": reason}
    ece_reason = find_obstacle(judged.y_true, ECE_MIN_PER_CLASS)
    measured = FIGURES[:-1] if ece_reason else FIGURES
    whole = _compute(judged, np.ones((1, len(judged.y_true))), terms.prevalence)
    shown = tuple(name for name in measured if np.isfinite(whole[name][0]))
    parts = [
        _compute(judged, counts, terms.prevalence) for counts in draw_in_chunks(judged, terms.bootstraps, rng)
    ]
    for name in shown:
        bounds = take_interval(np.concatenate([part[name] for part in parts]), terms.interval)
        section |= {name: float(whole[name][0]), f"{name}_lower": bounds.lower, f"{name}_upper": bounds.upper}
    return section | {"reason": None, "ece_reason": ece_reason}


def _compute(judged: Judged, counts: FloatArray, prevalence: float) -> dict[str, FloatArray]:
    weights = weigh_to_prevalence(judged.y_true, counts, prevalence)
    logits = logit(judged.y_score)
    return {
        "slope": fit_slope(logits, judged.y_true, weights),
        "intercept": fit_intercept(logits, judged.y_true, weights),
        "brier_skill": brier_skill(judged, weights, prevalence),
        "ece": expected_error(judged, weights),
    }


def fit_slope(logits: FloatArray, y_true: npt.NDArray[np.int8], weights: FloatArray) -> FloatArray:
    """Fit y ~ sigmoid(a + b * logit) for each row of `weights` (draws, n); return b, at most MAX_SLOPE.

    NaN where all logits are the same. Newton's method at mean 0 and spread 1, from what a constant would
    say: begun elsewhere, or over logits far from 0, it leaps to and fro and ends anywhere.
    """
    spread = float(np.std(logits))
    if spread < LEAST_SPREAD:
        return np.full(len(weights), np.nan)
    x = (logits - logits.mean()) / spread
    parts = weights / weights.sum(axis=1, keepdims=True)
    a, b = logit(parts @ y_true), np.zeros(len(parts))
    for _ in range(NEWTON_STEPS):
        p = sigmoid(a[:, np.newaxis] + b[:, np.newaxis] * x)
        error, curve = parts * (y_true - p), parts * p * (1.0 - p)
        g0, g1 = error.sum(axis=1), error @ x
        h00, h01, h11 = curve.sum(axis=1), curve @ x, curve @ (x * x)
        scale = np.maximum(h00 * h11 - h01 * h01, 1e-12)
        a = np.clip(a + np.clip((h11 * g0 - h01 * g1) / scale, -MAX_STEP, MAX_STEP), -100.0, 100.0)
        b = b + np.clip((h00 * g1 - h01 * g0) / scale, -MAX_STEP, MAX_STEP)
    return np.asarray(np.clip(b / spread, -MAX_SLOPE, MAX_SLOPE), np.float64)


def fit_intercept(logits: FloatArray, y_true: npt.NDArray[np.int8], weights: FloatArray) -> FloatArray:
    """Fit y ~ sigmoid(a + logit) for each row of `weights` (draws, n); return a."""
    a = np.zeros(len(weights))
    for _ in range(NEWTON_STEPS):
        p = sigmoid(a[:, np.newaxis] + logits)
        slope = np.maximum((weights * p * (1.0 - p)).sum(axis=1), 1e-12)
        a = a + np.clip((weights * (y_true - p)).sum(axis=1) / slope, -2.0, 2.0)
    return a


def expected_error(judged: Judged, weights: FloatArray) -> FloatArray:
    """Return the expected calibration error of each row of `weights` (draws, n), over bins of equal n."""
    order = np.argsort(judged.y_score, kind="stable")
    gaps = [
        np.abs(weights[:, rows] @ (judged.y_score[rows] - judged.y_true[rows]))
        for rows in np.array_split(order, ECE_BINS)
    ]
    return np.asarray(np.sum(gaps, axis=0) / weights.sum(axis=1), np.float64)
