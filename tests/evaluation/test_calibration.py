"""Calibration: right, too sure, too high, and where it cannot be said."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from pipeline.evaluation.calibration import fit_slope, measure_calibration
from pipeline.evaluation.metrics import Judged, Terms
from pipeline.model.linear import logit, sigmoid

TERMS = Terms(0.5, 0.3, 200, 0.95)


def draw_judged(n=4000, stretch=1.0, shift=0.0):
    rng = np.random.default_rng(8)
    logits = rng.normal(0.0, 1.5, n)
    labels = (rng.random(n) < sigmoid(logits)).astype(np.int8)
    return Judged(labels, sigmoid(stretch * logits + shift), np.arange(n))


def measure(judged):
    return measure_calibration(judged, TERMS, np.random.default_rng(1))


def test_right_probabilities_have_slope_one_and_intercept_nought():
    found = measure(draw_judged())
    assert found["slope_lower"] < 1.0 < found["slope_upper"]
    assert found["intercept_lower"] < 0.0 < found["intercept_upper"]
    assert found["ece"] < 0.04
    assert found["brier_skill_lower"] > 0.2


def test_a_model_too_sure_of_itself_has_a_slope_below_one():
    assert measure(draw_judged(stretch=2.0))["slope"] == pytest.approx(0.5, abs=0.06)


def test_a_model_that_says_too_much_has_an_intercept_below_nought():
    found = measure(draw_judged(shift=1.0))
    assert found["intercept"] == pytest.approx(-1.0, abs=0.15)
    assert found["ece"] > 0.1


def test_the_slope_is_that_of_scikit_learn():
    judged = draw_judged(n=500, stretch=0.7)
    logits, weights = logit(judged.y_score), np.random.default_rng(3).random((1, 500))
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    oracle.fit(logits[:, np.newaxis], judged.y_true, sample_weight=weights[0])
    assert fit_slope(logits, judged.y_true, weights)[0] == pytest.approx(oracle.coef_[0, 0], abs=1e-4)


@pytest.mark.parametrize(
    ("middle", "spread", "slope"), [(-5.0, 1.0, 1.0), (-2.0, 4.0, 0.0), (0.0, 0.3, 5.0), (3.0, 4.0, 0.3)]
)
def test_the_slope_is_found_wherever_the_scores_lie(middle, spread, slope):
    """Whole Newton steps from slope 1 leapt to and fro on half of such scores."""
    rng = np.random.default_rng(11)
    logits = rng.normal(middle, spread, 300)
    labels = (rng.random(300) < sigmoid(slope * (logits - middle))).astype(np.int8)
    weights = np.where(labels == 1, 0.1 / labels.sum(), 0.9 / (300 - labels.sum()))
    oracle = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    oracle.fit((logits - middle)[:, np.newaxis], labels, sample_weight=300 * weights)
    found = fit_slope(logits, labels, np.array([weights, 7.0 * weights]))
    assert found == pytest.approx(np.full(2, oracle.coef_[0, 0]), abs=2e-3)


def test_a_constant_has_no_slope_and_no_skill():
    judged = draw_judged(n=400)
    found = measure(judged._replace(y_score=np.full(400, 0.5)))
    assert (found["slope"], found["slope_lower"], found["reason"]) == (None, None, None)
    assert found["brier_skill"] == pytest.approx(0.0)
    assert found["ece"] < 0.1


def test_scores_that_separate_the_classes_have_a_bounded_slope():
    labels = np.repeat(np.array([0, 1], np.int8), 150)
    found = measure(Judged(labels, np.where(labels == 1, 0.9, 0.1), np.arange(300)))
    assert 1.0 < found["slope"] <= 20.0


def test_few_claims_of_a_class_give_no_ece_but_the_rest():
    found = measure(draw_judged(n=150))
    assert found["ece"] is None
    assert found["ece_reason"].endswith("fewer than 100")
    assert found["slope"] is not None
    assert found["reason"] is None


def test_one_class_is_not_computable():
    found = measure(Judged(np.ones(3, np.int8), np.full(3, 0.4), np.arange(3)))
    assert found["slope"] is None
    assert found["reason"] == "only label 1"
