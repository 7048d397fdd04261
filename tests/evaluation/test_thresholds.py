"""Thresholds: by hand, at the queue's prevalence, and refused where they cannot be met."""

import numpy as np
import pytest

from pipeline.evaluation.metrics import Judged, Terms
from pipeline.evaluation.thresholds import Asked, find_thresholds, read_asked

TERMS = Terms(0.1, 0.3, 200, 0.95)


def find(labels, scores, *asked, terms=TERMS):
    judged = Judged(np.array(labels, np.int8), np.array(scores, np.float64), np.arange(len(labels)))
    return find_thresholds(judged, asked, terms, np.random.default_rng(5))


def test_recall_by_hand_at_the_queues_prevalence():
    """Of five hoaxes four stand at .6 or above, and one of five others; at 10 % prevalence .08 + .18 is read."""
    labels = [1, 1, 1, 0, 1, 0, 0, 0, 1, 0]
    scores = [0.9, 0.8, 0.7, 0.65, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    found = find(labels, scores, "recall >= 0.8")["recall >= 0.8"]
    assert found["threshold"] == 0.6
    assert found["recall"] == pytest.approx(0.8)
    assert found["share_read"] == pytest.approx(0.08 + 0.18)
    assert found["precision"] == pytest.approx(0.08 / 0.26)
    assert found["reason"] is None
    for name in ("threshold", "recall", "precision", "share_read"):
        assert found[f"{name}_lower"] <= found[name] <= found[f"{name}_upper"]


def test_precision_reads_as_far_down_as_it_holds():
    """At 10 % each of 41 others weighs .9 / 41: four of them beside all the misinformation are .088 to .1."""
    labels = [1] * 20 + [0, 1] + [0] * 40
    scores = np.linspace(0.99, 0.01, 62)
    found = find(labels, scores, "precision >= 0.5")["precision >= 0.5"]
    assert found["precision"] >= 0.5
    assert found["threshold"] == pytest.approx(scores[24])


def test_a_precision_that_a_few_reach_by_luck_is_refused():
    labels, scores = [1, 1] + [0] * 30 + [1] * 10, np.linspace(0.9, 0.1, 42)
    found = find(labels, scores, "precision >= 0.8")["precision >= 0.8"]
    assert found["threshold"] is None
    assert found["reason"].startswith("not reachable: precision is at most 0.")


def test_a_recall_that_needs_everything_read_is_refused():
    found = find([1, 0, 1, 0], [0.5] * 4, "recall >= 0.9")["recall >= 0.9"]
    assert found["threshold"] is None
    assert found["reason"] == "not reachable but by reading everything"


def test_one_class_gives_no_threshold():
    assert find([1, 1], [0.2, 0.3], "recall >= 0.9")["recall >= 0.9"]["reason"] == "only label 1"


@pytest.mark.parametrize("asked", ["recall > 0.9", "recall >= 2", "f1 >= 0.5", "recall >= nol"])
def test_another_wish_is_not_read(asked):
    with pytest.raises(ValueError, match="or 'precision"):
        read_asked(asked)


def test_a_wish_is_read():
    assert read_asked("precision >= .8") == Asked("precision", 0.8)


def test_no_false_alarm_in_a_sample_is_no_certainty():
    found = find([1] * 90 + [0] * 90, np.linspace(0.9, 0.1, 180), "precision >= 0.8")["precision >= 0.8"]
    assert found["precision_lower"] < found["precision"] <= found["precision_upper"]


def test_a_precision_that_too_few_others_vouch_for_is_refused():
    found = find([1] * 12 + [0] * 5 + [1] * 60, np.linspace(0.9, 0.1, 77), "precision >= 0.8")[
        "precision >= 0.8"
    ]
    assert found["precision"] is None
    assert found["reason"].startswith("not known: precision may be as low as 0.0")
