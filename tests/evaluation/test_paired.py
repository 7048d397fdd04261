"""Paired differences and means, their intervals, and a place in the queue."""

import numpy as np
import pytest

from pipeline.evaluation.metrics import Judged, Terms
from pipeline.evaluation.paired import NOTHING, measure_auc_change, measure_mean
from pipeline.evaluation.standing import Standing

TERMS = Terms(0.1, 0.3, 400, 0.95)


def judge(scores, labels):
    return Judged(np.array(labels, np.int8), np.array(scores), np.arange(len(labels), dtype=np.int64))


def test_equal_scores_make_no_difference_in_any_draw():
    judged = judge([0.9, 0.4, 0.6, 0.2, 0.1], [1, 1, 0, 0, 0])
    assert measure_auc_change(judged, judged.y_score, TERMS, np.random.default_rng(1)) == (0.0, 0.0, 0.0)


def test_a_turned_ranking_loses_all():
    judged = judge([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])
    change = measure_auc_change(judged, -judged.y_score, TERMS, np.random.default_rng(1))
    assert change == (-1.0, -1.0, -1.0)


def test_one_change_by_hand():
    """Four pairs of one of each label: three in order before, two after."""
    judged = judge([0.9, 0.4, 0.6, 0.2], [1, 1, 0, 0])
    change = measure_auc_change(judged, np.array([0.5, 0.4, 0.6, 0.2]), TERMS, np.random.default_rng(1))
    assert change.value == pytest.approx(-0.25)
    assert change.lower <= -0.25 <= change.upper


def test_cases_of_one_subject_widen_the_interval():
    values = np.repeat(np.random.default_rng(3).normal(size=20), 10)
    together = measure_mean(values, [f"s{n // 10}" for n in range(200)], TERMS, np.random.default_rng(1))
    apart = measure_mean(values, [f"s{n}" for n in range(200)], TERMS, np.random.default_rng(1))
    assert together.value == pytest.approx(apart.value)
    assert together.upper - together.lower > 2 * (apart.upper - apart.lower)


def test_no_case_is_no_figure():
    assert measure_mean(np.empty(0), [], TERMS, np.random.default_rng(1)) == NOTHING


def test_the_place_in_the_queue_counts_prevalence():
    """One misinforming claim stands for 10 % of the queue, each of three others for 30 %."""
    standing = Standing.of(judge([0.8, 0.7, 0.3, 0.2], [1, 0, 0, 0]), 0.1)
    ranks = standing.rank(np.array([0.9, 0.8, 0.5, 0.2, 0.0]))
    assert ranks.round(9).tolist() == [1.0, 0.95, 0.6, 0.15, 0.0]


def test_one_class_alone_weighs_alike():
    assert Standing.of(judge([0.1, 0.2], [1, 1]), 0.1).rank(np.array([0.15])).tolist() == [0.5]
