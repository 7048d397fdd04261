import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Params
from pipeline.moderation.audience import NOBODY
from pipeline.moderation.deadlines import Deadline
from pipeline.moderation.growth import History, Look
from pipeline.moderation.terms import ClaimFacts, Ground, move_probability, show_priority, weigh_claim

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def ground(params: Params) -> Ground:
    weights = params.prioritise
    return Ground(NOW, 0.1, 1000.0, NOBODY, weights.views, weights.severity, params.evaluate.election_window)


FACTS = ClaimFacts(
    "c",
    0.3,
    History("x", NOW - timedelta(hours=24), [Look("u", True, NOW, 500)]),
    "health",
    "other",
    0.0,
    Deadline(NOW + timedelta(hours=4), "4 h"),
    in_quality=False,
)


def test_harm_is_the_product_of_its_terms_and_every_term_is_there(ground: Ground):
    terms = weigh_claim(FACTS, ground)
    assert terms.expected_harm == terms.severity * terms.probability * terms.views_next_24h
    weights = ground.severity.weights
    assert terms.severity == (weights["health"] + weights["other"]) / 2
    assert (terms.probability, terms.views) == (0.3, 500)
    assert terms.priority == round(100 * math.log1p(terms.expected_harm) / math.log1p(1000))
    assert (terms.computed_at, terms.due_at, terms.deadline) == (NOW, NOW + timedelta(hours=4), "4 h")
    assert terms.as_waiting().expected_harm == terms.expected_harm


def test_where_the_model_abstained_p_is_the_queues_prevalence_and_reporters_move_it(ground: Ground):
    abstained = FACTS._replace(score=None)
    assert weigh_claim(abstained, ground).probability == 0.1
    moved = weigh_claim(abstained._replace(reliability=1.0), ground).probability
    assert moved == pytest.approx(1 / (1 + 9 / math.e))


def test_twice_the_views_are_twice_the_harm_beyond_what_is_usual(ground: Ground):
    """Linear, not logarithmic: the order that loses the fewest views."""
    few, many = (
        weigh_claim(FACTS._replace(history=History("x", NOW, [Look("u", True, NOW, views)])), ground)
        for views in (10**4, 2 * 10**4)
    )
    assert many.expected_harm / few.expected_harm == pytest.approx(2, rel=1e-3)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(-2, 2))
def test_logits_move_a_probability_there_and_back(score, logits):
    there = move_probability(score, logits)
    assert 0 < there < 1
    assert move_probability(there, -logits) == pytest.approx(score, rel=1e-6)


@given(st.floats(0, 1e12), st.floats(1e-3, 1e9))
def test_priorities_are_whole_numbers_from_0_to_100(harm, u_ref):
    assert 0 <= show_priority(harm, u_ref) <= 100
