"""Metrics: by hand, against scikit-learn, at any prevalence."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from pipeline.evaluation.metrics import (
    METRICS,
    Judged,
    Terms,
    compute_metrics,
    find_obstacle,
    measure,
    measure_parts,
    replace_nan,
    weigh_to_prevalence,
)

TERMS = Terms(prevalence=0.1, capacity_share=0.3, bootstraps=200, interval=0.95)


def build_judged(labels, scores, clusters=None):
    clusters = range(len(labels)) if clusters is None else clusters
    return Judged(np.array(labels, np.int8), np.array(scores, np.float64), np.array(clusters, np.int64))


def compute(judged, terms=TERMS):
    values = compute_metrics(judged, np.ones((1, len(judged.y_true))), terms)
    return {name: float(value[0]) for name, value in values.items()}


def test_five_claims_by_hand():
    """Scores fall: 1 0 1 0 0. Weights at a prevalence of .4 are .2 each, as if nothing were reweighted.

    AUC: of six pairs, 3 + 2 are in order. AP: 1/2 * 1 + 1/2 * 2/3. The first .3 of all: the first claim
    and half of the second, so .2 of .4 misinformation is caught. For 95 % of the misinformation two
    claims are read, and .9 of the third.
    """
    values = compute(build_judged([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1]), TERMS._replace(prevalence=0.4))
    assert values["auc"] == pytest.approx(5 / 6)
    assert values["average_precision"] == pytest.approx(1 / 2 + 1 / 3)
    assert values["precision_at_capacity"] == pytest.approx(0.2 / 0.3)
    assert values["recall_at_capacity"] == pytest.approx(0.5)
    assert values["lift_at_capacity"] == pytest.approx(0.2 / 0.3 / 0.4)
    assert values["recall_at_20"] == pytest.approx(0.5)
    assert values["wss_at_95"] == pytest.approx(0.95 - (0.4 + 0.2 * 0.9))
    brier = 0.2 * (0.01 + 0.64 + 0.09 + 0.04 + 0.01)
    assert values["brier_skill"] == pytest.approx(1 - brier / 0.24)


def test_equal_scores_are_read_in_random_order():
    values = compute(build_judged([1, 0, 0, 1], [0.3] * 4))
    assert values["auc"] == pytest.approx(0.5)
    assert values["average_precision"] == pytest.approx(0.1)
    assert values["precision_at_capacity"] == pytest.approx(0.1)
    assert values["recall_at_capacity"] == pytest.approx(0.3)


def test_saying_the_prevalence_every_time_has_no_skill():
    assert compute(build_judged([1, 0, 0], [0.1] * 3))["brier_skill"] == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(5))
def test_values_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    labels = (rng.random(300) < 0.4).astype(np.int8)
    scores = np.round(0.6 * rng.random(300) + 0.2 * labels, 2)
    weights = weigh_to_prevalence(labels, np.ones((1, 300)), 0.1)[0]
    values = compute(build_judged(labels, scores))
    assert values["auc"] == pytest.approx(roc_auc_score(labels, scores))
    assert values["average_precision"] == pytest.approx(
        average_precision_score(labels, scores, sample_weight=weights)
    )
    brier = brier_score_loss(labels, scores, sample_weight=weights)
    assert values["brier_skill"] == pytest.approx(1 - brier / 0.09)


def test_a_bootstrap_draw_is_the_metric_of_the_drawn_rows():
    rng = np.random.default_rng(1)
    labels, scores = (rng.random(40) < 0.5).astype(np.int8), rng.random(40).round(1)
    counts = rng.integers(0, 3, 40)
    drawn = np.repeat(np.arange(40), counts)
    values = compute_metrics(build_judged(labels, scores), counts[np.newaxis].astype(float), TERMS)
    whole = compute(build_judged(labels[drawn], scores[drawn]))
    assert {name: pytest.approx(float(value[0])) for name, value in values.items()} == whole


@settings(deadline=None)
@given(
    arrays.arrays(np.int8, st.integers(2, 30), elements=st.integers(0, 1)),
    st.floats(0.01, 0.99),
    st.randoms(use_true_random=False),
)
def test_the_weighted_prevalence_is_the_one_asked_for(labels, prevalence, random):
    labels = np.concatenate([labels, np.array([0, 1], np.int8)])
    counts = np.array([[random.randint(1, 5) for _ in labels]], np.float64)
    before = counts.copy()
    weights = weigh_to_prevalence(labels, counts, prevalence)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[:, labels == 1].sum() == pytest.approx(prevalence)
    np.testing.assert_array_equal(counts, before)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=40), st.floats(0.05, 0.95)
)
def test_every_figure_stays_in_its_range(rows, capacity):
    labels, scores = [*(label for label, _ in rows), 0, 1], [*(score for _, score in rows), 0.5, 0.5]
    values = compute(build_judged(labels, scores), TERMS._replace(capacity_share=capacity))
    for name in set(METRICS) - {"lift_at_capacity", "wss_at_95", "brier_skill"}:
        assert -1e-9 <= values[name] <= 1 + 1e-9


def test_measure_gives_every_figure_with_its_bounds():
    rng = np.random.default_rng(0)
    judged = build_judged(rng.integers(0, 2, 100), rng.random(100))
    figures = measure(judged, TERMS, np.random.default_rng(7))
    assert set(figures) == {f"{name}{end}" for name in METRICS for end in ("", "_lower", "_upper")}
    for name in METRICS:
        assert figures[f"{name}_lower"] <= figures[name] <= figures[f"{name}_upper"]
    assert figures == measure(judged, TERMS, np.random.default_rng(7))


def test_copies_of_one_claim_do_not_narrow_the_interval():
    rng = np.random.default_rng(3)
    labels, scores = rng.integers(0, 2, 60), rng.random(60)
    once = measure(build_judged(labels, scores), TERMS, np.random.default_rng(7))
    copied = build_judged(np.repeat(labels, 20), np.repeat(scores, 20), np.repeat(range(60), 20))
    often = measure(copied, TERMS, np.random.default_rng(7))
    assert often["auc"] == pytest.approx(once["auc"])
    width = [figures["auc_upper"] - figures["auc_lower"] for figures in (once, often)]
    assert width[1] == pytest.approx(width[0], rel=0.2)


def test_a_thousand_draws_of_five_hundred_claims_take_under_two_seconds():
    rng = np.random.default_rng(5)
    judged = build_judged(rng.integers(0, 2, 500), rng.random(500))
    start = time.perf_counter()
    measure(judged, TERMS._replace(bootstraps=1000), rng)
    assert time.perf_counter() - start < 2.0


@pytest.mark.parametrize("labels", [[], [1, 1], [0]])
def test_one_class_or_none_gives_no_figure(labels):
    figures = measure(build_judged(labels, [0.5] * len(labels)), TERMS, np.random.default_rng(0))
    assert set(figures.values()) == {None}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], "no labelled claim"),
        ([0, 0], "only label 0"),
        ([1, 0, 0], "only 1 claims of label 1, fewer than 2"),
        ([1, 1, 0, 0], None),
    ],
)
def test_an_obstacle_is_named(labels, expected):
    assert find_obstacle(np.array(labels, np.int8), min_per_class=2) == expected


def test_nan_becomes_none():
    assert replace_nan({"auc": float("nan"), "n": 3}) == {"auc": None, "n": 3}


def test_parts_are_never_ranked_against_each_other():
    """One pair in order weighs 1/2, two and two reversed weigh 1: a third. Pooled it would be another figure."""
    parts = [build_judged([1, 0], [0.2, 0.1]), build_judged([1, 1, 0, 0], [0.5, 0.6, 0.8, 0.9])]
    one_class = build_judged([1, 1], [0.5, 0.6])
    figures = measure_parts([*parts, one_class], TERMS, np.random.default_rng(7))
    assert figures["auc"] == pytest.approx(1 / 3)
    assert set(measure_parts([one_class], TERMS, np.random.default_rng(7)).values()) == {None}
