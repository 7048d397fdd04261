"""Curves: what the plots show, by hand."""

import numpy as np
import pytest

from pipeline.evaluation.curves import bin_reliability, trace_precision_recall
from pipeline.evaluation.metrics import Judged


def build_judged(labels, scores):
    return Judged(np.array(labels, np.int8), np.array(scores, np.float64), np.arange(len(labels)))


def test_precision_and_recall_at_the_queues_prevalence():
    """Label 1 weighs .1 in all, label 0 .9: after two of four claims, .05 of .5 read is misinformation."""
    curve = trace_precision_recall(build_judged([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]), "test", 0.1)
    assert curve["recall"].tolist() == pytest.approx([0.5, 0.5, 1.0, 1.0])
    assert curve["precision"].tolist() == pytest.approx([1.0, 0.05 / 0.5, 0.1 / 0.55, 0.1])


def test_a_bin_shows_what_came_at_the_queues_prevalence():
    """Half of the sample is label 1 and the queue has .1: odds of a bin with a share of .5 become 1/9."""
    bins = bin_reliability(build_judged([1, 0] * 10, [0.2] * 10 + [0.6] * 10), 0.1, 0.95)
    assert bins["n_claims"].tolist() == [10, 10]
    assert bins["predicted"].tolist() == pytest.approx([0.2, 0.6])
    assert bins["observed"].tolist() == pytest.approx([0.1, 0.1])
    assert (bins["lower"] < bins["observed"]).all()
    assert (bins["upper"] > bins["observed"]).all()


@pytest.mark.parametrize("labels", [[], [1, 1]])
def test_one_class_has_no_curve(labels):
    judged = build_judged(labels, [0.5] * len(labels))
    assert trace_precision_recall(judged, "test", 0.1).empty
    assert bin_reliability(judged, 0.1, 0.95).empty
