import math

import numpy as np
import pytest

from pipeline.model.reference import Reference, measure_reference
from pipeline.score import Scores, measure_drift, summarise
from pipeline.score.summary import Summary, add_up

EDGES = Reference(tuple(tenth / 10 for tenth in range(1, 10)), 0.1)


def scores(*values: float | None) -> Scores:
    reasons = ["no text" if value is None else None for value in values]
    return Scores(list(values), reasons, ["v1"] * len(values), [[]] * len(values))


def test_summaries_of_parts_add_up():
    whole = [0.05, 0.15, None, 0.95, 0.1, None, 1.0, 0.0]
    parts = [summarise(scores(*whole[:3]), EDGES), summarise(scores(*whole[3:]), EDGES)]
    summary = add_up(parts)
    assert summary.describe() == summarise(scores(*whole), EDGES).describe()
    assert (summary.rows, summary.scored, summary.abstained) == (8, 6, {"no text": 2})
    assert summary.deciles == [2, 2, 0, 0, 0, 0, 0, 0, 0, 2]
    assert summary.describe()["scores"]["mean"] == pytest.approx(2.25 / 6)


def test_scores_as_in_training_have_not_drifted():
    even = scores(*(place / 1000 + 0.0005 for place in range(1000)))
    assert measure_drift(summarise(even, EDGES), EDGES)["population_stability_index"] == pytest.approx(0)
    low = measure_drift(summarise(scores(*[0.05] * 90), EDGES), EDGES)
    share, rest = 90.5 / 95, 0.5 / 95
    expected = (share - 0.1) * math.log(share / 0.1) + 9 * (rest - 0.1) * math.log(rest / 0.1)
    assert low["population_stability_index"] == pytest.approx(expected)
    assert low["drifted"]


def test_drift_that_cannot_be_computed_says_so():
    assert measure_drift(Summary(), None)["reason"] == "the model holds no training distribution"
    assert measure_drift(summarise(scores(None), EDGES), EDGES)["reason"] == "no row has a score"


def test_the_reference_is_at_the_prevalence_of_the_queue():
    y_true = np.array([0] * 10 + [1] * 10, np.int8)
    values = np.concatenate([np.linspace(0.01, 0.1, 10), np.linspace(0.81, 0.9, 10)])
    reference = measure_reference(values, y_true, np.ones(20), 0.1, 0.25)
    assert sum(edge > 0.5 for edge in reference.edges) == 0
    assert measure_reference(values, y_true, np.ones(20), 0.5, 0.25).edges[4:6] == pytest.approx((0.1, 0.82))
    assert Reference.from_json(reference.to_json()) == reference
